import type { HardwareFacts } from '../contract/facts.ts';
import type { Finding, TierName } from '../contract/findings.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { EngineObject, ProxySetting } from '../ports/runtime.ts';
import { assessDisk } from './assess-disk.ts';
import { assessCompose, assessEngine, type ComposeAnswer, type EngineAnswer, isDenied } from './assess-engine.ts';
import { assessGpus } from './assess-gpu.ts';
import { assessMachine } from './assess-machine.ts';
import { assessModel, type ModelFit } from './assess-model.ts';
import { assessNames } from './assess-names.ts';
import { assessPorts, type PortState } from './assess-ports.ts';
import { assessProxies } from './assess-proxies.ts';
import { assessRights } from './assess-rights.ts';
import { assessSubnets, type PlannedSubnet } from './assess-subnets.ts';
import type { DiskBudget } from './disk-budget.ts';
import { applyOverrides, type OverrideDecision } from './overrides.ts';
import type { Rights } from './rights.ts';
import type { TakenSubnet } from './taken-subnets.ts';
import { worstFirst } from './worst-first.ts';

/** Everything measured, and what the product requires of it. */
export interface Assessment {
  facts: HardwareFacts;
  /** null: no product is known yet, so facts are shown and only the host's tools are judged. */
  requires: ProductDefinition['requires'] | null;
  tier: TierName | null;
  engine: EngineAnswer;
  composeVersion: ComposeAnswer;
  ports: readonly PortState[];
  /** What bears our names and is not ours; null: nobody could say. */
  taken: readonly EngineObject[] | null;
  proxies: readonly ProxySetting[];
  /** This machine's own, of all families. */
  addresses: readonly string[];
  subnets: readonly PlannedSubnet[];
  takenSubnets: readonly TakenSubnet[];
  disk: readonly DiskBudget[];
  modelFit: ModelFit | null;
  rights: Rights;
  /** The product has folders that must belong to other users. */
  ownersNeeded: boolean;
  overrides: readonly OverrideDecision[];
}

/** Judges the machine: pure, worst first. USAGE for an override that is not allowed. */
export function assess(input: Assessment): Finding[] {
  const { facts, requires, engine } = input;
  const demand = requires === null ? null : { tiers: requires.tiers, tier: input.tier };
  const engineDenied = 'error' in engine && isDenied(engine.error);
  const findings = [
    ...assessMachine(facts, demand, input.disk),
    ...assessGpus(facts, demand),
    ...assessDisk(input.disk),
    ...(input.modelFit === null ? [] : [assessModel(input.modelFit)]),
    ...assessEngine(engine, requires?.engine ?? null),
    assessCompose(input.composeVersion, requires?.compose ?? null),
    ...assessPorts(input.ports, input.addresses),
    ...(input.taken === null ? [] : assessNames(input.taken)),
    ...assessProxies(input.proxies),
    ...assessSubnets(input.subnets, input.takenSubnets),
    assessRights(input.rights, input.ownersNeeded, engineDenied),
  ];
  return worstFirst(applyOverrides(findings, input.overrides));
}
