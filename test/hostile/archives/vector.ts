import {
  hexOf,
  legacyArchive,
  ociLayoutFiles,
  type SyntheticImage,
  syntheticImage,
} from '../../fixtures/image-archives.ts';
import { tinyImages } from '../../fixtures/make-bundle.ts';
import { type RawEntry, rawTar } from '../../fixtures/raw-tar.ts';

export interface ArchiveVector {
  /** The threat. */
  name: string;
  make: () => Buffer;
  /** What the error must name as its reason, where another refusal would prove nothing. */
  because?: string;
  /** Unusual, harmless, and taken; what names is never used to write by. */
  taken?: boolean;
}

/** A name that would lie outside of everything; the suite looks for it afterwards. */
export const escapedName = 'airgap-escaped';

/** These entries, and behind them a whole archive of the legacy layout. */
export function withEntries(...entries: RawEntry[]): Buffer {
  return Buffer.concat([rawTar(entries, { end: false }), legacyArchive(tinyImages)]);
}

/** The other way around: the archive without its end, then these entries. */
export function endingWith(...entries: RawEntry[]): Buffer {
  return Buffer.concat([legacyArchive(tinyImages).subarray(0, -1024), rawTar(entries)]);
}

type ManifestEntry = { Config: unknown; RepoTags: unknown; Layers: unknown };

/** The legacy layout of the tiny images, its documents and entries open to change. */
export function legacy(change: (parts: { entries: RawEntry[]; manifest: ManifestEntry[] }) => void): Buffer {
  const entries: RawEntry[] = [];
  const manifest = tinyImages.map(({ ref, config, layers }, number): ManifestEntry => {
    const paths = layers.map((_, index) => `${number}/${index}/layer.tar`);
    for (const [index, layer] of layers.entries()) entries.push({ name: paths[index] ?? '', content: layer });
    entries.push({ name: `${hexOf(config)}.json`, content: config });
    return { Config: `${hexOf(config)}.json`, RepoTags: [ref], Layers: paths };
  });
  const parts = { entries, manifest };
  change(parts);
  return rawTar([...parts.entries, { name: 'manifest.json', content: JSON.stringify(parts.manifest) }]);
}

type Files = Map<string, Buffer>;

/** An OCI layout of the tiny images, open to change. */
export function layout(change: (files: Files) => void): Buffer {
  const files = ociLayoutFiles(tinyImages, 'plain');
  change(files);
  return rawTar([...files].map(([name, content]) => ({ name, content })));
}

/** The first descriptor of index.json changed. */
export function withDescriptor(change: (descriptor: Record<string, unknown>) => void): Buffer {
  return layout((files) => {
    const index = JSON.parse(String(files.get('index.json')));
    change(index.manifests[0]);
    files.set('index.json', Buffer.from(JSON.stringify(index)));
  });
}

/** The first image's manifest changed, with a new digest in index.json, as a careful attacker would. */
export function withManifest(change: (manifest: Record<string, unknown>) => void): Buffer {
  return layout((files) => {
    const index = JSON.parse(String(files.get('index.json')));
    const [first] = index.manifests;
    const manifest = JSON.parse(String(files.get(`blobs/sha256/${first.digest.slice(7)}`)));
    change(manifest);
    const bytes = Buffer.from(JSON.stringify(manifest));
    Object.assign(first, { digest: `sha256:${hexOf(bytes)}`, size: bytes.length });
    files.set(`blobs/sha256/${hexOf(bytes)}`, bytes).set('index.json', Buffer.from(JSON.stringify(index)));
  });
}

/** One image whose single layer is these bytes. */
export function oneLayer(layer: Buffer): Buffer {
  return rawTar([
    { name: 'x/layer.tar', content: layer },
    { name: 'c.json', content: syntheticImage('tiny-api:1.0', ['x']).config },
    {
      name: 'manifest.json',
      content: JSON.stringify([{ Config: 'c.json', RepoTags: ['tiny-api:1.0'], Layers: ['x/layer.tar'] }]),
    },
  ]);
}

/** An image of the same name as the vendor's, with other content. */
export const evil: SyntheticImage = syntheticImage('tiny-api:1.0', ['evil']);
