import { InstallerError } from '../base/errors.ts';
import type { ServiceInfo, StackFiles, StackRuntime } from '../ports/runtime.ts';
import type { Step } from '../ports/step.ts';
import { bringUp } from './bring-up.ts';
import type { Redact } from './redaction.ts';
import { isReady } from './service-watch.ts';
import { removeStack } from './uninstall.ts';

export interface StartStackInput {
  runtime: StackRuntime;
  files: StackFiles;
  /** How long the services may take until all are ready; ms. */
  healthTimeoutMs: number;
  /** How long one may be unhealthy without a break before that counts; ms. Default one minute. */
  unhealthyMs?: number;
  /** How long a service without a health check must run before it counts as ready; ms. */
  steadyMs?: number;
  /** Time between two looks; ms. */
  pollMs?: number;
  redact: Redact;
  /** True when this run made the data volumes: only then does `undo` remove them. */
  freshInstall: boolean;
}

export interface StackStarted {
  services: ServiceInfo[];
}

const defaults = { unhealthyMs: 60_000, steadyMs: 5_000, pollMs: 500, deaths: 5 } as const;

/** Every service of the stack that has no profile runs and is healthy. */
export const startStack: Step<StartStackInput, StackStarted> = {
  id: 'startStack',
  weight: 20,
  unit: 'items',
  reversible: true,

  async check({ runtime, files }, { signal }) {
    const [current, expected, found] = await Promise.all([
      runtime.isCurrent(files, signal),
      runtime.services(files, signal),
      runtime.list(files, signal),
    ]);
    const services = found.filter(({ service }) => expected.includes(service));
    const allReady = expected.every((name) => services.some((info) => info.service === name && isReady(info)));
    return current && allReady ? { services } : undefined;
  },

  async run(input, { signal, emit, progress }) {
    const { runtime, files, healthTimeoutMs, redact } = input;
    const services = await bringUp({
      runtime,
      files,
      healthTimeoutMs,
      redact,
      signal,
      pollMs: input.pollMs ?? defaults.pollMs,
      limits: {
        deaths: defaults.deaths,
        unhealthyMs: input.unhealthyMs ?? defaults.unhealthyMs,
        steadyMs: input.steadyMs ?? defaults.steadyMs,
      },
      onService: (service) => emit({ kind: 'service', service }),
      onReady: (ready, total) => progress(ready, total, files.project),
    });
    for (const { container } of services) {
      emit({ kind: 'artifact', artifact: { type: 'container', name: container, digest: null, size: null } });
    }
    return { services };
  },

  async verify(_output, input, context) {
    if ((await startStack.check(input, context)) !== undefined) return;
    const found = await input.runtime.list(input.files, context.signal);
    const ill = found.find((info) => !isReady(info));
    throw new InstallerError('SERVICE_UNHEALTHY', {
      params: { service: ill?.service ?? '' },
      expected: 'healthy, with the configuration of this release',
      found: ill?.state ?? 'another configuration',
    });
  },

  async undo({ runtime, files, freshInstall }) {
    await removeStack({ runtime, stack: files, volumes: freshInstall });
  },
};
