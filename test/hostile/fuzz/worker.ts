/**
 * The process that is fuzzed: `node worker.ts TARGET SEED FROM RUNS STATE`. The index of the input at work stands in STATE (8
 * bytes, little-endian) before it is read, so that also an abort of the whole process tells which one it was.
 */
import { openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inputRandom } from './input-random.ts';
import { openTarget } from './targets.ts';

const [name = '', seed, from, runs, stateFile = ''] = process.argv.slice(2);
const first = Number(from);
const state = openSync(stateFile, 'w');
const slot = Buffer.alloc(8);

/** Also what nobody awaited ends the process; now and then the loop must turn for that to be heard. */
const turnEvery = 64;

const target = await openTarget(name, dirname(stateFile));
for (let index = first; index < first + Number(runs); index++) {
  slot.writeBigUInt64LE(BigInt(index));
  writeSync(state, slot, 0, 8, 0);
  await target.read(await target.make(inputRandom(Number(seed), index)));
  if (index % turnEvery === 0) await nextTurn();
}
await nextTurn();
await target.close?.();
console.log('all read');
