import { ingestLayer, type LayerCompression } from '../images/ingest-layer.ts';
import type { PlatformChoice } from '../images/platform.ts';
import type { SourceContent } from '../images/source-content.ts';
import { sourceError } from '../images/source-error.ts';
import type { SourceImage } from '../images/source-image.ts';
import { storeImage } from '../images/store-image.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { parseRegistryReference } from './parse-reference.ts';
import { type PullClient, pullClient } from './pull-client.ts';
import type { FindLogin } from './registry-login.ts';

export interface RegistryOptions {
  /** PEM of a certificate authority beside the machine's own. */
  ca?: Buffer | undefined;
  findLogin: FindLogin;
}

interface Options {
  compress: LayerCompression;
  platforms: PlatformChoice;
  signal: AbortSignal;
  onBytes: (count: number) => void;
  onMore: (count: number) => void;
  registry: RegistryOptions;
}

const blobName = /^blobs\/(sha256)\/([0-9a-f]{64})$/;

/**
 * The image of a `registry:REF` source. Layers go from the network straight into their blobs. Throws SOURCE_REGISTRY,
 * SOURCE_FORMAT, USAGE.
 */
export async function registryImages(
  source: string,
  { ref, as }: { ref: string; as: string | undefined },
  output: BundleOutput,
  options: Options,
): Promise<SourceImage[]> {
  const target = parseRegistryReference(ref);
  const { signal, registry } = options;
  const client = pullClient(target, { ca: registry.ca, findLogin: registry.findLogin, signal });
  const named = await client.manifest(target.reference);
  const { bytes, mediaType, digest } = named;
  const content = registryContent(source, client, named, output, options);
  return [
    {
      refs: as === undefined ? target.refs : [as],
      async store() {
        try {
          return await storeImage(content, output, { mediaType, digest, size: bytes.length }, options.platforms);
        } finally {
          client.close();
        }
      },
    },
  ];
}

function registryContent(
  name: string,
  client: PullClient,
  top: { bytes: Buffer; digest: string },
  output: BundleOutput,
  { compress, onBytes, onMore }: Options,
): SourceContent {
  const documents = new Map([[top.digest, top.bytes]]);
  /** What an index names: those are asked for as manifests, all else as blobs. */
  const manifests = new Set(childrenOf(top.bytes));
  const digestOf = (path: string): string => {
    const [, algorithm, hex] = blobName.exec(path) ?? [];
    if (algorithm === undefined || hex === undefined) throw sourceError(name, path);
    return `${algorithm}:${hex}`;
  };
  return {
    name,
    async document(path) {
      const digest = digestOf(path);
      const known = documents.get(digest);
      if (known !== undefined) return known;
      const bytes = manifests.has(digest) ? (await client.manifest(digest)).bytes : await client.smallBlob(digest);
      onMore(bytes.length);
      onBytes(bytes.length);
      documents.set(digest, bytes);
      if (manifests.has(digest)) for (const child of childrenOf(bytes)) manifests.add(child);
      return bytes;
    },
    async layer(path, size) {
      if (size === undefined) throw sourceError(name, `size of ${path}`);
      onMore(size);
      const blob = client.blob(digestOf(path), size);
      const counted = async function* (): AsyncGenerator<Buffer> {
        for await (const chunk of blob) {
          onBytes(chunk.length);
          yield chunk;
        }
      };
      return ingestLayer(output, { name, size, content: counted(), compress });
    },
  };
}

/** Digests that an index names; none where it is no index. What is wrong with it is said by whoever reads it properly. */
function childrenOf(bytes: Buffer): string[] {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof document !== 'object' || document === null || !('manifests' in document)) return [];
    const { manifests } = document;
    if (!Array.isArray(manifests)) return [];
    return manifests.flatMap((child: unknown) =>
      typeof child === 'object' && child !== null && 'digest' in child ? [String(child.digest)] : [],
    );
  } catch {
    return [];
  }
}
