import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateApt } from './apt.ts';
import { withLock } from './lock.ts';
import { cacheRoot, type Log } from './paths.ts';

/** Commands that the harness runs from the machine itself, and the Debian package that has each. */
const COMMANDS = {
  ip: 'iproute2',
  iptables: 'iptables',
  sysctl: 'procps',
  wget: 'wget',
  chroot: 'coreutils',
  nsenter: 'util-linux',
} as const;

/** System directories that a login shell's PATH may lack. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Installs with apt what this machine lacks, saying which packages; touches nothing where all is there. */
export async function ensureHostPackages(log: Log): Promise<void> {
  if (missing().length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`root is needed to install ${missing().join(', ')}`);
  await withLock(join(cacheRoot(), 'host-packages.lock'), async () => {
    const packages = missing();
    if (packages.length === 0) return;
    log(`apt-get install ${packages.join(' ')} (missing on this machine)`);
    const apt = await privateApt(join(cacheRoot(), 'apt-host'), ['bookworm'], 'machine');
    await apt.update();
    await apt.install(packages);
    const still = missing();
    if (still.length > 0) throw new Error(`after installing them these are still missing: ${still.join(', ')}`);
  });
}

function missing(): string[] {
  const dirs = SYSTEM_PATH.split(':');
  const absent = Object.entries(COMMANDS).filter(([name]) => !dirs.some((dir) => existsSync(join(dir, name))));
  return [...new Set(absent.map(([, debianPackage]) => debianPackage))];
}
