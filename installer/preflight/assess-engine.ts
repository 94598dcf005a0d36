import { InstallerError, systemCode } from '../base/errors.ts';
import type { Finding } from '../contract/findings.ts';
import type { EngineVersion } from '../ports/containers.ts';
import { isAtLeast } from './version.ts';

export type EngineAnswer = EngineVersion | { error: InstallerError };

/** Docker Engine: there, and new enough. A version that cannot be read is not new enough. */
export function assessEngine(engine: EngineAnswer, required: string | null): Finding[] {
  if ('error' in engine) {
    const reason = isDenied(engine.error) ? 'permission' : 'unreachable';
    return [
      {
        code: 'ENGINE_REACHABLE',
        status: 'fail',
        subject: '',
        unit: 'text',
        expected: null,
        found: null,
        params: { ...engine.error.params, reason },
      },
    ];
  }
  return [
    {
      code: 'ENGINE_REACHABLE',
      status: 'pass',
      subject: '',
      unit: 'text',
      expected: null,
      found: engine.engine,
      params: { api: engine.api, dataRoot: engine.dataRoot },
    },
    versionFinding('ENGINE_VERSION', engine.engine, required),
  ];
}

/** A version, undefined where there is no Compose, or what kept it from answering. */
export type ComposeAnswer = string | undefined | { error: InstallerError };

/** Docker Compose: there, able to start, and new enough. `params.kind` chooses the remedy. */
export function assessCompose(answer: ComposeAnswer, required: string | null): Finding {
  if (typeof answer === 'object') {
    const { message, found } = answer.error;
    const finding = versionFinding('COMPOSE_VERSION', null, required);
    return { ...finding, params: { kind: 'unexecutable', detail: String(found ?? message) } };
  }
  const finding = versionFinding('COMPOSE_VERSION', answer ?? null, required);
  // No product has said which version it needs.
  return answer === undefined && required === null ? { ...finding, params: { kind: 'missing' } } : finding;
}

function versionFinding(
  code: 'ENGINE_VERSION' | 'COMPOSE_VERSION',
  found: string | null,
  required: string | null,
): Finding {
  const enough = found !== null && (required === null || isAtLeast(found, required));
  return {
    code,
    status: enough ? 'pass' : 'fail',
    subject: '',
    unit: 'version',
    expected: required,
    found,
    params: {},
  };
}

/** True when the socket is there and refused us: rights are missing, not the engine. */
export function isDenied(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const code = systemCode(at);
    if (code === 'EACCES' || code === 'EPERM') return true;
    if (at instanceof InstallerError && (at.params.errno === 'EACCES' || at.params.errno === 'EPERM')) return true;
  }
  return false;
}
