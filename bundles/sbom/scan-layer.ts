import { posix } from 'node:path';
import { sourceLimits } from '../images/limits.ts';
import { unpacked } from '../images/read-archive.ts';
import { readTar, type TarEntry } from '../images/read-tar.ts';
import { sourceError } from '../images/source-error.ts';
import { packageFileKind, readLimit } from './package-file.ts';
import { type PackageFile, parsePackageFile } from './parse-packages.ts';

/** What one layer does to the package files of those below it. */
export interface ScannedLayer {
  /** By path, what package files tell. */
  files: ReadonlyMap<string, PackageFile>;
  /** Paths that are gone from the layers below, with all that is under them. */
  removed: ReadonlySet<string>;
  /** Folders whose content of the layers below is gone. */
  emptied: ReadonlySet<string>;
}

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
/** Names that can stand above a package file: where one of them is no folder any more, what was below it is gone. */
const above =
  /(^|\/)(var|lib|dpkg|status\.d|usr|apk|db|etc|local|opt|python[\d.]*|site-packages|dist-packages|[^/]+\.dist-info)$/;

/**
 * Reads a layer's tar for the files that name packages, and for what hides such files of the layers below
 * (https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts). Nothing is written to disk. `unpackedSize`: bytes of the
 * tar, where it was measured before. Throws SOURCE_FORMAT beyond the bounds and for what is no tar, SOURCE_TRUNCATED for a part of one.
 */
export async function scanLayer(
  name: string,
  content: AsyncIterable<Uint8Array>,
  unpackedSize?: number,
): Promise<ScannedLayer> {
  const files = new Map<string, PackageFile>();
  const links = new Map<string, string>();
  const removed = new Set<string>();
  const emptied = new Set<string>();
  let packages = 0;
  /** True: the content must be read; all else is told by the entry's header. */
  const wants = ({ path: raw, type, target }: Pick<TarEntry, 'path' | 'type' | 'target'>): boolean => {
    const path = layerPath(raw);
    const base = posix.basename(path);
    const folder = posix.dirname(path);
    const tells = packageFileKind(path) !== undefined;
    if (base === opaque) emptied.add(folder);
    else if (base.startsWith(whiteout)) removed.add(posix.join(folder, base.slice(whiteout.length)));
    else if (tells && type === 'hardLink') links.set(path, layerPath(target));
    else if (tells && type === 'file') return true;
    // folders come as `other`, with a slash at their end
    else if (tells || (type !== 'hardLink' && !raw.endsWith('/') && above.test(path))) removed.add(path);
    requireBelow(name, 'whiteouts', removed.size + emptied.size, sourceLimits.layerWhiteouts);
    requireBelow(name, 'package files', links.size, sourceLimits.layerPackageFiles);
    return false;
  };
  const use = async (entry: TarEntry): Promise<void> => {
    const path = layerPath(entry.path);
    const file = parse(name, path, await readStart(entry, path));
    packages += file.packages.length;
    files.set(path, file);
    requireBelow(name, 'package files', files.size, sourceLimits.layerPackageFiles);
    requireBelow(name, 'packages', packages, sourceLimits.components);
  };
  const options = { entries: sourceLimits.layerEntries, anyType: true, mayLackEnd: true, wants };
  await readTar(name, unpacked(name, content, unpackedSize), use, options);
  for (const [path, target] of links) {
    const linked = files.get(target);
    if (linked !== undefined) files.set(path, linked);
  }
  return { files, removed, emptied };
}

function requireBelow(name: string, what: string, found: number, limit: number): void {
  if (found > limit) throw sourceError(name, what, { expected: `<= ${limit}` });
}

function parse(name: string, path: string, content: Buffer): PackageFile {
  try {
    return parsePackageFile(path, content);
  } catch (error) {
    if (error instanceof RangeError) throw sourceError(name, path, { cause: error });
    throw error;
  }
}

/** In its one form; what would lead outside the root is inside it, as for the engine. */
function layerPath(raw: string): string {
  return posix.join('/', raw).slice(1).replace(/\/$/, '');
}

async function readStart(entry: TarEntry, path: string): Promise<Buffer> {
  const kind = packageFileKind(path);
  const limit = kind === undefined ? 0 : readLimit(kind);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry.content) {
    const part = Buffer.from(chunk).subarray(0, limit - length);
    chunks.push(part);
    length += part.length;
    if (length === limit) break;
  }
  return Buffer.concat(chunks);
}

/** The package files of an image, its layers the base first. */
export function overlay(layers: readonly ScannedLayer[]): Map<string, PackageFile> {
  const files = new Map<string, PackageFile>();
  for (const layer of layers) {
    for (const path of [...files.keys()]) if (isHidden(path, layer)) files.delete(path);
    for (const [path, content] of layer.files) files.set(path, content);
  }
  return files;
}

function isHidden(path: string, { removed, emptied }: ScannedLayer): boolean {
  if (removed.has(path) || emptied.has('.')) return true;
  for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    if (removed.has(folder) || emptied.has(folder)) return true;
  }
  return false;
}
