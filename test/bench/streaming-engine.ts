/**
 * `node --expose-gc test/bench/streaming-engine.ts DATA_DIR`: the real engine and browser face in a process of their own, with an
 * installation whose steps only report. Prints the wizard's address; then one answer for each line that it reads:
 * `blobs COUNT EVERY_MS` reports that many blobs, `flood PER_SECOND` goes on until the next order, `memory` gives bytes, `end`.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import { serve } from '../../installer/faces/http/serve.ts';
import type { Step, StepContext } from '../../installer/ports/step.ts';
import { builtRenderer } from '../../renderer/build/ensure.ts';

const [dataDir] = process.argv.slice(2);
const collect = globalThis.gc;
if (dataDir === undefined || collect === undefined)
  throw new Error('usage: node --expose-gc streaming-engine.ts DATA_DIR');

const engine = createEngine({ dataDir });
const server = await serve({ engine, rendererDir: builtRenderer, log: () => undefined });
const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const blobBytes = 3 * 1024 * 1024;
/** What a push reports: bytes of each blob as they go, its end as a line of the log. */
async function reportBlobs({ progress, emit, signal }: StepContext, count: number, everyMs: number): Promise<void> {
  for (let blob = 1; blob <= count; blob += 1) {
    const digest = `sha256:${blob.toString(16).padStart(64, '0')}`;
    for (let chunk = 1; chunk <= 8; chunk += 1)
      progress((blob - 1) * blobBytes + (chunk * blobBytes) / 8, count * blobBytes, digest);
    emit({ kind: 'log', level: 'info', source: 'loadImages', message: `${digest} ${blobBytes} bytes stored` });
    await sleep(everyMs, undefined, { signal });
  }
}

/** The step's work, one order after the other. */
async function obey(context: StepContext): Promise<true> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [order, first = '0', second = '0'] = line.split(' ');
    flooding.abort();
    if (order === 'end') break;
    if (order === 'memory') {
      collect?.();
      answer(process.memoryUsage());
      continue;
    }
    if (order === 'blobs') await reportBlobs(context, Number(first), Number(second));
    if (order === 'flood') flood(context, 1000 / Number(first));
    answer(order);
  }
  return true;
}

let flooding = new AbortController();
function flood(context: StepContext, everyMs: number): void {
  flooding = new AbortController();
  const signal = AbortSignal.any([flooding.signal, context.signal]);
  // It ends by being told to.
  reportBlobs({ ...context, signal }, Number.MAX_SAFE_INTEGER, everyMs).catch(() => undefined);
}

const step: Step<null, true> = {
  id: 'loadImages',
  weight: 1,
  unit: 'bytes',
  reversible: true,
  check: async () => undefined,
  run: (_input, context) => obey(context),
  verify: async () => undefined,
};
engine.context.runs.start('install', () => ({
  plan: startPlan<object>().step('images', step, () => null),
  initial: {},
  undoOnRefusal: false,
}));
answer({ url: server.url });
await engine.context.runs.idle();
await server.close();
