import { chmod, chown, cp, mkdtemp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import type { Defence } from '../../../electron/defences.ts';
import { replaceArchive } from './fixture-app.ts';

const suite = inject('desktop');

/** The packaged app again, by hard links, with these defences left out of the archive in it: a second and not eight. */
export async function without(weakened: readonly Defence[]): Promise<string> {
  const copy = await mkdtemp(join(suite.dir, `without-${weakened.join('-')}-`));
  await chmod(copy, 0o755);
  await execa('cp', ['--archive', '--link', `${dirname(suite.standing)}/.`, copy]);
  await replaceArchive({ app: `${copy}-app`, archive: join(copy, 'resources', 'app.asar'), weakened });
  return join(copy, basename(suite.standing));
}

/** A home folder of the suite's user, empty. */
export async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(suite.dir, 'home-'));
  await chown(home, suite.user.uid, suite.user.gid);
  return home;
}

/** Copies a packaged app whole, for changing its binary. */
export async function copyApp(name: string): Promise<string> {
  const copy = await mkdtemp(join(suite.dir, `${name}-`));
  await chmod(copy, 0o755);
  await cp(dirname(suite.standing), copy, { recursive: true });
  return join(copy, basename(suite.standing));
}
