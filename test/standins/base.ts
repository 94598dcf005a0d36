import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stanza } from '../site/apt-sources.ts';
import { archivesOf, plainUri, proxies } from '../site/archive.ts';
import type { Log } from '../site/paths.ts';
import type { RunningEngine } from '../site/start-engine.ts';
import { sourcesKey } from './sources-key.ts';

/** Makes the layer that all stand-ins share and tags it `airgap-standin/base` in the vendor's engine. */
export async function ensureBase(vendor: RunningEngine, workDir: string, log: Log): Promise<void> {
  const folder = join(import.meta.dirname, 'base');
  const tag = `airgap-standin/base:${await sourcesKey([folder])}`;
  const { exitCode } = await execa('docker', ['image', 'inspect', tag], { env: vendor.env, reject: false });
  if (exitCode !== 0) {
    log('making the shared Debian 13 base with debootstrap (half a minute)');
    const root = join(workDir, 'root');
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true, mode: 0o755 });
    await makeRoot(join(folder, 'make-base.sh'), root, vendor.env);
    const archive = join(workDir, 'base.tar');
    await execa('tar', ['--numeric-owner', '--sort=name', '--mtime=@0', '-C', root, '-cf', `${archive}.part`, '.']);
    await rename(`${archive}.part`, archive);
    await execa('docker', ['import', '--change', 'CMD ["sh"]', archive, tag], { env: vendor.env });
    await rm(archive);
    await rm(root, { recursive: true });
  }
  await execa('docker', ['tag', tag, 'airgap-standin/base:latest'], { env: vendor.env });
}

/** The image's apt is configured as the machine's own is, for Debian 13. Proxies reach it by the environment and stay in no layer. */
async function makeRoot(script: string, root: string, env: Record<string, string>): Promise<void> {
  const [archive, ...beside] = await archivesOf('trixie');
  if (archive === undefined) throw new Error('there is no archive of Debian 13');
  const sources = `${root}.sources`;
  await rm(sources, { recursive: true, force: true });
  await mkdir(sources);
  await writeFile(join(sources, 'archive.sources'), stanza(archive));
  // A file of its own: an image of another suite takes its archive from the first and drops this one.
  await writeFile(join(sources, 'beside.sources'), beside.map(stanza).join('\n'));
  const keyring = archive.options['Signed-By']?.startsWith('/') ? archive.options['Signed-By'] : '';
  const argv = [root, await plainUri(archive), sources, keyring];
  await execa(script, argv, { env: { ...env, ...(await proxies()) }, all: true });
  await rm(sources, { recursive: true });
}
