import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type MountEntry, parseMountinfo } from './mountinfo.ts';

/** A control group's folder in one hierarchy; version 1 has one hierarchy per controller, version 2 one for all. */
export interface CgroupFolder {
  version: 1 | 2;
  path: string;
}

/**
 * The control groups that this process is in, from its own up to the mount's root, of every hierarchy that could hold
 * limits of `controller`: both versions may be mounted side by side. cgroups(7), proc_pid_cgroup(5).
 */
export async function cgroupFolders(procDir: string, controller: 'cpu' | 'memory'): Promise<CgroupFolder[]> {
  const [membership, mountinfo] = await Promise.all([
    readFile(join(procDir, 'self/cgroup'), 'utf8'),
    readFile(join(procDir, 'self/mountinfo'), 'utf8'),
  ]);
  const mounts = parseMountinfo(mountinfo);
  return membership.split('\n').flatMap((line) => {
    const [hierarchy, controllers, ...rest] = line.split(':');
    const group = rest.join(':');
    if (hierarchy === '0' && controllers === '') {
      return chain(
        2,
        mounts.find((mount) => mount.fileSystem === 'cgroup2'),
        group,
      );
    }
    if (controllers === undefined || !controllers.split(',').includes(controller)) return [];
    const mount = mounts.find((each) => each.fileSystem === 'cgroup' && each.superOptions.includes(controller));
    return chain(1, mount, group);
  });
}

function chain(version: 1 | 2, mount: MountEntry | undefined, group: string): CgroupFolder[] {
  if (mount === undefined) return [];
  const folders = [{ version, path: mount.mountPoint }];
  for (const name of below(mount.root, group).split('/')) {
    const parent = folders.at(-1);
    if (name !== '' && parent !== undefined) folders.push({ version, path: join(parent.path, name) });
  }
  return folders.reverse();
}

/** The group's path below the mount. In a container without a cgroup namespace, the mount's root is itself a group. */
function below(root: string, group: string): string {
  // outside of what is mounted here (cgroup_namespaces(7) shows it as /../NAME): only the mount's own limits can be seen
  if (group.split('/').includes('..')) return '';
  const relative = posix.relative(root, group);
  return relative.startsWith('..') ? '' : relative;
}
