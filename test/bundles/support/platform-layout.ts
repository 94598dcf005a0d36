import { hexOf, type Packing, pack, type SyntheticImage, syntheticImage } from '../../fixtures/image-archives.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

export interface PlatformLayout {
  /** Files of an OCI layout by path. */
  files: Map<string, Buffer>;
  indexDigest: string;
  /** Manifest digests by architecture. */
  manifests: Record<string, string>;
  /** Layer digests by architecture. */
  layers: Record<string, string>;
}

/** An OCI layout whose one image is an index of images for amd64 and arm64, and an attestation of the first. */
export function platformLayout(ref: string, layers: Packing): PlatformLayout {
  const files = new Map<string, Buffer>();
  const put = (bytes: Buffer, mediaType: string) => {
    files.set(`blobs/sha256/${hexOf(bytes)}`, bytes);
    return { mediaType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length };
  };
  const suffix = { plain: '', gzip: '+gzip', zstd: '+zstd' }[layers];
  const made = ['amd64', 'arm64'].map((architecture) => {
    const image = forArchitecture(syntheticImage(ref, [`for ${architecture}`]), architecture);
    const described = image.layers.map((layer) =>
      put(pack(layer, layers), `application/vnd.oci.image.layer.v1.tar${suffix}`),
    );
    const config = put(image.config, 'application/vnd.oci.image.config.v1+json');
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: described };
    const descriptor = put(Buffer.from(JSON.stringify(manifest)), manifestType);
    return { architecture, descriptor, layer: described[0]?.digest ?? '' };
  });
  const statement = put(Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}'), 'application/vnd.in-toto+json');
  const config = { architecture: 'unknown', os: 'unknown', rootfs: { type: 'layers', diff_ids: [statement.digest] } };
  const attestation = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: put(Buffer.from(JSON.stringify(config)), 'application/vnd.oci.image.config.v1+json'),
    layers: [statement],
  };
  const manifests = [
    ...made.map(({ descriptor, architecture }) => ({ ...descriptor, platform: { os: 'linux', architecture } })),
    {
      ...put(Buffer.from(JSON.stringify(attestation)), manifestType),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ];
  const index = put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })), indexType);
  const name = { ...index, annotations: { 'org.opencontainers.image.ref.name': ref } };
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [name] })));
  const by = (pick: (one: (typeof made)[number]) => string) =>
    Object.fromEntries(made.map((one) => [one.architecture, pick(one)]));
  return {
    files,
    indexDigest: index.digest,
    manifests: by(({ descriptor }) => descriptor.digest),
    layers: by(({ layer }) => layer),
  };
}

function forArchitecture(image: SyntheticImage, architecture: string): SyntheticImage {
  const config = { ...JSON.parse(image.config.toString('utf8')), architecture };
  return { ...image, config: Buffer.from(JSON.stringify(config)) };
}
