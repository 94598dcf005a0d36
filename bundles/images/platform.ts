import type { Descriptor } from '../../installer/contract/oci.ts';

/** As in Go: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md, `platform`. */
export interface Platform {
  os: string;
  architecture: string;
}

export function hostPlatform(): Platform {
  return { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
}

/** The descriptor for a platform; one without any platform only where it is alone. */
export function pickPlatform(manifests: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  const [only] = manifests;
  if (manifests.length === 1 && only?.platform === undefined) return only;
  return manifests.find(({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture);
}
