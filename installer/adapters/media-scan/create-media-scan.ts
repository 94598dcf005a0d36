import { readFile, realpath, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BundlePlace, MediaScan, MountedMedium } from '../../ports/media-scan.ts';
import { findBundles } from './find-bundles.ts';
import { isMedium, type Mount, parseMountinfo } from './mountinfo.ts';

export interface MediaScanOptions {
  /** Folders that are looked into as well: a network share, a copy on disk. */
  extraDirs?: readonly string[];
  mountinfoFile?: string;
}

/** Scans the mounted media, and the folders that were named. */
export function createMediaScan(options: MediaScanOptions = {}): MediaScan {
  const { extraDirs = [], mountinfoFile = '/proc/self/mountinfo' } = options;
  return {
    async find(signal) {
      const mounts = parseMountinfo(await readFile(mountinfoFile, 'utf8'));
      // a later mount on the same place hides the earlier one
      const media = [...new Map(mounts.filter(isMedium).map((mount) => [mount.mountPoint, mount])).values()];
      const places: BundlePlace[] = [];
      for (const mount of media) places.push(...(await placesOn(mount.mountPoint, mount, signal)));
      for (const dir of extraDirs) {
        const real = await realpath(resolve(dir)).catch(() => undefined);
        if (real !== undefined) places.push(...(await placesOn(real, mountOf(real, mounts), signal)));
      }
      return [...new Map(places.map((place) => [place.dir, place])).values()];
    },
  };
}

async function placesOn(dir: string, mount: Mount, signal: AbortSignal | undefined): Promise<BundlePlace[]> {
  const dirs = await findBundles(dir, signal);
  if (dirs.length === 0) return [];
  const { mountPoint, fileSystem, readOnly } = mount;
  const medium: MountedMedium = { mountPoint, fileSystem, readOnly, sizeBytes: await sizeOf(mountPoint) };
  return dirs.map((found) => ({ dir: found, medium }));
}

async function sizeOf(mountPoint: string): Promise<number | null> {
  try {
    const { blocks, bsize } = await statfs(mountPoint);
    return blocks * bsize;
  } catch {
    return null;
  }
}

function mountOf(path: string, mounts: readonly Mount[]): Mount {
  const holds = ({ mountPoint }: Mount) =>
    mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
  const longest = mounts
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, mount) => (best === undefined || mount.mountPoint.length >= best.mountPoint.length ? mount : best),
      undefined,
    );
  return longest ?? { mountPoint: '/', fileSystem: 'unknown', device: '-', readOnly: false };
}
