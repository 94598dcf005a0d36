import type { Finding, FindingCode } from '../../installer/contract/findings.ts';

/** What an officer may decide to go on without. The engine decides; the wizard only offers what it will take. */
const overridableCodes: readonly FindingCode[] = [
  'CPU_CORES',
  'RAM_TOTAL',
  'DISK_SPACE',
  'GPU_PRESENT',
  'GPU_VRAM',
  'GPU_UNREADABLE',
  'MODEL_FIT',
  'CLOCK',
];

export const shortestJustification = 10;
export const longestJustification = 500;

export function isOverridable({ code, status, subject }: Finding): boolean {
  if (status !== 'fail') return false;
  // Of disk space only the tier's recommendation: what does not fit cannot be written.
  return overridableCodes.includes(code) && (code !== 'DISK_SPACE' || subject === 'tier');
}
