import { smokeStack } from '../smoke/smoke-step.ts';
import { requireInstallation } from './installation.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import { loginsProven } from './proofs.ts';
import type { RunHandle } from './runs.ts';
import { releaseSecrets } from './secrets.ts';
import { smokeInput } from './smoke-input.ts';

/** The smoke tests alone, on what is installed; the stick is not needed. */
export function smokePlan(ports: EnginePorts, handle: RunHandle) {
  return startPlan<object>()
    .derive('here', () => requireInstallation(handle.journal))
    .derive('secrets', ({ here }) => releaseSecrets(here.files, here.secrets))
    .step('tested', smokeStack, ({ here, secrets }, { signal }) =>
      smokeInput(ports, {
        files: here.files,
        secrets,
        model: here.model,
        images: here.images,
        registry: here.registry,
        loginsProven: loginsProven(handle.journal),
        unchanged: undefined,
        signal,
      }),
    );
}
