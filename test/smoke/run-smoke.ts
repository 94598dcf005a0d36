import type { SmokeTest } from '../../installer/contract/product.ts';
import type { SmokeResult } from '../../installer/contract/smoke.ts';
import type { StepContext, StepEventBody } from '../../installer/ports/step.ts';
import { productTest, runTest } from '../../installer/smoke/run-test.ts';
import type { SmokeInput } from '../../installer/smoke/smoke-input.ts';
import { defaultLimits } from '../../installer/smoke/smoke-input.ts';
import { fakeRuntime, images, registry } from './fake-runtime.ts';

export const password = 'Zr8pQ2vL6nT4wX9yB1cD3eF5';
export const title = { en: 'A test', ru: 'Проверка' };

export function smokeInput(more: Partial<SmokeInput> = {}): SmokeInput {
  return {
    tests: [],
    env: new Map([
      ['API_ADMIN_USERNAME', 'admin'],
      ['API_ADMIN_PASSWORD', password],
    ]),
    loginsProven: new Map(),
    runtime: fakeRuntime(),
    files: { project: 'site', site: 's', dir: '/nowhere', composeFiles: ['compose.yaml'], envFile: '.env' },
    registry,
    images,
    redact: (text) => text.replaceAll(password, '***'),
    extra: [],
    limits: { requestMs: 2000, targetMs: 400, pollMs: 20 },
    ...more,
  };
}

export function stepContext(signal = new AbortController().signal): StepContext & { events: StepEventBody[] } {
  const events: StepEventBody[] = [];
  return {
    signal,
    progress: () => undefined,
    making: () => undefined,
    isOurs: () => false,
    emit: (event) => void events.push(event),
    events,
  };
}

/** Runs one product test as the step does. */
export function runOne(test: SmokeTest, more: Partial<SmokeInput> = {}, signal?: AbortSignal): Promise<SmokeResult> {
  const input = smokeInput(more);
  return runTest(productTest(test), {
    ...input,
    limits: { ...defaultLimits, ...input.limits },
    signal: signal ?? new AbortController().signal,
  });
}
