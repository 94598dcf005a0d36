import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signal } from './processes.ts';
import { waitFor } from './wait-for.ts';

const MOUNT = '/sys/fs/cgroup';

/**
 * Every process of an engine (dockerd, containerd, its shims, the containers) lives below one control group that the
 * harness made, so all of them are found and ended exactly, whoever started them. cgroups(7), both versions.
 */
export async function createCgroup(name: string): Promise<{ procsFile: string }> {
  const hierarchies = await allHierarchies();
  const tracked = hierarchies.find((path) => path.endsWith('/pids')) ?? hierarchies[0];
  if (!tracked) throw new Error(`no control group hierarchy is mounted below ${MOUNT}`);
  const leaf = join(tracked, name, 'engine');
  await mkdir(leaf, { recursive: true });
  return { procsFile: join(leaf, 'cgroup.procs') };
}

/** The numbers of all processes in the group and below it, in any hierarchy. */
export async function cgroupPids(name: string): Promise<number[]> {
  const found = new Set<number>();
  for (const group of await groupDirs(name)) {
    for (const dir of await descendants(group)) {
      const procs = await orIfGone(readFile(join(dir, 'cgroup.procs'), 'utf8'), '');
      for (const line of procs.split('\n')) if (line) found.add(Number(line));
    }
  }
  found.delete(0); // a process outside our PID namespace; it cannot be one of ours
  return [...found];
}

/** Kills everything in the group, waits until it is empty and removes it. Does nothing where there is none. */
export async function removeCgroup(name: string): Promise<void> {
  const empty = await waitFor(async () => {
    const pids = await cgroupPids(name);
    for (const pid of pids) signal(pid, 'SIGKILL');
    return pids.length === 0;
  }, 30_000);
  if (!empty) throw new Error(`processes in control group ${name} did not end: ${await cgroupPids(name)}`);
  let last: unknown;
  const removed = await waitFor(async () => {
    try {
      for (const group of await groupDirs(name)) {
        for (const dir of (await descendants(group)).reverse()) await orIfGone(rmdir(dir), undefined);
      }
      return true;
    } catch (error) {
      last = error; // EBUSY for a moment after the last process has gone
      return false;
    }
  }, 10_000);
  if (!removed) throw new Error(`control group ${name} could not be removed`, { cause: last });
}

/** The directories that the group has now, one in each hierarchy of version 1, one in all of version 2. */
export async function groupDirs(name: string): Promise<string[]> {
  return (await allHierarchies()).map((path) => join(path, name)).filter((path) => existsSync(path));
}

async function allHierarchies(): Promise<string[]> {
  if (existsSync(join(MOUNT, 'cgroup.controllers'))) return [MOUNT];
  const entries = await readdir(MOUNT, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(MOUNT, entry.name));
}

/** Parents first. */
async function descendants(dir: string): Promise<string[]> {
  const entries = await orIfGone(readdir(dir, { withFileTypes: true }), []);
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => descendants(join(dir, entry.name))),
  );
  return [dir, ...below.flat()];
}

async function orIfGone<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENODEV') return otherwise;
    throw error;
  }
}
