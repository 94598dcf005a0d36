import { InstallerError } from '../../installer/base/errors.ts';
import { bundlePath } from '../../installer/contract/digest.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import { imagesIn, type OpenedSource, type SourceOptions } from '../images/open-source.ts';
import { peekStart } from '../images/peek-start.ts';
import { fileBytes, readArchive, unpacked } from '../images/read-archive.ts';
import { readTar, type TarEntry } from '../images/read-tar.ts';
import { sourcePath } from '../images/source-content.ts';
import { sourceError } from '../images/source-error.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { checkStoredModel } from '../writing/check-model.ts';
import { peekedBytes, startsAsImages } from './starts-as-images.ts';

export interface NestedOptions extends SourceOptions {
  /** Where a GGUF file of this name goes in the bundle, and as which of the product's models; undefined: it is none of them. */
  modelPlace: (name: string) => { id: string; path: string } | undefined;
  onIgnored: (source: string, path: string) => void;
}

/** What came out of one `--from` archive. */
export interface Nested {
  images: readonly OpenedSource[];
  models: readonly { id: string; source: string; file: BundleFile }[];
  /** packages/, tools/ */
  files: readonly BundleFile[];
}

/**
 * Reads the archive that the deployment guide's script makes (`tar czf codegraph-airgapped-bundle.tar.gz IMAGES.tar.gz model.gguf
 * packages/ config/ scripts/`) once, front to back: images and model are told by their content and go straight to their
 * places, packages keep theirs, config/, scripts/ and whatever else lies there are carried in tools/ and run by nobody.
 *
 * Throws SOURCE_TRUNCATED, SOURCE_FORMAT, SOURCE_UNREADABLE, GGUF_*, and what image archives throw.
 */
export async function readNested(file: string, output: BundleOutput, options: NestedOptions): Promise<Nested> {
  const images: OpenedSource[] = [];
  const models: { id: string; source: string; file: BundleFile }[] = [];
  const files: BundleFile[] = [];
  const seen = new Set<string>();
  await readTar(file, unpacked(file, fileBytes(file, options)), async (entry) => {
    const path = sourcePath(file, entry.path);
    // a bundle is also read from FAT, where case is not kept apart
    if (seen.has(path.toLowerCase())) throw sourceError(file, `duplicate ${path}`);
    seen.add(path.toLowerCase());
    if (entry.type === 'link') throw sourceError(file, `entry type SymbolicLink of ${JSON.stringify(path)}`);
    const source = `${file}: ${path}`;
    const { start, all } = await peekStart(entry.content, peekedBytes);
    const kind = await kindOf(path, start);
    if (kind === 'images') {
      const content = await readArchive(source, all, output, options);
      images.push({ source, images: await imagesIn(source, content, output, options) });
    } else if (kind === 'model') {
      const place = options.modelPlace(path);
      if (place === undefined) options.onIgnored(file, path);
      else if (output.has(place.path)) throw sourceError(file, `a second model ${place.id}: ${path}`);
      else {
        const stored = await put(output, source, place.path, entry, all);
        if (await isModel(output, stored, source)) models.push({ id: place.id, source, file: stored });
        else options.onIgnored(file, path);
      }
    } else {
      files.push(await put(output, source, placeOf(path), entry, all));
    }
  });
  return { images, models, files };
}

/** False: an adapter or a projector, which was taken out again. Throws GGUF_*. */
async function isModel(output: BundleOutput, file: BundleFile, source: string): Promise<boolean> {
  try {
    await checkStoredModel(output, file, source);
    return true;
  } catch (error) {
    if (!(error instanceof InstallerError) || error.code !== 'GGUF_NOT_THE_MODEL') throw error;
    await output.remove(file);
    return false;
  }
}

const foreign = /^(packages|tools|config|scripts|sbom)\//;

async function kindOf(path: string, start: Buffer): Promise<'images' | 'model' | 'file'> {
  if (foreign.test(path)) return 'file';
  if (start.toString('latin1', 0, 4) === 'GGUF') return 'model';
  return (await startsAsImages(start)) ? 'images' : 'file';
}

function placeOf(path: string): string {
  if (/^(packages|tools)\//.test(path)) return path;
  // what pip is told to install belongs beside what it installs from
  return /^requirements[^/]*\.txt$/.test(path) ? `packages/${path}` : `tools/${path}`;
}

async function put(
  output: BundleOutput,
  source: string,
  path: string,
  entry: TarEntry,
  content: AsyncIterable<Buffer>,
): Promise<BundleFile> {
  if (!bundlePath.safeParse(path).success) {
    throw sourceError(source, 'name', { expected: 'A-Z a-z 0-9 . _ + @ = - /', found: path });
  }
  if (output.has(path)) throw new InstallerError('USAGE', { params: { what: source }, found: `${path} twice` });
  const file = await output.put(path, content);
  if (file.size !== entry.size) throw sourceError(source, 'size', { expected: entry.size, found: file.size });
  return file;
}
