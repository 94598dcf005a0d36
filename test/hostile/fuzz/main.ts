/**
 * `npm run fuzz -- [--target NAME]… [--runs N] [--seed N] [--from N] [--out DIR]`: a million inputs for each reader by default.
 * `--reproduce FILE --target NAME` reads one input that a failure has left.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inputRandom } from './input-random.ts';
import { fuzzDir, runFuzz } from './run-fuzz.ts';
import { openTarget, targetNames } from './targets.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() & 0x7fffffff) },
    from: { type: 'string', default: '0' },
    out: { type: 'string', default: join(tmpdir(), 'airgap-fuzz-failures') },
    reproduce: { type: 'string' },
  },
});
const seed = Number(values.seed);
const targets = values.target ?? targetNames;

if (values.reproduce !== undefined) {
  const dir = await fuzzDir();
  const target = await openTarget(targets[0] ?? '', dir);
  try {
    await target.read(await readFile(values.reproduce));
  } finally {
    await rm(dir, { recursive: true });
  }
  console.log(`${target.name} reads ${values.reproduce} without a fault`);
} else {
  console.log(`seed ${seed}`);
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  for (const name of targets) {
    if (!abort.signal.aborted) await fuzzOne(name, abort.signal);
  }
}

async function fuzzOne(name: string, signal: AbortSignal): Promise<void> {
  const runs = Number(values.runs);
  const { read, peak, failure } = await runFuzz({ target: name, seed, from: Number(values.from), runs, signal });
  const memory = `${Math.round(peak / 1024 ** 2)} MiB at most`;
  if (failure === undefined) {
    console.log(`fuzz ${name}: ${read} of ${runs} inputs read without a crash, a hang or unbounded memory, ${memory}`);
    return;
  }
  process.exitCode = 1;
  if (failure.kind === 'aborted') {
    console.log(`fuzz ${name}: ${read} of ${runs} inputs read before it was stopped, ${memory}`);
    return;
  }
  const dir = await fuzzDir();
  const target = await openTarget(name, dir);
  await mkdir(values.out, { recursive: true });
  const file = join(values.out, `${name}-${seed}-${failure.index}.bin`);
  await writeFile(file, await target.make(inputRandom(seed, failure.index)));
  console.log(`fuzz ${name}: ${failure.kind} at input ${failure.index} of seed ${seed}, ${memory}\n${failure.detail}`);
  await rm(dir, { recursive: true });
  console.log(`the input: ${file}\nagain: npm run fuzz -- --target ${name} --reproduce ${file}`);
}
