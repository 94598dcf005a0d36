import type { ImageExport } from '../../installer/ports/image-export.ts';
import { type RegistryOptions, registryImages } from '../registry/registry-source.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { crossCheck } from './cross-check.ts';
import { dockerImages, readArchiveManifest } from './docker-archive.ts';
import type { LayerCompression } from './ingest-layer.ts';
import { ociImages } from './oci-layout.ts';
import type { Platform, PlatformChoice } from './platform.ts';
import { fileBytes, readArchive } from './read-archive.ts';
import { readFolder } from './read-folder.ts';
import { sameReference } from './reference.ts';
import { sourceBytes } from './source-bytes.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';
import { parseSource, type SourceSpec, supportedSources } from './source-spec.ts';

interface LocalOptions {
  platforms: PlatformChoice;
  /** What layers that come uncompressed become. */
  compress: LayerCompression;
  signal: AbortSignal;
  /** Called as the source is read, with bytes as they lie on disk or come over the network. */
  onBytes: (count: number) => void;
}

export interface SourceOptions extends LocalOptions {
  /** Bytes that will come from a source whose size was not known before. */
  onMore: (count: number) => void;
  /** Opened only where an engine is a source. */
  engine: () => ImageExport;
  registry: RegistryOptions;
}

export interface OpenedSource {
  source: string;
  images: readonly SourceImage[];
}

/**
 * The images of all `--images` sources, in their order; references into one engine are exported together, so that layers
 * which they share come once. Throws SOURCE_UNREADABLE, SOURCE_FORMAT, SOURCE_REGISTRY, ENGINE_UNREACHABLE.
 */
export async function openSources(
  sources: readonly string[],
  output: BundleOutput,
  options: SourceOptions,
  onSource: (source: string) => void,
): Promise<OpenedSource[]> {
  const opened: OpenedSource[] = [];
  const fromEngine = sources.filter((source) => parseSource(source).kind === 'docker');
  for (const source of sources) {
    const spec = parseSource(source);
    if (spec.kind === 'docker') {
      if (source !== fromEngine[0]) continue;
      for (const each of fromEngine) onSource(each);
      opened.push(...(await openEngine(fromEngine, output, options)));
      continue;
    }
    onSource(source);
    if (spec.kind === 'registry') {
      opened.push({ source, images: await registryImages(source, spec, output, options) });
      continue;
    }
    opened.push({ source, images: await openLocal(source, spec, output, options) });
  }
  return opened;
}

/** The images of one archive or OCI layout folder on this machine. Throws SOURCE_UNREADABLE, SOURCE_FORMAT. */
export async function openSource(
  source: string,
  output: BundleOutput,
  options: { platform: Platform; signal: AbortSignal; onBytes: (count: number) => void },
): Promise<SourceImage[]> {
  const spec = parseSource(source);
  if (spec.kind !== 'archive' && spec.kind !== 'layout') throw sourceError(source, 'not on this machine');
  return openLocal(source, spec, output, { ...options, platforms: [options.platform], compress: 'zstd' });
}

async function openLocal(
  source: string,
  { kind, path }: Extract<SourceSpec, { path: string }>,
  output: BundleOutput,
  options: LocalOptions,
): Promise<SourceImage[]> {
  await sourceBytes(source);
  const content =
    kind === 'layout'
      ? await readFolder(path, output, options)
      : await readArchive(path, fileBytes(path, options), output, options);
  return imagesIn(source, content, output, options);
}

/** The images of an archive or layout that has been read. */
export async function imagesIn(
  source: string,
  content: SourceContent,
  output: BundleOutput,
  options: Pick<LocalOptions, 'platforms'>,
): Promise<SourceImage[]> {
  const entries = await readArchiveManifest(content);
  const images = await ociImages(content, output, options.platforms);
  if (images !== undefined) {
    if (entries !== undefined) await crossCheck(content, entries, options.platforms);
    return images;
  }
  if (entries === undefined) {
    throw sourceError(source, 'neither index.json nor manifest.json', { expected: supportedSources });
  }
  return dockerImages(content, entries, output);
}

async function openEngine(
  sources: readonly string[],
  output: BundleOutput,
  options: SourceOptions,
): Promise<OpenedSource[]> {
  const wanted = sources.flatMap((source) => {
    const spec = parseSource(source);
    return spec.kind === 'docker' ? [{ source, ...spec }] : [];
  });
  const refs = [...new Set(wanted.map(({ ref }) => ref))];
  const name = `docker:${refs.join(', ')}`;
  const stream = await options.engine().export(refs, options.signal);
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      options.onMore(chunk.length);
      options.onBytes(chunk.length);
      yield chunk;
    }
  };
  const content = await readArchive(name, counted(), output, options);
  const images = await imagesIn(name, content, output, options);
  return wanted.map(({ source, ref, as }) => ({
    source,
    images: images
      .filter((image) => image.refs.some((found) => sameReference(found, ref)))
      .map((image) => ({ ...image, refs: [as ?? ref] })),
  }));
}
