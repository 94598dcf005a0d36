import { InstallerError } from '../../installer/base/errors.ts';
import type { Descriptor } from '../../installer/contract/oci.ts';

/** As in Go: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md, `platform`. */
export interface Platform {
  os: string;
  architecture: string;
}

/** Which images of a multi-platform one are taken: these, or the index as it is with all that is in it. */
export type PlatformChoice = readonly Platform[] | 'all';

export function hostPlatform(): Platform {
  return { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
}

/** `linux/amd64,linux/arm64` or `all`. Throws USAGE. */
export function parsePlatforms(text: string): PlatformChoice {
  if (text === 'all') return 'all';
  const platforms = text.split(',').map((item) => {
    const match = /^([a-z0-9]+)\/([a-z0-9]+)$/.exec(item.trim());
    if (match?.[1] === undefined || match[2] === undefined) {
      throw new InstallerError('USAGE', {
        params: { what: `--platform ${text}` },
        expected: 'OS/ARCHITECTURE[,…] or all',
        found: text,
      });
    }
    return { os: match[1], architecture: match[2] };
  });
  return platforms.filter((one, index) => platforms.findIndex((other) => isPlatform(other, one)) === index);
}

function isPlatform(found: Platform | undefined, wanted: Platform): boolean {
  return found?.os === wanted.os && found.architecture === wanted.architecture;
}

/** The descriptor for a platform; one without any platform only where it is alone. */
export function pickPlatform(manifests: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  const [only] = manifests;
  if (manifests.length === 1 && only?.platform === undefined) return only;
  return manifests.find(({ platform }) => isPlatform(platform, wanted));
}
