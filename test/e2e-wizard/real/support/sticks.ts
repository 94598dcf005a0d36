import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyBundle } from '../../../e2e/support/copy-bundle.ts';
import type { DemoBundle } from '../../../site/demo-bundle.ts';

/** Where a desktop mounts what is plugged in: here by the mounts' name in the installer's own mount namespace. */
const mountPoint = '/media/officer';

export interface Sticks {
  /** Paths as the installer sees them. */
  codegraph: string;
  damaged: string;
  forged: string;
  root: string;
  reports: string;
  /** The same media where the test can reach them, to damage and to repair. */
  behind: { damaged: string; forged: string; reports: string; pristine: string };
  /** argv that runs a program which sees the sticks. The process is the program itself. */
  plugIn(argv: readonly string[]): string[];
}

/**
 * Four media in `dir`: the vendor's bundle, two copies to be tampered with, the keys that came by another way, and an empty
 * one for the report. They are bind mounts in a mount namespace that ends with the program: nothing is left on the machine.
 */
export async function makeSticks(dir: string, demo: DemoBundle): Promise<Sticks> {
  const behind = {
    pristine: demo.bundle,
    damaged: await copyBundle(demo.bundle, join(dir, 'damaged')),
    forged: await copyBundle(demo.bundle, join(dir, 'forged')),
    reports: join(dir, 'reports'),
  };
  await mkdir(behind.reports);
  const media = {
    CODEGRAPH: [demo.bundle, 'ro'],
    DAMAGED: [behind.damaged, 'ro'],
    FORGED: [behind.forged, 'ro'],
    KEYS: [join(demo.root, '..'), 'ro'],
    REPORTS: [behind.reports, 'rw'],
  } as const;
  const script = [
    'set -e',
    'mount -t tmpfs -o mode=755 tmpfs /media',
    ...Object.entries(media).flatMap(([name, [from, mode]]) => [
      `mkdir -p ${mountPoint}/${name}`,
      `mount --bind '${from}' ${mountPoint}/${name}`,
      `mount -o remount,bind,${mode} ${mountPoint}/${name}`,
    ]),
    'exec "$@"',
  ].join('\n');
  return {
    codegraph: `${mountPoint}/CODEGRAPH`,
    damaged: `${mountPoint}/DAMAGED`,
    forged: `${mountPoint}/FORGED`,
    root: `${mountPoint}/KEYS/root.json`,
    reports: `${mountPoint}/REPORTS`,
    behind,
    plugIn: (argv) => ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...argv],
  };
}
