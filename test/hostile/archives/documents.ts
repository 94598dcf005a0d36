import {
  dockerOciArchive,
  hexOf,
  legacyArchive,
  ociLayoutFiles,
  syntheticImage,
} from '../../fixtures/image-archives.ts';
import { tinyImages } from '../../fixtures/make-bundle.ts';
import { rawTar } from '../../fixtures/raw-tar.ts';
import { type ArchiveVector, evil, layout, legacy, withDescriptor, withEntries, withManifest } from './vector.ts';

const manifestOf = (content: string | Buffer) => () => rawTar([{ name: 'manifest.json', content }]);
const first = (change: object) => () => legacy(({ manifest }) => Object.assign(manifest[0] ?? {}, change));
const indexType = 'application/vnd.oci.image.index.v1+json';

export const documents: ArchiveVector[] = [
  { name: 'neither layout', make: () => rawTar([{ name: 'readme', content: 'x' }]) },
  { name: 'manifest.json that is no JSON', make: manifestOf('[{') },
  { name: 'manifest.json in UTF-16', make: manifestOf(Buffer.from('[]', 'utf16le')) },
  { name: 'manifest.json that is no UTF-8', make: manifestOf(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])) },
  { name: 'manifest.json of a hundred thousand brackets', make: manifestOf('['.repeat(100_000)) },
  { name: 'manifest.json of an object', make: manifestOf('{"__proto__":{"Config":"x"}}') },
  { name: 'manifest.json of null', make: manifestOf('null') },
  { name: 'manifest.json that lists nothing', make: manifestOf('[]') },
  {
    name: 'manifest.json of too many images',
    make: manifestOf(JSON.stringify(Array.from({ length: 5000 }, () => ({ Config: 'x', Layers: [] })))),
  },
  { name: 'an image of too many layers', make: first({ Layers: Array.from({ length: 2000 }, () => '0/0/layer.tar') }) },
  { name: 'layers that are not the configuration’s', make: first({ Layers: ['0/1/layer.tar', '0/0/layer.tar'] }) },
  { name: 'fewer layers than the configuration has', make: first({ Layers: ['0/0/layer.tar'] }) },
  {
    name: 'a layer more than the configuration has',
    make: first({ Layers: ['0/0/layer.tar', '0/1/layer.tar', '1/1/layer.tar'] }),
  },
  { name: 'a layer outside the archive', make: first({ Layers: ['../../../../etc/passwd', '0/1/layer.tar'] }) },
  { name: 'a layer with an absolute path', make: first({ Layers: ['/etc/passwd', '0/1/layer.tar'] }) },
  { name: 'a configuration outside the archive', make: first({ Config: '../../etc/passwd' }) },
  { name: 'a configuration that is a layer', make: first({ Config: '0/0/layer.tar' }) },
  { name: 'a configuration that is not there', make: first({ Config: 'nowhere.json' }) },
  {
    name: 'a configuration that is not its name',
    make: () =>
      legacy(({ entries, manifest }) => {
        const name = `${'0'.repeat(64)}.json`;
        entries.push({ name, content: tinyImages[0]?.config ?? '' });
        Object.assign(manifest[0] ?? {}, { Config: name });
      }),
  },
  { name: 'a name that is none', make: first({ RepoTags: ['x'.repeat(600)] }) },
];

