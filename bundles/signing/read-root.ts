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
  /** What travels with it, as it will be named in a bundle: `root.json.1.sig` and so on, `root.2.json` and so on. */
  carried: { name: string; bytes: Buffer }[];
}

/** `root.N.json` and its signatures: an earlier version, for sites that have missed a rotation. */
const earlierFile = /^root\.[1-9]\d{0,8}\.json(?:\.[A-Za-z0-9_-]{1,64}\.sig)?$/;

/**
 * A root.json, the signatures that lie beside it as FILE.*.sig, and earlier versions that lie there as root.N.json with theirs.
 * Throws SOURCE_UNREADABLE, ROOT_FORMAT.
 */
export async function readRoot(file: string): Promise<RootFiles> {
  const bytes = await readSmallFile(file, maxRootBytes);
  const document = parseRootDocument(bytes, file);
  const carried: RootFiles['carried'] = [];
  for (const entry of (await readdir(dirname(file))).sort()) {
    const name = carriedName(entry, basename(file));
    if (name === undefined) continue;
    const limit = name.endsWith('.sig') ? maxSignatureBytes : maxRootBytes;
    carried.push({ name, bytes: await readSmallFile(join(dirname(file), entry), limit) });
  }
  return { document, bytes, carried };
}

function carriedName(entry: string, rootName: string): string | undefined {
  if (entry === rootName) return undefined;
  if (earlierFile.test(entry) && !entry.startsWith(`${rootName}.`)) return entry;
  if (entry.startsWith(`${rootName}.`) && entry.endsWith('.sig')) return `root.json${entry.slice(rootName.length)}`;
  return undefined;
}

function parseRootDocument(bytes: Buffer, file: string): RootDocument {
  try {
    return rootDocument.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'json' }, cause: error });
  }
}
