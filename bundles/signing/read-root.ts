import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InstallerError } from '../../installer/base/errors.ts';
import { type RootDocument, rootDocument } from '../../installer/contract/manifest.ts';
import { readSmallFile } from '../writing/read-small.ts';

const maxRootBytes = 64 * 1024;
const maxSignatureBytes = 4096;

export interface RootFiles {
  document: RootDocument;
  bytes: Buffer;
  /** Signatures beside it, as they will be named in a bundle: `root.json.1.sig` and so on. */
  signatures: { name: string; bytes: Buffer }[];
}

/** A root.json and the signatures that lie beside it as FILE.*.sig. Throws SOURCE_UNREADABLE, ROOT_FORMAT. */
export async function readRoot(file: string): Promise<RootFiles> {
  const bytes = await readSmallFile(file, maxRootBytes);
  const signatures: RootFiles['signatures'] = [];
  for (const entry of (await readdir(dirname(file))).sort()) {
    if (!entry.startsWith(`${basename(file)}.`) || !entry.endsWith('.sig')) continue;
    const name = `root.json${entry.slice(basename(file).length)}`;
    signatures.push({ name, bytes: await readSmallFile(join(dirname(file), entry), maxSignatureBytes) });
  }
  return { document: parseRootDocument(bytes, file), bytes, signatures };
}

function parseRootDocument(bytes: Buffer, file: string): RootDocument {
  try {
    return rootDocument.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'json' }, cause: error });
  }
}
