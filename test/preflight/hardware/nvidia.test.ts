import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readNvidia } from '../../../installer/adapters/hardware/nvidia.ts';
import { nvidiaColumns, parseNvidiaTable } from '../../../installer/adapters/hardware/nvidia-table.ts';
import { mebibyte } from '../samples.ts';
import { folder, program } from './fake-programs.ts';

const l4 = '0, NVIDIA L4, GPU-aaaa, 550.54.15, 8.9, 23034, 22500, [N/A]';
const a100 = '1, NVIDIA A100-SXM4-40GB, GPU-bbbb, 550.54.15, 8.0, 40960, 40000, Disabled';
const divided = '2, NVIDIA A100-SXM4-40GB, GPU-cccc, 550.54.15, 8.0, 40960, 40000, Enabled';

async function answering(script: string, timeoutMs = 20_000) {
  return readNvidia({ path: await program('nvidia-smi', script), folders: [], timeoutMs });
}

const printing = (...lines: string[]) => lines.map((line) => `echo '${line}'`).join('\n');

test('one GPU', async () => {
  expect(await answering(printing(l4))).toEqual({
    gpus: [
      {
        index: 0,
        name: 'NVIDIA L4',
        uuid: 'GPU-aaaa',
        driver: '550.54.15',
        computeCapability: '8.9',
        vramBytes: 23_034 * mebibyte,
        vramFreeBytes: 22_500 * mebibyte,
      },
    ],
    nvidia: { state: 'ok', detail: '' },
    notes: [],
  });
});

test('several GPUs, in order', async () => {
  const { gpus, nvidia } = await answering(printing(l4, a100));
  expect(gpus.map(({ index, vramBytes }) => [index, vramBytes])).toEqual([
    [0, 23_034 * mebibyte],
    [1, 40_960 * mebibyte],
  ]);
  expect(nvidia.state).toBe('ok');
});

test('MIG: memory that no process can have as a whole is unknown', async () => {
  const { gpus, notes, nvidia } = await answering(printing(a100, divided));
  expect(gpus.map(({ vramBytes }) => vramBytes)).toEqual([40_960 * mebibyte, null]);
  expect(notes).toEqual([expect.stringContaining('GPU 2: MIG')]);
  expect(nvidia.state).toBe('ok');
});

test.each([
  '[N/A]',
  'N/A',
  '[Not Supported]',
  '[Insufficient Permissions]',
  '[Unknown Error]',
  '[GPU requires reset]',
  '',
  '-1',
  '12.5',
  '1e9',
  '99999999999999',
])('memory told as "%s" is unknown, the GPU is there', async (value) => {
  const line = `0, NVIDIA GB10, ${value}, ${value}, ${value}, ${value}, ${value}, ${value}`;
  const { gpus, strange } = parseNvidiaTable(line, nvidiaColumns);
  expect(gpus).toMatchObject([{ index: 0, name: 'NVIDIA GB10', vramBytes: null, vramFreeBytes: null }]);
  expect(strange).toEqual([]);
});

test('texts that are no values become null', () => {
  const { gpus } = parseNvidiaTable('0, [N/A], [N/A], [N/A], [N/A], 1, 1, [N/A]', nvidiaColumns);
  expect(gpus).toMatchObject([{ name: 'NVIDIA', uuid: null, driver: null, computeCapability: null }]);
});

test('a comma in the name, which nvidia-smi does not quote', () => {
  const { gpus } = parseNvidiaTable('3, Quadro, special, GPU-1, 550, 8.6, 2, 1, [N/A]', nvidiaColumns);
  expect(gpus).toMatchObject([{ index: 3, name: 'Quadro, special', uuid: 'GPU-1', vramBytes: 2 * mebibyte }]);
});

test('no nvidia-smi', async () => {
  expect(await readNvidia({ path: await folder(), folders: [await folder()], timeoutMs: 1000 })).toEqual({
    gpus: [],
    nvidia: { state: 'none', detail: '' },
    notes: [],
  });
});

test('nvidia-smi beyond the PATH is found; a file that is not executable is not', async () => {
  const beyond = await program('nvidia-smi', printing(l4));
  const path = await folder();
  await writeFile(join(path, 'nvidia-smi'), 'no program');
  const { gpus } = await readNvidia({ path, folders: ['/nowhere', beyond], timeoutMs: 20_000 });
  expect(gpus).toHaveLength(1);
});

test('an empty PATH entry is not the current folder', async () => {
  const here = await program('nvidia-smi', printing(l4));
  const before = process.cwd();
  process.chdir(here);
  try {
    const { nvidia } = await readNvidia({ path: ':.:', folders: [], timeoutMs: 20_000 });
    expect(nvidia.state).toBe('none');
  } finally {
    process.chdir(before);
  }
});

