import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { proxies } from '../site/archive.ts';
import { withLock } from '../site/lock.ts';
import { cacheRoot, type Log } from '../site/paths.ts';
import { type RunningEngine, startEngine } from '../site/start-engine.ts';
import { ensureBase } from './base.ts';
import { SHARED, STAND_INS, type StandIn } from './images.ts';
import { sourcesKey } from './sources-key.ts';

const FOLDER = import.meta.dirname;

export interface StandInImages {
  /** `docker save` archives (uncompressed tar) that together hold all images. */
  archives: string[];
  images: readonly StandIn[];
}

/**
 * Builds the stand-in images as a vendor would, in a connected engine of its own, and saves them into the cache. The
 * archive is named by the hash of the stand-ins' sources: while they stay the same, nothing is started or fetched.
 */
export async function ensureImages(log: Log): Promise<StandInImages> {
  const store = join(cacheRoot(), 'standins');
  const archive = join(store, `images-${await sourcesKey([FOLDER])}.tar`);
  if (!existsSync(archive)) {
    await withLock(join(cacheRoot(), 'standins.lock'), async () => {
      if (!existsSync(archive)) await buildArchive(store, archive, log);
    });
  }
  return { archives: [archive], images: STAND_INS };
}

async function buildArchive(store: string, archive: string, log: Log): Promise<void> {
  await mkdir(store, { recursive: true });
  const vendorDir = join(cacheRoot(), 'vendor-engine');
  log('starting the vendor’s engine to build the stand-in images (minutes when nothing is cached)');
  const vendor = await startEngine({ dir: vendorDir, keepData: true, log });
  try {
    await ensureBase(vendor, store, log);
    for (const { ref, folder } of SHARED) await build(vendor, ref, folder, [], log);
    for (const { ref, folder, kind, says } of STAND_INS) {
      await build(vendor, ref, folder, [`--label=io.airgap-installer.${kind}=${says}`], log);
    }
    log('saving the images');
    const refs = STAND_INS.map(({ ref }) => ref);
    await execa('docker', ['save', '--output', `${archive}.part`, ...refs], { env: vendor.env });
    await execa('docker', ['image', 'prune', '--force'], { env: vendor.env });
  } catch (error) {
    throw new Error(`the stand-in images could not be built (to start from nothing remove ${vendorDir})`, {
      cause: error,
    });
  } finally {
    await vendor.stop();
  }
  await rename(`${archive}.part`, archive);
  for (const name of await readdir(store)) {
    if (name.startsWith('images-') && join(store, name) !== archive) await rm(join(store, name));
  }
}

/** One image by Docker's classic builder: BuildKit would need another package. */
async function build(vendor: RunningEngine, ref: string, folder: string, args: string[], log: Log): Promise<void> {
  log(`building ${ref}`);
  // Docker knows these names itself and keeps them out of the image and of its history.
  const through = Object.entries(await proxies()).map(([name, value]) => `--build-arg=${name}=${value}`);
  await execa(
    'docker',
    [
      'build',
      '--quiet',
      '--network=host',
      `--tag=${ref}`,
      `--file=${join(FOLDER, folder, 'Dockerfile')}`,
      ...through,
      ...args,
      FOLDER,
    ],
    { env: { ...vendor.env, DOCKER_BUILDKIT: '0' }, all: true },
  );
}
