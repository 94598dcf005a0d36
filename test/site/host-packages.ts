import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateApt } from './apt.ts';
import { thisDistribution } from './archive.ts';
import { withLock } from './lock.ts';
import { cacheRoot, type Log } from './paths.ts';

/** Command → Debian package. */
type Commands = Readonly<Record<string, string>>;

/** Commands that the harness runs from the machine itself, and the Debian package that has each. */
const COMMANDS: Commands = {
  ip: 'iproute2',
  iptables: 'iptables',
  sysctl: 'procps',
  wget: 'wget',
  chroot: 'coreutils',
  nsenter: 'util-linux',
};

/** System directories that a login shell's PATH may lack. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the suites hold our own work against: SSHSIG, image digests, TLS, Python packages, zstd as others write it. */
export const TEST_COMMANDS: Commands = {
  ...COMMANDS,
  'ssh-keygen': 'openssh-client',
  skopeo: 'skopeo',
  openssl: 'openssl',
  pip3: 'python3-pip',
  zstd: 'zstd',
};

/** Installs with apt what this machine lacks, saying which packages; touches nothing where all is there. */
export async function ensureHostPackages(log: Log, commands: Commands = COMMANDS): Promise<void> {
  const lacking = missing(commands);
  if (lacking.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`root is needed to install ${lacking.join(', ')}`);
  await withLock(join(cacheRoot(), 'host-packages.lock'), async () => {
    const packages = missing(commands);
    if (packages.length === 0) return;
    log(`apt-get install ${packages.join(' ')} (missing on this machine)`);
    const { codename } = await thisDistribution();
    const apt = await privateApt(join(cacheRoot(), 'apt-host'), [codename], 'machine');
    await apt.update();
    await apt.install(packages);
    const still = missing(commands);
    if (still.length > 0) throw new Error(`after installing them these are still missing: ${still.join(', ')}`);
  });
}

/** Those of these commands that this machine does not have. */
export function missingCommands(commands: Commands): string[] {
  const dirs = SYSTEM_PATH.split(':');
  return Object.keys(commands).filter((name) => !dirs.some((dir) => existsSync(join(dir, name))));
}

function missing(commands: Commands): string[] {
  return [...new Set(missingCommands(commands).flatMap((name) => commands[name] ?? []))];
}