export const ambiguity: ArchiveVector[] = [
  {
    name: 'manifest and index in one document (CVE-2021-41190)',
    make: () => withManifest((manifest) => Object.assign(manifest, { manifests: [] })),
  },
  { name: 'index and manifest in one document, announced as an index', make: () => withBoth() },
  {
    name: 'index.json that has layers',
    make: () =>
      layout((files) =>
        files.set(
          'index.json',
          Buffer.from(JSON.stringify({ ...JSON.parse(String(files.get('index.json'))), layers: [] })),
        ),
      ),
  },
  {
    name: 'a manifest announced as an index',
    make: () => withDescriptor((each) => Object.assign(each, { mediaType: indexType })),
  },
  {
    name: 'a manifest that says it is an index',
    make: () => withManifest((manifest) => Object.assign(manifest, { mediaType: indexType })),
  },
  {
    name: 'a manifest announced as a configuration',
    make: () =>
      withDescriptor((each) => Object.assign(each, { mediaType: 'application/vnd.oci.image.config.v1+json' })),
  },
  {
    name: 'an unknown media type',
    make: () => withDescriptor((each) => Object.assign(each, { mediaType: 'application/x-other' })),
  },
  {
    name: 'a schema version of 1',
    make: () => withManifest((manifest) => Object.assign(manifest, { schemaVersion: 1 })),
  },
  {
    name: 'an unknown layout version',
    make: () => layout((files) => files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"9"}'))),
  },
  { name: 'a layout without index.json', make: () => layout((files) => files.delete('index.json')) },
  { name: 'an index within an index within an index without end', make: () => nested(12) },
];

