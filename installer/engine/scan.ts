import { basename, join } from 'node:path';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import { visible } from '../base/foreign-text.ts';
import type { FoundMedium } from '../contract/wizard.ts';
import { openRegularFile } from '../media/open-file.ts';
import type { BundlePlace, MediaScan } from '../ports/media-scan.ts';
import { inspectBundle } from './bundle-view.ts';

/** The media that hold something that calls itself a bundle. Not verified; a damaged one is listed without a product. */
export async function scanMedia(scan: MediaScan, signal?: AbortSignal): Promise<FoundMedium[]> {
  const places = await scan.find(signal);
  const found: FoundMedium[] = [];
  for (const place of places) found.push(await describe(place));
  return found;
}

async function describe({ dir, medium }: BundlePlace): Promise<FoundMedium> {
  const manifest = await readManifest(dir);
  return {
    dir,
    label: visible(basename(medium.mountPoint)) || null,
    readOnly: medium.readOnly,
    fileSystem: medium.fileSystem,
    product: manifest === undefined ? null : { ...manifest.product, release: manifest.release },
    root: (await hasRoot(dir)) ? join(dir, 'root.json') : null,
    size: manifest?.files.reduce((sum, { size }) => sum + size, 0) ?? medium.sizeBytes ?? 0,
  };
}

/** A stick that is damaged, or pulled out while it is read, is still a stick. */
async function readManifest(dir: string) {
  try {
    return (await inspectBundle(dir)).manifest;
  } catch (error) {
    if (asInstallerError(error).code === 'INTERNAL') throw error;
    return undefined;
  }
}

async function hasRoot(dir: string): Promise<boolean> {
  try {
    const { handle } = await openRegularFile(dir, 'root.json');
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof InstallerError) return false;
    throw error;
  }
}
