/**
 * The canonical form of an image reference, so that `codegraph`, `codegraph:latest` and
 * `docker.io/library/codegraph:latest` are the same: rules of https://pkg.go.dev/github.com/distribution/reference
 * (ParseNormalizedNamed, TagNameOnly).
 */
export function canonicalReference(ref: string): string {
  const first = ref.slice(0, Math.max(ref.indexOf('/'), 0));
  const hasDomain = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = hasDomain ? ref.slice(first.length + 1) : ref;
  const domain = !hasDomain || first === 'index.docker.io' ? 'docker.io' : first;
  const path = domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const tagged = path.includes('@') || path.slice(path.lastIndexOf('/') + 1).includes(':');
  return `${domain}/${path}${tagged ? '' : ':latest'}`;
}

/** True when both name the same image. */
export function sameReference(a: string, b: string): boolean {
  return canonicalReference(a) === canonicalReference(b);
}
