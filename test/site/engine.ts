import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { privateApt } from './apt.ts';
import { suiteForRunc, thisDistribution } from './archive.ts';
import { ensureHostPackages, SYSTEM_PATH } from './host-packages.ts';
import { withLock } from './lock.ts';
import { cacheRoot, type Log } from './paths.ts';

/** Debian's suites that have each version. Debian 12 itself has Engine 20.10 only. */
const SUITES = {
  engine: { '26.1': 'trixie', '28.5': 'sid' },
  compose: { '2.26': 'trixie', '2.40': 'sid' },
} as const;

/** An engine, with the containerd and the docker command of its suite, and a Compose. */
export interface EngineChoice {
  readonly engine: keyof typeof SUITES.engine;
  readonly compose: keyof typeof SUITES.compose;
}

/** What the suites and the demo run on. */
export const usualEngine: EngineChoice = { engine: '26.1', compose: '2.26' };

/** The newer engines run on Debian 12 too, apart from their runc, which wants a newer libc and libseccomp. */
function packagesOf(choice: EngineChoice, runcSuite: string): string[] {
  const engine = SUITES.engine[choice.engine];
  return [
    `docker.io/${engine}`,
    `docker-cli/${engine}`,
    `docker-compose/${SUITES.compose[choice.compose]}`,
    `containerd/${engine}`,
    'tini/trixie',
    'debootstrap/trixie',
    `runc/${runcSuite}`,
  ];
}

/** A Docker Engine and its tools, unpacked but not installed. */
export interface EngineTools {
  /** Holds docker, dockerd, containerd, its shim, runc, docker-proxy, docker-init, debootstrap. */
  binDir: string;
  /** What a shell needs to use them: PATH and DOCKER_CONFIG (which names the Compose plugin). */
  env: { PATH: string; DOCKER_CONFIG: string; DOCKER_CLI_HINTS: string; DEBOOTSTRAP_DIR: string };
  versions: { engine: string; cli: string; compose: string; containerd: string; runc: string };
}

/**
 * Downloads a Docker Engine, a Compose and what they need into a prefix in the cache; the second call only reads what is
 * there. Nothing is installed by it except missing commands (iptables and such), and no engine that the machine has is
 * used or touched. Needs root.
 */
export async function ensureEngine(log: Log, choice: EngineChoice = usualEngine): Promise<EngineTools> {
  await ensureHostPackages(log);
  const packages = packagesOf(choice, suiteForRunc(await thisDistribution()));
  const key = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12);
  const prefix = join(cacheRoot(), `engine-${key}`);
  const done = join(prefix, 'versions.json');
  if (!existsSync(done)) {
    await withLock(join(cacheRoot(), 'engine.lock'), async () => {
      if (existsSync(done)) return;
      const { engine, compose } = choice;
      log(`downloading Docker Engine ${engine} and Compose ${compose} from Debian (80 MB, once)`);
      await unpackEngine(prefix, packages);
    });
  }
  const binDir = join(prefix, 'bin');
  return {
    binDir,
    env: {
      PATH: [binDir, process.env.PATH, SYSTEM_PATH].filter(Boolean).join(':'),
      DOCKER_CONFIG: join(prefix, 'docker-config'),
      DOCKER_CLI_HINTS: 'false',
      DEBOOTSTRAP_DIR: join(prefix, 'root/usr/share/debootstrap'),
    },
    versions: JSON.parse(await readFile(done, 'utf8')) as EngineTools['versions'],
  };
}

async function unpackEngine(prefix: string, packages: readonly string[]): Promise<void> {
  const making = `${prefix}.making`;
  await rm(making, { recursive: true, force: true });
  const debs = join(making, 'debs');
  await mkdir(debs, { recursive: true });
  const suites = new Set(packages.map((name) => name.split('/')[1] ?? ''));
  const apt = await privateApt(join(making, 'apt'), [...suites], 'empty');
  await apt.update();
  await apt.download(packages, debs);
  for (const deb of await readdir(debs)) await execa('dpkg', ['-x', join(debs, deb), join(making, 'root')]);
  await rm(debs, { recursive: true });
  await rm(join(making, 'apt'), { recursive: true });

  await mkdir(join(making, 'bin'));
  for (const path of BINARIES) await symlink(`../root/${path}`, join(making, 'bin', path.split('/').at(-1) ?? path));
  await symlink('../root/usr/bin/tini-static', join(making, 'bin/docker-init'));
  await mkdir(join(making, 'docker-config/cli-plugins'), { recursive: true });
  await symlink(
    '../../root/usr/libexec/docker/cli-plugins/docker-compose',
    join(making, 'docker-config/cli-plugins/docker-compose'),
  );
  await writeFile(join(making, 'docker-config/config.json'), '{}\n');
  await writeFile(join(making, 'versions.json'), JSON.stringify(await readVersions(making), null, 2));
  await rename(making, prefix);
}

const BINARIES = [
  'usr/bin/docker',
  'usr/bin/containerd',
  'usr/bin/containerd-shim-runc-v2',
  'usr/bin/ctr',
  'usr/sbin/dockerd',
  'usr/sbin/docker-proxy',
  'usr/sbin/runc',
  'usr/sbin/debootstrap',
] as const;

/** Asks each program itself, so that what is written down is what will run. */
async function readVersions(prefix: string): Promise<EngineTools['versions']> {
  const ask = async (program: string, ...args: string[]) => {
    const { stdout } = await execa(join(prefix, 'bin', program), args, {
      env: { DOCKER_CONFIG: join(prefix, 'docker-config') },
    });
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout;
  };
  return {
    engine: await ask('dockerd', '--version'),
    cli: await ask('docker', '--version'),
    compose: await ask('docker', 'compose', 'version', '--short'),
    containerd: await ask('containerd', '--version'),
    runc: await ask('runc', '--version'),
  };
}
