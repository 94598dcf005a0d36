import { sourceLimits } from '../images/limits.ts';

/** What a path in an image's file system tells about its packages; undefined: nothing. */
export type PackageFileKind = 'dpkg' | 'dpkgPart' | 'apk' | 'python' | 'osRelease';

const kinds: readonly [RegExp, PackageFileKind][] = [
  [/^var\/lib\/dpkg\/status$/, 'dpkg'],
  // distroless images have a file per package
  [/^var\/lib\/dpkg\/status\.d\/[^/]+$/, 'dpkgPart'],
  [/^(usr\/)?lib\/apk\/db\/installed$/, 'apk'],
  [/\.dist-info\/METADATA$/, 'python'],
  [/^(usr\/lib|etc)\/os-release$/, 'osRelease'],
];

export function packageFileKind(path: string): PackageFileKind | undefined {
  return kinds.find(([pattern]) => pattern.test(path))?.[1];
}

/** Bytes of a package file that are read; what a package says of itself stands at its beginning. */
export function readLimit(kind: PackageFileKind): number {
  return kind === 'dpkg' || kind === 'apk' ? sourceLimits.packageDatabaseBytes : sourceLimits.packageMetadataBytes;
}
