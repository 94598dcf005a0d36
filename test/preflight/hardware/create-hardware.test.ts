import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHardware } from '../../../installer/adapters/hardware/create-hardware.ts';
import { readOperatingSystem } from '../../../installer/adapters/hardware/operating-system.ts';
import { hardwareFacts } from '../../../installer/contract/facts.ts';
import { folder, program } from './fake-programs.ts';

test('this machine’s facts have the contract’s form and agree with Node’s', async () => {
  const facts = await createHardware({ nvidiaFolders: [], path: await folder() }).facts();
  hardwareFacts.strict().parse(facts);
  expect(facts.cpu.usableCores).toBeGreaterThan(0);
  expect(facts.cpu.usableCores).toBeLessThanOrEqual(availableParallelism());
  expect(facts.cpu.physicalCores).toBeGreaterThan(0);
  expect(facts.cpu.flags.length).toBeGreaterThan(0);
  expect(facts.memory.totalBytes).toBe(totalmem());
  expect(facts.mounts.map(({ mountPoint }) => mountPoint)).toContain('/');
  expect(facts.nvidia).toEqual({ state: 'none', detail: '' });
  expect(facts.clock.synchronised).toBeNull();
  expect(facts.notes).toContain('clock: there is no timedatectl');
});

test.each([
  ['yes', true],
  ['no', false],
])('timedatectl says NTPSynchronized=%s', async (said, synchronised) => {
  const path = await program('timedatectl', `[ "$*" = "show -p NTPSynchronized" ] && echo NTPSynchronized=${said}`);
  expect((await createHardware({ nvidiaFolders: [], path }).facts()).clock.synchronised).toBe(synchronised);
});

test.each([
  ['fails', 'echo NTPSynchronized=yes; exit 1', 20_000],
  ['says something else', 'echo NTPSynchronized=maybe', 20_000],
  ['hangs', 'exec sleep 300', 2_000],
])('timedatectl that %s: nobody can say, and the facts say why', async (_name, script, timeoutMs) => {
  const path = await program('timedatectl', script);
  const facts = await createHardware({ nvidiaFolders: [], path, timeoutMs }).facts();
  expect(facts.clock.synchronised).toBeNull();
  expect(facts.notes).toContainEqual(expect.stringContaining('clock: timedatectl'));
});

test('a hanging nvidia-smi costs its own facts only', async () => {
  const path = await program('nvidia-smi', 'exec sleep 300');
  const facts = await createHardware({ path, nvidiaFolders: [], timeoutMs: 2_000 }).facts();
  expect(facts.nvidia.state).toBe('timeout');
  expect(facts.memory.totalBytes).toBe(totalmem());
});

test('cancelled before and while', async () => {
  const path = await program('nvidia-smi', 'exec sleep 300');
  const hardware = createHardware({ path, nvidiaFolders: [] });
  await expect(hardware.facts(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  const controller = new AbortController();
  const reading = hardware.facts(controller.signal);
  setTimeout(() => controller.abort(), 50);
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([
  ['NAME="Astra Linux"\nVERSION_ID="1.7_x86-64"\n', 'Astra Linux', '1.7_x86-64'],
  ["NAME='Arch Linux'\nBUILD_ID=rolling\n", 'Arch Linux', 'rolling'],
  ['# nothing\n', 'unknown', ''],
])('os-release %j', async (text, name, version) => {
  const file = join(await folder(), 'os-release');
  await writeFile(file, text);
  expect(await readOperatingSystem(file, [])).toMatchObject({ name, version });
});

test('no os-release: unknown, with a note', async () => {
  const notes: string[] = [];
  expect((await readOperatingSystem('/nowhere/os-release', notes)).name).toBe('unknown');
  expect(notes).toEqual([expect.stringContaining('ENOENT')]);
});