export const digests: ArchiveVector[] = [
  ...[
    'sha256:../../../../etc/passwd',
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha512:${'0'.repeat(128)}`,
    '',
    'sha256:',
    '../../etc/passwd',
    `sha256:${'0'.repeat(64)}/../x`,
  ].map((digest) => ({
    name: `in the index: ${digest.slice(0, 40)}`,
    make: () => withDescriptor((each) => Object.assign(each, { digest })),
  })),
  {
    name: 'of a blob that is not there',
    make: () => withDescriptor((each) => Object.assign(each, { digest: `sha256:${'1'.repeat(64)}` })),
  },
  {
    name: 'in a manifest’s configuration',
    make: () =>
      withManifest((manifest) => Object.assign(manifest.config as object, { digest: 'sha256:../../../etc/passwd' })),
  },
  {
    name: 'in a manifest’s layers',
    make: () =>
      withManifest((manifest) =>
        Object.assign((manifest.layers as object[])[0] ?? {}, { digest: 'sha256:../../../etc/passwd' }),
      ),
  },
  {
    name: 'of a layer that is another blob',
    make: () => withManifest((manifest) => Object.assign((manifest.layers as object[])[0] ?? {}, manifest.config)),
  },
  {
    name: 'with a size that is not the blob’s',
    make: () => withDescriptor((each) => Object.assign(each, { size: 5 })),
  },
  { name: 'with a negative size', make: () => withDescriptor((each) => Object.assign(each, { size: -1 })) },
  {
    name: 'with a layer’s size that is not the blob’s',
    make: () => withManifest((manifest) => Object.assign((manifest.layers as object[])[0] ?? {}, { size: 1 })),
  },
  {
    name: 'that a blob’s name says and its bytes do not',
    make: () => layout((files) => files.set(`blobs/sha256/${'0'.repeat(64)}`, Buffer.from('{}'))),
  },
  {
    name: 'that a large blob’s name says and its bytes do not',
    make: () => layout((files) => files.set(`blobs/sha256/${'0'.repeat(64)}`, Buffer.alloc(5000, 'x'))),
  },
];

export const spoofing: ArchiveVector[] = [
  {
    name: 'one name for two images in the two layouts of one archive',
    make: () => bothLayouts([evil, ...tinyImages.slice(1)]),
  },
  {
    name: 'one name, written in full, for two images in the two layouts',
    make: () => bothLayouts([{ ...evil, ref: evil.ref }, ...tinyImages.slice(1)]),
  },
  { name: 'one name twice in manifest.json', make: () => legacyArchive([...tinyImages, evil]) },
  {
    name: 'one name in short and in full in manifest.json',
    make: () => legacyArchive([...tinyImages, { ...evil, ref: `docker.io/library/${evil.ref}` }]),
  },
  {
    name: 'one name with and without a registry’s alias',
    make: () => legacyArchive([...tinyImages, { ...evil, ref: `index.docker.io/library/${evil.ref}` }]),
  },
  {
    name: 'one name twice in index.json',
    make: () =>
      layout((files) => {
        const other = ociLayoutFiles([evil], 'plain');
        const index = JSON.parse(String(files.get('index.json')));
        index.manifests.push(...JSON.parse(String(other.get('index.json'))).manifests);
        for (const [path, content] of other) if (path.startsWith('blobs/')) files.set(path, content);
        files.set('index.json', Buffer.from(JSON.stringify(index)));
      }),
  },
  {
    name: 'two names for one image, one of them another product’s',
    make: () => legacyArchive([...tinyImages.slice(1), { ...evil, ref: 'tiny-api:2.0' }]),
  },
  {
    name: 'a name in letters that only look like its own',
    make: () => legacyArchive([...tinyImages.slice(1), { ...evil, ref: 'tiny-\u0430pi:1.0' }]),
  },
  { name: 'a name in capitals', make: () => legacyArchive([...tinyImages.slice(1), { ...evil, ref: 'TINY-API:1.0' }]) },
  {
    name: 'the vendor’s name on another registry',
    make: () => legacyArchive([...tinyImages.slice(1), { ...evil, ref: 'evil.example/tiny-api:1.0' }]),
  },
  { name: 'no names at all', make: () => legacyArchive(tinyImages.map((image) => ({ ...image, ref: '' }))) },
];

/** manifest.json of the tiny images over the layout of others. */
function bothLayouts(others: typeof tinyImages): Buffer {
  const files = new Map([...ociLayoutFiles(tinyImages, 'plain'), ...ociLayoutFiles(others, 'plain')]);
  const manifest = tinyImages.map((image) => ({
    Config: `blobs/sha256/${hexOf(image.config)}`,
    RepoTags: [image.ref],
    Layers: [],
  }));
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return rawTar([...files].map(([name, content]) => ({ name, content })));
}

function withBoth(): Buffer {
  return layout((files) => {
    const index = JSON.parse(String(files.get('index.json')));
    const [one] = index.manifests;
    const both = { ...JSON.parse(String(files.get(`blobs/sha256/${one.digest.slice(7)}`))), manifests: [one] };
    Reflect.deleteProperty(both, 'mediaType');
    const bytes = Buffer.from(JSON.stringify(both));
    files.set(`blobs/sha256/${hexOf(bytes)}`, bytes);
    index.manifests[0] = { ...one, mediaType: indexType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length };
    files.set('index.json', Buffer.from(JSON.stringify(index)));
  });
}

function nested(depth: number): Buffer {
  return layout((files) => {
    const index = JSON.parse(String(files.get('index.json')));
    let [top] = index.manifests;
    const { annotations } = top;
    for (let level = 0; level < depth; level++) {
      const bytes = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: indexType,
          manifests: [{ ...top, platform: { os: 'linux', architecture: 'amd64' } }],
        }),
      );
      files.set(`blobs/sha256/${hexOf(bytes)}`, bytes);
      top = { mediaType: indexType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length };
    }
    index.manifests[0] = { ...top, annotations };
    files.set('index.json', Buffer.from(JSON.stringify(index)));
  });
}

/** What is honest, for the positive control. */
export const honestArchives: ArchiveVector[] = [
  { name: 'the legacy layout', make: () => legacyArchive(tinyImages), taken: true },
  { name: 'the same, written by these suites’ own means', make: () => legacy(() => undefined), taken: true },
  { name: 'both layouts', make: () => dockerOciArchive(tinyImages), taken: true },
  { name: 'an OCI layout', make: () => layout(() => undefined), taken: true },
  {
    name: 'an image that the product does not need beside them',
    make: () => legacyArchive([...tinyImages, syntheticImage('other:1', ['x'])]),
    taken: true,
  },
  { name: 'a file beside them', make: () => withEntries({ name: 'readme', content: 'x' }), taken: true },
];
