import { endOf, plainText } from '../../base/foreign-text.ts';
import type { ServiceInfo } from '../../ports/runtime.ts';
import type { Inspection } from './inspection.ts';

/**
 * One word for a container's state, its detail and exit code. A container that the engine is about to start again counts as
 * exited: it has just died. https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container (State)
 */
export function serviceState(
  found: Pick<Inspection, 'state' | 'restarts'>,
): Pick<ServiceInfo, 'state' | 'detail' | 'exitCode'> {
  const { state } = found;
  switch (state.Status) {
    case 'created':
      return { state: 'creating', detail: plainText(state.Error), exitCode: null };
    case 'running':
      return { ...running(state.Health), exitCode: null };
    case 'restarting':
    case 'exited':
    case 'dead':
      return { state: 'exited', detail: death(found), exitCode: state.ExitCode };
    case 'removing':
      return { state: 'removed', detail: state.Status, exitCode: null };
    default:
      return { state: 'starting', detail: state.Status, exitCode: null };
  }
}

function running(health: Inspection['state']['Health']): Pick<ServiceInfo, 'state' | 'detail'> {
  if (health == null || health.Status === 'none') return { state: 'running', detail: '' };
  if (health.Status === 'healthy') return { state: 'healthy', detail: '' };
  const last = health.Log?.at(-1);
  const detail = last === undefined || last.ExitCode === 0 ? '' : endOf(plainText(last.Output).trim(), 500);
  return { state: health.Status === 'unhealthy' ? 'unhealthy' : 'starting', detail };
}

function death({ state, restarts }: Pick<Inspection, 'state' | 'restarts'>): string {
  const parts = [
    state.OOMKilled ? 'out of memory' : '',
    plainText(state.Error),
    restarts > 0 ? `restarted ${restarts} times` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
