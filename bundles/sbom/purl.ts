import type { Distribution, Package } from './parse-packages.ts';

/**
 * The package URL of a package: https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst, with the types
 * `deb`, `apk` and `pypi`.
 */
export function packageUrl(item: Package, distribution: Distribution | undefined): string {
  const namespace =
    item.type === 'pypi' ? '' : `${encode(distribution?.id ?? (item.type === 'deb' ? 'debian' : 'alpine'))}/`;
  const name = item.type === 'pypi' ? item.name.toLowerCase().replaceAll('_', '-') : item.name.toLowerCase();
  const qualifiers: string[] = [];
  if (item.architecture !== undefined) qualifiers.push(`arch=${encode(item.architecture)}`);
  if (item.type !== 'pypi' && distribution?.version !== undefined) {
    qualifiers.push(`distro=${encode(`${distribution.id}-${distribution.version}`)}`);
  }
  const query = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`;
  return `pkg:${item.type}/${namespace}${encode(name)}@${encode(item.version)}${query}`;
}

/** "the colon is not percent-encoded"; all else as in a URI's segment. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
