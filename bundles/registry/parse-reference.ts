import { InstallerError } from '../../installer/base/errors.ts';
import { canonicalReference } from '../images/reference.ts';

/** An image in a registry, taken apart. */
export interface RegistryReference {
  /** Host and port as the reference has them; `docker.io` stays what people write. */
  registry: string;
  /** Scheme and authority that requests go to. */
  origin: string;
  repository: string;
  /** Tag or `sha256:…`. */
  reference: string;
  /** What it may be called in a product: as written, and without the registry, for a mirror of another one. */
  refs: readonly string[];
}

// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagName = /^\w[\w.-]{0,127}$/;
const digestName = /^sha256:[0-9a-f]{64}$/;
/** Docker Hub's API has another name than its references. */
const dockerHub = 'registry-1.docker.io';

/** `[http://]HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]`; plain HTTP only where it is asked for. Throws USAGE. */
export function parseRegistryReference(text: string): RegistryReference {
  const plain = text.startsWith('http://');
  const written = text.replace(/^https?:\/\//, '');
  const canonical = canonicalReference(written);
  const slash = canonical.indexOf('/');
  const registry = canonical.slice(0, slash);
  const [name = '', digest] = canonical.slice(slash + 1).split('@');
  const colon = name.indexOf(':');
  const repository = colon === -1 ? name : name.slice(0, colon);
  const tag = colon === -1 ? undefined : name.slice(colon + 1);
  const reference = digest ?? tag ?? 'latest';
  const host = registry === 'docker.io' ? dockerHub : registry;
  const url = URL.parse(`${plain ? 'http' : 'https'}://${host}`);
  const sound =
    url !== null &&
    url.pathname === '/' &&
    url.username === '' &&
    repository.length <= 255 &&
    repositoryName.test(repository) &&
    (tag === undefined || tagName.test(tag)) &&
    (digest === undefined || digestName.test(digest));
  if (!sound) {
    throw new InstallerError('USAGE', {
      params: { what: `registry:${text}` },
      expected: 'registry:HOST[:PORT]/REPOSITORY[:TAG][@sha256:…]',
      found: text,
    });
  }
  const named = tag === undefined ? repository : `${repository}:${tag}`;
  return { registry, origin: url.origin, repository, reference, refs: [written.replace(/@.*$/, ''), named] };
}

/** Loopback names: what never leaves this machine needs no TLS. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
