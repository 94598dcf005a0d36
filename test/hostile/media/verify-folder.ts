/** `node verify-folder.ts DIR ROOT`: verifies a bundle and every byte of it; prints the bytes, then tries to write beside it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../../installer/base/errors.ts';
import { hashEveryByte } from '../../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../../installer/media/open-media.ts';
import { verifyBundle } from '../../../installer/trust/verify-bundle.ts';

const [dir = '', root = ''] = process.argv.slice(2);
const bundle = await verifyBundle({ media: await openMedia(dir), root });
const { bytes } = await hashEveryByte(bundle, { signal: new AbortController().signal });
const write = await writeFile(join(dir, 'probe'), '').then(
  () => 'written',
  (error: unknown) => systemCode(error),
);
console.log(JSON.stringify({ bytes, write }));
