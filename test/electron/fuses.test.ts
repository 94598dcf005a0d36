import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { execa } from 'execa';
import { beforeAll, expect, inject, it } from 'vitest';
import { type FuseName, fuses, fusesFor } from '../../electron/packaging/fuses.ts';
import { pinned } from '../../electron/runtime/pinned.ts';
import { starter } from './support/launch.ts';
import { copyApp, makeHome } from './support/rig.ts';
import { patience } from './support/until.ts';

const options: Record<FuseName, FuseV1Options> = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
};

/** A fuse's state in the wire is a digit's character: @electron/fuses keeps its names for them to itself. */
const enabled = '1'.charCodeAt(0);

const { user } = inject('desktop');
/** The app as it ships: without the one fuse that Playwright needs. */
let shipped: string;

beforeAll(async () => {
  shipped = await copyApp('shipped');
  await flip(shipped, 'enableNodeCliInspectArguments', false);
});

it('19. the packaged binary has every fuse set as it must be', async () => {
  expect(await read(shipped)).toEqual(fusesFor(pinned.electronVersion));
});

it.each(
  Object.keys(fusesFor(pinned.electronVersion)) as FuseName[],
)('19. a binary with %s the other way is caught', async (name) => {
  await flip(shipped, name, !fuses[name]);
  try {
    expect(await read(shipped)).not.toEqual(fusesFor(pinned.electronVersion));
  } finally {
    await flip(shipped, name, fuses[name]);
  }
});

/** Starts the binary and waits until it has shown itself as the app, or has ended; gives all that it said. */
async function whatItSays(args: readonly string[], environment = '', look = () => Promise.resolve()): Promise<string> {
  const run = execa(await starter(shipped, await makeHome(), environment), args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  let said = '';
  let shown: Promise<void> | undefined;
  run.all.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (shown === undefined && said.includes('airgap-desktop engine-started')) {
      shown = look().finally(() => run.kill('SIGKILL'));
    }
  });
  await run;
  await shown;
  return said;
}

it('the shipped binary is no Node.js, and one without that fuse is', async () => {
  const script = ['--eval', 'console.log("as", "node")'];
  const asApp = await whatItSays(script, 'ELECTRON_RUN_AS_NODE=1');
  expect(asApp).toContain('airgap-desktop engine-started');
  expect(asApp).not.toContain('as node');
  await flip(shipped, 'runAsNode', true);
  try {
    expect(await whatItSays(script, 'ELECTRON_RUN_AS_NODE=1')).toContain('as node');
  } finally {
    await flip(shipped, 'runAsNode', false);
  }
});

it('the shipped binary opens no debugger, and one with that fuse does', async () => {
  const said = await whatItSays(['--inspect=0']);
  expect(said).toContain('airgap-desktop engine-started');
  expect(said).not.toContain('Debugger listening');
  await flip(shipped, 'enableNodeCliInspectArguments', true);
  try {
    expect(await whatItSays(['--inspect=0'])).toContain('Debugger listening');
  } finally {
    await flip(shipped, 'enableNodeCliInspectArguments', false);
  }
});

/** Internet sockets of the suite's user, as /proc/net lists them. proc(5) */
async function sockets(): Promise<string[]> {
  const lists = ['tcp', 'tcp6', 'udp', 'udp6'].map(async (name) => {
    const [, ...lines] = (await readFile(`/proc/net/${name}`, 'utf8')).trim().split('\n');
    return lines.filter((line) => line.trim().split(/\s+/)[7] === String(user.uid)).map((line) => `${name} ${line}`);
  });
  return (await Promise.all(lists)).flat();
}

it('the shipped app opens no port and no connection; one that opens a port is seen', async () => {
  let seen: string[] | undefined;
  const look = async () => {
    seen = await sockets();
  };
  await whatItSays([], '', look);
  expect(seen).toEqual([]);
  await whatItSays(['--remote-debugging-port=0'], '', look);
  expect(seen).not.toEqual([]);
});

async function flip(executable: string, name: FuseName, value: boolean): Promise<void> {
  await flipFuses(executable, { version: FuseVersion.V1, [options[name]]: value });
}

async function read(executable: string): Promise<Partial<Record<FuseName, boolean>>> {
  const wire = await getCurrentFuseWire(executable);
  const had = Object.keys(fusesFor(pinned.electronVersion)) as FuseName[];
  expect(dirname(executable)).toContain('shipped');
  return Object.fromEntries(had.map((name) => [name, wire[options[name]] === enabled]));
}
