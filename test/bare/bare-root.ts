import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { machineNode } from '../bootstrap/machine-node.ts';
import { stanza } from '../site/apt-sources.ts';
import { archivesOf, plainUri, proxies } from '../site/archive.ts';
import { ensureEngine } from '../site/engine.ts';
import type { Log } from '../site/paths.ts';

const repository = join(import.meta.dirname, '../..');

export interface BareOptions {
  suite: 'bookworm' | 'trixie';
  /** This machine's own Node, or the locked one. */
  node: 'machine' | '24';
}

/** Debian's minimal root in `root`, with Node, npm, this machine's apt and npm configuration, and a clone in /root/airgap-installer. */
export async function makeBareRoot(root: string, { suite, node }: BareOptions, log: Log): Promise<string> {
  log(`making a bare ${suite} with debootstrap`);
  const { env } = await ensureEngine(log);
  const sources = await archivesOf(suite);
  const [archive] = sources;
  if (archive === undefined) throw new Error(`no archive has ${suite}`);
  await mkdir(root, { recursive: true });
  await execa('debootstrap', ['--variant=minbase', suite, root, await plainUri(archive)], {
    env: { ...env, ...(await proxies()) },
    all: true,
  });
  await configureApt(root, suite, sources.map(stanza).join('\n'));
  await putNode(root, node);
  await configureNpm(root);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) await copyIn(root, file);
  await execa('git', ['clone', '--quiet', '--no-hardlinks', repository, join(root, 'root/airgap-installer')]);
  return root;
}

export async function nodeVersions(root: string): Promise<string> {
  const { stdout } = await execa('chroot', [root, 'node', '--version']);
  const npm = JSON.parse(await readFile(join(root, 'usr/lib/node_modules/npm/package.json'), 'utf8'));
  return `Node ${stdout.slice(1)}, npm ${npm.version}`;
}

/** Debian 13 in the deb822 format, Debian 12 as debootstrap leaves it, in the one-line format. */
async function configureApt(root: string, suite: string, stanzas: string): Promise<void> {
  if (suite === 'trixie') {
    await rm(join(root, 'etc/apt/sources.list'));
    await writeFile(join(root, 'etc/apt/sources.list.d/debian.sources'), stanzas);
  }
  const { stdout } = await execa('apt-config', ['dump']);
  const lines = stdout.split('\n').filter((line) => /^Acquire::(Check-|https?::|ftp::)/.test(line));
  await writeFile(join(root, 'etc/apt/apt.conf.d/80machine'), `${lines.join('\n')}\n`);
}

async function putNode(root: string, which: BareOptions['node']): Promise<void> {
  const machine = await machineNode();
  const node = which === '24' ? await realpath(process.execPath) : machine.node;
  await cp(node, join(root, 'usr/bin/node'));
  const home = dirname(dirname(machine.npm));
  await cp(home, join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/bin', name));
  }
}

/** The files that npm reads here, and the certificates that they name. */
async function configureNpm(root: string): Promise<void> {
  for (const name of ['globalconfig', 'userconfig', 'cafile']) {
    const { stdout } = await execa('npm', ['config', 'get', name], { cwd: '/' });
    if (stdout.startsWith('/')) await copyIn(root, stdout);
  }
}

async function copyIn(root: string, file: string): Promise<void> {
  const target = join(root, file);
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  await cp(file, target, { dereference: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
