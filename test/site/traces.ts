import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupPids, groupDirs } from './cgroup.ts';
import { runtimeRoot } from './paths.ts';

/** What a run has left on the machine, by kind; every list is empty once it is cleaned up. */
export interface Traces {
  /** Processes in its control group, or with its id in their command line. */
  processes: string[];
  cgroups: string[];
  netns: string[];
  /** Mounts with its id in any process's view. */
  mounts: string[];
  paths: string[];
}

/** Looks for everything that names the run `id`, or lies in `dirs`, from outside: it asks the kernel, not the record. */
export async function tracesOf(id: string, dirs: readonly string[]): Promise<Traces> {
  const name = `airgap-site-${id}`;
  const processes = new Set((await cgroupPids(name)).map(String));
  const mounts = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const [cmdline, mounted] = await Promise.all(['cmdline', 'mounts'].map((file) => readProc(pid, file)));
    if (cmdline?.includes(id)) processes.add(`${pid} ${cmdline.replaceAll('\0', ' ')}`);
    for (const line of mounted?.split('\n') ?? []) if (line.includes(id)) mounts.add(line);
  }
  return {
    processes: [...processes],
    cgroups: await groupDirs(name),
    netns: existsSync(`/run/netns/${name}`) ? [name] : [],
    mounts: [...mounts],
    paths: [join(runtimeRoot, id), ...dirs].filter((path) => existsSync(path)),
  };
}

export const NO_TRACES: Traces = { processes: [], cgroups: [], netns: [], mounts: [], paths: [] };

/** Empty for a process that has ended meanwhile. */
async function readProc(pid: string, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EINVAL', 'EACCES'].includes(code)) return '';
    throw error;
  }
}
