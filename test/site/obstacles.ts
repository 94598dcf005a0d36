import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../installer/contract/texts.ts';
import { SYSTEM_PATH } from './host-packages.ts';

/** What keeps an isolated site with a Docker Engine from being made. */
export type Obstacle = 'linux' | 'root' | 'namespaces' | 'cgroups' | 'apt';

const words: Record<Obstacle, Record<Language, string>> = {
  linux: { en: 'this is not Linux', ru: 'это не Linux' },
  root: { en: 'this user is not root', ru: 'этот пользователь не root' },
  namespaces: {
    en: 'no network and mount namespaces can be made (a container without rights?)',
    ru: 'нельзя создать пространства имён сети и монтирования (контейнер без прав?)',
  },
  cgroups: { en: 'no control group can be made in /sys/fs/cgroup', ru: 'в /sys/fs/cgroup нельзя создать группу' },
  apt: { en: 'there is no apt to get a Docker Engine with', ru: 'нет apt, чтобы получить Docker Engine' },
};

const CGROUPS = '/sys/fs/cgroup';

/** Asks the kernel, not a list of systems; takes milliseconds. Empty where containers can run. */
export function obstacles(): Obstacle[] {
  if (process.platform !== 'linux') return ['linux'];
  const found: Obstacle[] = [];
  if (process.getuid?.() !== 0) found.push('root');
  else if (spawnSync('unshare', ['--mount', '--net', 'true'], { cwd: '/' }).status !== 0) found.push('namespaces');
  if (!cgroupsWritable()) found.push('cgroups');
  if (!SYSTEM_PATH.split(':').some((folder) => existsSync(join(folder, 'apt-get')))) found.push('apt');
  return found;
}

function cgroupsWritable(): boolean {
  const hierarchies = existsSync(join(CGROUPS, 'cgroup.controllers'))
    ? [CGROUPS]
    : existsSync(CGROUPS)
      ? readdirSync(CGROUPS, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(CGROUPS, name))
      : [];
  return hierarchies.length > 0 && hierarchies.some(isWritable);
}

function isWritable(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    // Read-only, as in a container, or not ours.
    return false;
  }
}

export function obstacleText(found: readonly Obstacle[], language: Language): string {
  return found.map((one) => words[one][language]).join('; ');
}
