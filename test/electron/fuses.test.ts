import { dirname } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FuseName, fuses, fusesFor } from '../../electron/packaging/fuses.ts';
import { pinned } from '../../electron/runtime/pinned.ts';
import { starter } from './support/launch.ts';
import { copyApp, makeRig, type Rig } from './support/rig.ts';

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

let rig: Rig;
/** The app as it ships: without the one fuse that Playwright needs. */
let shipped: string;

beforeAll(async () => {
  rig = await makeRig(() => undefined);
  shipped = await copyApp(rig, 'shipped');
  await flip(shipped, 'enableNodeCliInspectArguments', false);
}, 300_000);

afterAll(() => rig?.end(), 60_000);

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

it('the shipped binary is no Node.js, and one without that fuse is', async () => {
  const asNode = async () => {
    const program = await starter(rig, shipped, await rig.home(), 'ELECTRON_RUN_AS_NODE=1');
    const script = ['--eval', 'console.log("as", "node")'];
    const { stdout } = await execa('timeout', ['--signal=KILL', '5', program, ...script], { reject: false });
    return stdout.includes('as node');
  };
  expect(await asNode()).toBe(false);
  await flip(shipped, 'runAsNode', true);
  try {
    expect(await asNode()).toBe(true);
  } finally {
    await flip(shipped, 'runAsNode', false);
  }
});

it('the shipped binary opens no debugger', async () => {
  const program = await starter(rig, shipped, await rig.home());
  const run = (args: string[]) => execa('timeout', ['--signal=KILL', '5', program, ...args], { reject: false });
  const { stderr } = await run(['--inspect=0']);
  expect(stderr).not.toContain('Debugger listening');
  expect(stderr).toContain('airgap-desktop engine-started');
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
