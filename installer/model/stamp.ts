import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { systemCode } from '../base/errors.ts';
import { type Digest, digest } from '../contract/digest.ts';

/**
 * What a file looked like when its hash was last known to hold. As long as the file system says that nothing has touched
 * it since, a model of many gigabytes need not be hashed again. Times as decimal text: nanoseconds exceed a double.
 */
const stamp = z.strictObject({
  digest,
  size: z.int(),
  ino: z.string(),
  mtimeNs: z.string(),
  ctimeNs: z.string(),
});
type Stamp = z.infer<typeof stamp>;

export async function writeStamp(stampPath: string, filePath: string, fileDigest: Digest): Promise<void> {
  await writeFileAtomically(stampPath, 0o644, JSON.stringify(await look(filePath, fileDigest)));
}

/** True when the file is the one that was stamped with this digest, untouched. */
export async function stampHolds(stampPath: string, filePath: string, fileDigest: Digest): Promise<boolean> {
  const written = await readStamp(stampPath);
  if (written === undefined) return false;
  const seen = await look(filePath, fileDigest);
  return Object.entries(seen).every(([key, value]) => written[key as keyof Stamp] === value);
}

/** undefined: there is none, or what is there is no stamp; both only mean that the file must be hashed. */
async function readStamp(path: string): Promise<Stamp | undefined> {
  try {
    return stamp.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function look(path: string, fileDigest: Digest): Promise<Stamp> {
  const { size, ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return {
    digest: fileDigest,
    size: Number(size),
    ino: String(ino),
    mtimeNs: String(mtimeNs),
    ctimeNs: String(ctimeNs),
  };
}
