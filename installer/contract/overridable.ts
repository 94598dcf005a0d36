import type { Finding, FindingCode } from './findings.ts';

/**
 * What an officer may decide to go on without. Never what the installation itself stands on: the engine, free ports,
 * rights, and room for what is going to be written (of DISK_SPACE only the tier's recommendation can be overridden).
 */
export const overridableCodes = [
  'CPU_CORES',
  'RAM_TOTAL',
  'DISK_SPACE',
  'GPU_PRESENT',
  'GPU_VRAM',
  'GPU_UNREADABLE',
  'MODEL_FIT',
  'CLOCK',
] as const satisfies readonly FindingCode[];

export function isOverridableCode(code: FindingCode): boolean {
  return overridableCodes.some((each) => each === code);
}

/** Ports are answers: what is taken is mended on the page with the settings. The registry's own port is none of them. */
export function isSettled({ code, params }: Pick<Finding, 'code' | 'params'>): boolean {
  return code === 'PORT_FREE' && params.service !== 'registry';
}

/** Of disk space only the tier's recommendation: what does not fit cannot be written. */
export function isOverridable({ code, subject }: Pick<Finding, 'code' | 'subject'>): boolean {
  return isOverridableCode(code) && (code !== 'DISK_SPACE' || subject === 'tier');
}
