import type { TierName } from '../../installer/contract/findings.ts';

export const tierNames = ['minimum', 'recommended', 'production'] as const satisfies readonly TierName[];
