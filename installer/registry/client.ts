import { asInstallerError, InstallerError } from '../base/errors.ts';
import type { Digest } from '../contract/digest.ts';
import { exchange, type HttpAnswer, type HttpRequest, keepAliveAgent, type StreamedBody } from './http.ts';
import { connectionCode, defaultRetries, type RetryOptions, withRetries } from './retry.ts';

/**
 * A client of the OCI distribution API on one registry, plain HTTP: it is meant for loopback.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 * Errors: REGISTRY_REFUSED (params operation, and status or errno), REGISTRY_DIGEST, CANCELLED; those of a body's source
 * pass through.
 */
export interface RegistryClient {
  /** True when the API answers (GET /v2/); one try. */
  answers(signal?: AbortSignal): Promise<boolean>;
  hasBlob(repository: string, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Links a blob of another repository; false: the registry did not and wants an upload. */
  mountBlob(repository: string, digest: Digest, from: string, signal?: AbortSignal): Promise<boolean>;
  uploadBlob(repository: string, digest: Digest, body: StreamedBody, signal?: AbortSignal): Promise<void>;
  /** `reference` is a tag or digest. The digest that the registry has under it; undefined: none. */
  manifestDigest(repository: string, reference: string, signal?: AbortSignal): Promise<string | undefined>;
  putManifest(repository: string, reference: string, manifest: Manifest, signal?: AbortSignal): Promise<void>;
  close(): void;
}

export interface Manifest {
  bytes: Buffer;
  mediaType: string;
  digest: Digest;
}

const answersTimeoutMs = 5_000;
/** Any kind: what is asked for by digest is one thing only. */
const accept =
  'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json';

export function registryClient(address: string, retries: RetryOptions = defaultRetries): RegistryClient {
  const base = new URL(`http://${address}`);
  const agent = keepAliveAgent();

  const ask = async (operation: string, accepted: readonly number[], request: HttpRequest): Promise<HttpAnswer> => {
    try {
      return await withRetries({ ...retries, signal: request.signal }, async () => {
        const answer = await exchange(agent, request);
        if (!accepted.includes(answer.status)) throw refused(operation, answer);
        return answer;
      });
    } catch (error) {
      throw failure(operation, error, request.signal);
    }
  };

  const startUpload = async (repository: string, query: string, signal: AbortSignal | undefined) => {
    const url = new URL(`/v2/${repository}/blobs/uploads/${query}`, base);
    return ask(`start upload to ${repository}`, [201, 202], { method: 'POST', url, signal });
  };

  return {
    async answers(signal) {
      const timeout = AbortSignal.timeout(answersTimeoutMs);
      const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      try {
        const { status } = await exchange(agent, { method: 'GET', url: new URL('/v2/', base), signal: either });
        return status === 200;
      } catch (error) {
        if (signal?.aborted) throw new InstallerError('CANCELLED', { cause: error });
        return false;
      }
    },

    async hasBlob(repository, digest, signal) {
      const url = new URL(`/v2/${repository}/blobs/${digest}`, base);
      const { status } = await ask(`look for ${digest}`, [200, 404], { method: 'HEAD', url, signal });
      return status === 200;
    },

    async mountBlob(repository, digest, from, signal) {
      const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
      return (await startUpload(repository, query, signal)).status === 201;
    },

    async uploadBlob(repository, digest, body, signal) {
      const operation = `upload ${digest} to ${repository}`;
      try {
        // a failure spends the upload: each try takes a new one
        await withRetries({ ...retries, signal }, async () => {
          const url = uploadUrl(base, await startUpload(repository, '', signal));
          url.searchParams.set('digest', digest);
          const headers = { 'content-type': 'application/octet-stream' };
          const answer = await exchange(agent, { method: 'PUT', url, headers, body, signal });
          if (answer.status !== 201) throw refused(operation, answer);
          checkDigest(answer, digest);
        });
      } catch (error) {
        throw failure(operation, error, signal);
      }
    },

    async manifestDigest(repository, reference, signal) {
      const url = new URL(`/v2/${repository}/manifests/${reference}`, base);
      const request = { method: 'HEAD', url, headers: { accept }, signal } as const;
      const { status, headers } = await ask(`look for ${repository} ${reference}`, [200, 404], request);
      if (status === 404) return undefined;
      // the header is optional in the spec; asked for by digest, it can be nothing else
      const said = headers['docker-content-digest'];
      return typeof said === 'string' ? said : reference;
    },

    async putManifest(repository, reference, manifest, signal) {
      const url = new URL(`/v2/${repository}/manifests/${reference}`, base);
      const headers = { 'content-type': manifest.mediaType };
      const request = { method: 'PUT', url, headers, body: manifest.bytes, signal } as const;
      checkDigest(await ask(`put manifest ${reference} of ${repository}`, [201], request), manifest.digest);
    },

    close: () => agent.destroy(),
  };
}

/** "The <location> MUST be used … even if it is relative"; one that leads to another host is not followed. */
function uploadUrl(base: URL, answer: HttpAnswer): URL {
  const url = URL.parse(answer.headers.location ?? '', base.href);
  if (url === null || url.origin !== base.origin) {
    throw new InstallerError('REGISTRY_REFUSED', {
      params: { operation: 'start upload', status: answer.status },
      expected: `a Location at ${base.origin}`,
      found: answer.headers.location ?? 'none',
    });
  }
  return url;
}

function checkDigest(answer: HttpAnswer, digest: Digest): void {
  const said = answer.headers['docker-content-digest'];
  if (said !== undefined && said !== digest) {
    throw new InstallerError('REGISTRY_DIGEST', { expected: digest, found: String(said) });
  }
}

function refused(operation: string, answer: HttpAnswer): InstallerError {
  const said = answer.body.toString('utf8', 0, 2000);
  return new InstallerError('REGISTRY_REFUSED', {
    params: { operation, status: answer.status },
    ...(said === '' ? {} : { cause: new Error(said) }),
  });
}

function failure(operation: string, error: unknown, signal: AbortSignal | undefined): InstallerError {
  // the reason of a sibling's failure, when a pool stopped this one, is more telling than the abort
  if (signal?.aborted) return asInstallerError(signal.reason instanceof InstallerError ? signal.reason : abort(error));
  const errno = connectionCode(error);
  if (errno === undefined) return asInstallerError(error);
  return new InstallerError('REGISTRY_REFUSED', { params: { operation, errno }, cause: error });
}

function abort(error: unknown): InstallerError {
  return new InstallerError('CANCELLED', { cause: error });
}
