import type { Finding, FindingCode } from '../contract/findings.ts';
import type { ReadinessInput } from './collect-findings.ts';

/** What every readiness result must speak about; a check that was forgotten must not look like one that passed. */
export function missingCodes(findings: readonly Finding[], input: ReadinessInput): FindingCode[] {
  const present = new Set(findings.map(({ code }) => code));
  return mandatoryCodes(findings, input).filter((code) => !present.has(code));
}

function mandatoryCodes(findings: readonly Finding[], input: ReadinessInput): FindingCode[] {
  const codes: FindingCode[] = [
    'CPU_CORES',
    'RAM_TOTAL',
    'GPU_PRESENT',
    'ENGINE_REACHABLE',
    'COMPOSE_VERSION',
    'PROXY',
    'RIGHTS',
    'CLOCK',
    'OS',
  ];
  const reachable = findings.some(({ code, status }) => code === 'ENGINE_REACHABLE' && status === 'pass');
  if (reachable) codes.push('ENGINE_VERSION');
  const compose = findings.some(({ code, found }) => code === 'COMPOSE_VERSION' && found !== null);
  if (reachable && compose && input.names !== null) codes.push('NAME_TAKEN');
  if (reachable && compose && input.subnets.length > 0) codes.push('SUBNET_TAKEN');
  if (input.product !== null) codes.push('DISK_SPACE', 'GPU_VRAM');
  // an address that is not here is said instead of all ports on it
  const noAddress = findings.some(({ code }) => code === 'ADDRESS_MISSING');
  if (input.ports.length > 0 && !noAddress) codes.push('PORT_FREE');
  if (input.modelFit !== null && typeof input.modelFit !== 'function') codes.push('MODEL_FIT');
  return codes;
}
