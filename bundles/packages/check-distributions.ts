import type { BundleFile } from '../../installer/contract/manifest.ts';
import { sourceLimits } from '../images/limits.ts';
import { unpacked } from '../images/read-archive.ts';
import { readTar } from '../images/read-tar.ts';
import { truncatedSource } from '../images/source-error.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { distributionAt } from './distribution-name.ts';

/** APPNOTE 4.3.16: the end of central directory record, and the longest comment behind it, bytes. */
const endBytes = 22;
const commentBytes = 0xffff;
const endMagic = Buffer.from('PK\x05\x06', 'latin1');

/**
 * Requires that each Python distribution below packages/ is there to its end: pip would only find out on the site. Throws
 * SOURCE_TRUNCATED, and SOURCE_FORMAT for a packed source distribution that does not unpack.
 */
export async function checkDistributions(output: BundleOutput): Promise<void> {
  for (const file of output.files()) {
    if (distributionAt(file.path) === undefined) continue;
    if (file.path.endsWith('.tar.gz')) await requireWholeTar(output, file);
    else await requireWholeZip(output, file);
  }
}

async function requireWholeTar(output: BundleOutput, file: BundleFile): Promise<void> {
  const options = { entries: sourceLimits.layerEntries, anyType: true, mayLackEnd: true, wants: () => false };
  await readTar(file.path, unpacked(file.path, output.read(file)), async () => undefined, options);
}

/** A zip's directory stands at its end: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.6. */
async function requireWholeZip(output: BundleOutput, file: BundleFile): Promise<void> {
  const start = Math.max(0, file.size - endBytes - commentBytes);
  const tail = await output.readRange(file, start, file.size - start);
  for (let at = tail.lastIndexOf(endMagic); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(endMagic, at - 1)) {
    if (at + endBytes <= tail.length && at + endBytes + tail.readUInt16LE(at + 20) === tail.length) return;
  }
  throw truncatedSource(file.path, 'zip: no end of central directory', { found: `${file.size} bytes` });
}
