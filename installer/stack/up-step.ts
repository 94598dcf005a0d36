import { InstallerError } from '../base/errors.ts';
import type { ServiceInfo, StackFiles, StackRuntime } from '../ports/runtime.ts';
import type { Step, StepContext } from '../ports/step.ts';
import { bringUp } from './bring-up.ts';
import type { Redact } from './redaction.ts';
import { isReady } from './service-watch.ts';

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

  async run(input, context) {
    const { signal, emit, progress } = context;
    const { runtime, files, healthTimeoutMs, redact } = input;
    await tellWhatIsMade(input, context);
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
};

/** Data volumes that are there already hold data that an earlier uninstall kept: they are not this run's to take back. */
async function tellWhatIsMade(
  { runtime, files }: StartStackInput,
  { making, isOurs, signal }: StepContext,
): Promise<void> {
  const stack = { kind: 'stack', name: files.project } as const;
  const [names, objects] = await Promise.all([runtime.names(files, signal), runtime.inventory(signal)]);
  const there = new Set(objects.filter(({ kind }) => kind === 'volume').map(({ name }) => name));
  if (!isOurs(stack)) making(stack);
  for (const name of names.volumes) if (!there.has(name)) making({ kind: 'volume', name });
}