test('exit 9: the driver does not answer', async () => {
  const says = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
  const { gpus, nvidia } = await answering(`echo "${says}"; exit 9`);
  expect(gpus).toEqual([]);
  expect(nvidia).toEqual({ state: 'error', detail: `exit 9: ${says}` });
});

test.each([
  ['garbage', "printf '\\001\\002 garbage, with, commas\\n'"],
  ['nothing', 'true'],
  ['no devices', 'echo "No devices were found"'],
  ['an index that is none', printing('[Unknown], a, b, c, d, 1, 1, e')],
])('%s instead of a table is an error, not a GPU', async (_name, script) => {
  const { gpus, nvidia } = await answering(script);
  expect(gpus).toEqual([]);
  expect(nvidia.state).toBe('error');
  expect(nvidia.detail).not.toBe('');
});

test('a GPU that fell off the bus does not hide the one that works', async () => {
  const lost = 'Unable to determine the device handle for GPU1: 0000:02:00.0: Unknown Error';
  const { gpus, nvidia } = await answering(`${printing(l4, lost)}; exit 15`);
  expect(gpus).toHaveLength(1);
  expect(nvidia).toEqual({ state: 'error', detail: `exit 15: ${lost}` });
});

test('a driver that does not know a column is asked again without it', async () => {
  const script = `case "$1" in
    *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;;
    *) echo '0, Tesla K80, GPU-1, 470.256.02, 11441, 11000';;
  esac`;
  const { gpus, nvidia } = await answering(script);
  expect(nvidia.state).toBe('ok');
  expect(gpus).toMatchObject([{ driver: '470.256.02', computeCapability: null, vramBytes: 11_441 * mebibyte }]);
});

test('endless output is cut off', async () => {
  const { nvidia } = await answering('yes "0, endless, GPU, 1, 1, 1, 1, 1"');
  expect(nvidia.state).toBe('error');
});

/** Scripts write their pid first, so that the test can look whether they are gone. */
async function hanging(body: string) {
  const dir = await folder();
  const pidFile = join(dir, 'pid');
  const path = await program('nvidia-smi', `echo $$ > '${pidFile}'\n${body}`);
  return { path, pid: async () => Number(await readFile(pidFile, 'utf8')) };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['hangs', 'exec sleep 300'],
  ['hangs and ignores SIGTERM', "trap '' TERM; while :; do read -r line < /dev/zero || :; done"],
])('one that %s: timeout, the process gone, the event loop free meanwhile', async (_name, body) => {
  const { path, pid } = await hanging(body);
  let turns = 0;
  const ticking = setInterval(() => turns++, 5);
  const { nvidia, gpus } = await readNvidia({ path, folders: [], timeoutMs: 1000 });
  clearInterval(ticking);
  expect(nvidia).toEqual({ state: 'timeout', detail: 'no answer within 1000 ms' });
  expect(gpus).toEqual([]);
  // blocked, as with a synchronous call, it would have turned a handful of times
  expect(turns).toBeGreaterThan(20);
  const program = await pid();
  while (alive(program)) await sleep(10);
});

test('a grandchild that keeps the pipe open does not keep us', async () => {
  const { path, pid } = await hanging('sleep 300 &\necho $! > "$0.child"\nwait');
  const { nvidia } = await readNvidia({ path, folders: [], timeoutMs: 1000 });
  expect(nvidia.state).toBe('timeout');
  process.kill(Number(await readFile(join(path, 'nvidia-smi.child'), 'utf8')), 'SIGKILL');
  const program = await pid();
  while (alive(program)) await sleep(10);
});

test('cancelled while it hangs', async () => {
  const { path } = await hanging('exec sleep 300');
  const controller = new AbortController();
  const reading = readNvidia({ path, folders: [], timeoutMs: 60_000, signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

test('a program that cannot be started is an error', async () => {
  const path = await program('nvidia-smi', '');
  await writeFile(join(path, 'nvidia-smi'), '#!/no/such/interpreter\n');
  await chmod(join(path, 'nvidia-smi'), 0o755);
  const { nvidia } = await readNvidia({ path, folders: [], timeoutMs: 20_000 });
  expect(nvidia.state).toBe('error');
});

test('an nvidia-smi that may not be executed is an error that is told, not a machine without a card', async () => {
  const path = await program('nvidia-smi', printing(l4));
  await chmod(join(path, 'nvidia-smi'), 0o644);
  const { nvidia } = await readNvidia({ path, folders: [], timeoutMs: 20_000 });
  expect(nvidia).toEqual({ state: 'error', detail: `${join(path, 'nvidia-smi')}: EACCES` });
  // The positive control: where there is none, there is nothing to tell.
  expect((await readNvidia({ path: await folder(), folders: [], timeoutMs: 1000 })).nvidia.state).toBe('none');
});
