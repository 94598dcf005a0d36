import { sha256 } from '../../installer/base/hash.ts';
import { mediaTypes } from '../../installer/contract/oci.ts';
import { Connection, type ConnectionOptions, refusal } from './connection.ts';
import { httpClient } from './http-get.ts';
import type { RegistryReference } from './parse-reference.ts';

export interface PullOptions extends ConnectionOptions {
  /** PEM of one more certificate authority. */
  ca?: Buffer | undefined;
}

/**
 * The pulling half of the OCI distribution API (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pull)
 * for one repository. Errors: SOURCE_REGISTRY (params registry, operation, status), CANCELLED.
 */
export interface PullClient {
  /** A manifest or index by tag or digest, with the digest of its bytes. */
  manifest(reference: string): Promise<{ bytes: Buffer; mediaType: string; digest: string }>;
  /** A blob that is kept in memory. */
  smallBlob(digest: string): Promise<Buffer>;
  /** A blob of `size` bytes; goes on where a connection broke. Its digest is for the reader to check. */
  blob(digest: string, size: number): AsyncGenerator<Buffer>;
  close(): void;
}

const { ociIndex, ociManifest, dockerList, dockerManifest } = mediaTypes;
const accept = [ociIndex, ociManifest, dockerList, dockerManifest].join(', ');

export function pullClient(target: RegistryReference, options: PullOptions): PullClient {
  const http = httpClient(options.ca);
  const connection = new Connection(http, target, options);
  const { repository, registry } = target;
  const path = (kind: 'manifests' | 'blobs', reference: string) => `/v2/${repository}/${kind}/${reference}`;

  return {
    async manifest(reference) {
      const operation = `manifest ${reference} of ${repository}`;
      const { bytes, headers } = await connection.read(operation, path('manifests', reference), { accept });
      const digest = sha256(bytes);
      const said = headers['docker-content-digest'];
      const expected = reference.startsWith('sha256:') ? reference : said;
      if (expected !== undefined && expected !== digest) {
        throw refusal(registry, operation, 'digest', { expected: String(expected), found: digest });
      }
      const mediaType = String(headers['content-type'] ?? '').replace(/\s*;.*$/, '');
      return { bytes, mediaType, digest };
    },
    smallBlob: async (digest) =>
      (await connection.read(`blob ${digest} of ${repository}`, path('blobs', digest))).bytes,
    blob: (digest, size) => connection.stream(`blob ${digest} of ${repository}`, path('blobs', digest), size),
    close: () => http.close(),
  };
}
