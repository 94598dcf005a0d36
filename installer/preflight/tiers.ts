import type { FindingStatus, TierName } from '../contract/findings.ts';
import type { ProductDefinition, Requirements } from '../contract/product.ts';

export type Tiers = ProductDefinition['requires']['tiers'];

/** Which tier is asked for. null: `minimum` is needed, less than `recommended` is only said. */
export interface TierDemand {
  tiers: Tiers;
  tier: TierName | null;
}

export interface TierVerdict {
  status: FindingStatus;
  /** What was to be reached: the tier's value, or the minimum's where even that is missed and no tier was asked for. */
  expected: number;
  tier: TierName;
  /** The highest tier that the value reaches. */
  reached: TierName | 'none';
}

const ascending: readonly TierName[] = ['minimum', 'recommended', 'production'];

/**
 * Judges one measured value: below `minimum` fails; below the asked-for tier fails; below `recommended` when none was
 * asked for warns. null (could not be measured) reaches only what demands nothing.
 */
export function judgeByTier(
  found: number | null,
  need: (tier: Requirements) => number,
  demand: TierDemand,
): TierVerdict {
  const reaches = (tier: TierName): boolean => (found ?? 0) >= need(demand.tiers[tier]);
  const verdict = (status: FindingStatus, tier: TierName): TierVerdict => ({
    status,
    tier,
    expected: need(demand.tiers[tier]),
    reached: ascending.filter(reaches).at(-1) ?? 'none',
  });
  const wanted = demand.tier ?? 'recommended';
  if (reaches('minimum') && reaches(wanted)) return verdict('pass', wanted);
  if (demand.tier !== null) return verdict('fail', wanted);
  return reaches('minimum') ? verdict('warn', wanted) : verdict('fail', 'minimum');
}
