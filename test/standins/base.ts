import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Log } from '../site/paths.ts';
import type { RunningEngine } from '../site/start-engine.ts';
import { sourcesKey } from './sources-key.ts';

const MIRROR = 'http://deb.debian.org/debian';

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
    await execa(join(folder, 'make-base.sh'), [root, MIRROR], { env: vendor.env, all: true });
    const archive = join(workDir, 'base.tar');
    await execa('tar', ['--numeric-owner', '--sort=name', '--mtime=@0', '-C', root, '-cf', `${archive}.part`, '.']);
    await rename(`${archive}.part`, archive);
    await execa('docker', ['import', '--change', 'CMD ["sh"]', archive, tag], { env: vendor.env });
    await rm(archive);
    await rm(root, { recursive: true });
  }
  await execa('docker', ['tag', tag, 'airgap-standin/base:latest'], { env: vendor.env });
}
