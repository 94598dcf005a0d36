import { expect } from 'vitest';
import { defaultPartSize } from '../../bundles/create.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import { hashEveryByte } from '../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { digestsOf, neededSizes, sparseEntry, writeSparseMedium } from './sparse-medium.ts';

const path = 'models/large.gguf';
const partSize = defaultPartSize;

export function sizeDigests(sizes: readonly number[]) {
  return digestsOf(sizes.flatMap((size) => neededSizes(size, partSize)));
}

/**
 * Reads a file of that size back, stored as a bundle stores it (in parts above 3.5 GiB), as it is or with its last byte changed.
 * Gives the bytes read, or the error's code and the file it names.
 */
export async function readBack(dir: string, size: number, digests: ReturnType<typeof digestsOf>, lastByte: number) {
  const file = sparseEntry(path, size, partSize, digests);
  const root = await writeSparseMedium(dir, file, lastByte);
  const bundle = await verifyBundle({ media: await openMedia(dir), root });
  const expectedFile = file.parts?.at(-1)?.path ?? path;
  try {
    const { bytes } = await hashEveryByte(bundle, { signal: new AbortController().signal });
    return { bytes, parts: file.parts?.length ?? 1, expectedFile };
  } catch (error) {
    expect(error).toBeInstanceOf(InstallerError);
    const { code, params } = error as InstallerError;
    return { code, params, parts: file.parts?.length ?? 1, expectedFile };
  }
}
