import type { ServiceInfo } from '../ports/runtime.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

/** Every service that should run has containers, and each is healthy, or running where it defines no health check. */
export async function testHealth({ runtime, files, signal }: SmokeContext): Promise<Verdict> {
  const wanted = await runtime.services(files, signal);
  const containers = await runtime.list(files, signal);
  const states = wanted.map((service) => ({
    service,
    state: stateOf(containers.filter((c) => c.service === service)),
  }));
  const ill = states.filter(({ state }) => state !== 'healthy');
  const first = ill.map(({ service, state }) => `${service}: ${state}`).join(', ');
  return {
    pass: wanted.length > 0 && ill.length === 0,
    expected: `${wanted.length}/${wanted.length} healthy`,
    measured: `${wanted.length - ill.length}/${wanted.length} healthy${first === '' ? '' : ` (${first})`}`,
    params: {
      service: ill.map(({ service }) => service).join(', '),
      state: [...new Set(ill.map(({ state }) => state))].join(', '),
    },
  };
}

function stateOf(containers: readonly ServiceInfo[]): string {
  if (containers.length === 0) return 'missing';
  const ill = containers.find(
    ({ state, hasHealthcheck }) => state !== 'healthy' && !(state === 'running' && !hasHealthcheck),
  );
  return ill?.state ?? 'healthy';
}
