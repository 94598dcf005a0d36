import { InstallerError } from '../base/errors.ts';
import type { Descriptor, ImageManifest } from '../contract/oci.ts';
import type { ImageTree } from './image-tree.ts';

/** Node's names of architectures → those of image indexes (Go's GOARCH). */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** The image manifest for Linux on this machine's architecture; a lone one without a platform fits any. IMAGE_LOAD if none. */
export function manifestForThisMachine(
  tree: ImageTree,
  arch: string = process.arch,
): { descriptor: Descriptor; manifest: ImageManifest } {
  const wanted = architectures[arch] ?? arch;
  const [only] = tree.images;
  if (tree.images.length === 1 && only !== undefined && only.descriptor.platform === undefined) return only;
  const found = tree.images.find(
    ({ descriptor: { platform } }) => platform?.os === 'linux' && platform.architecture === wanted,
  );
  if (found !== undefined) return found;
  throw new InstallerError('IMAGE_LOAD', {
    params: { image: tree.name },
    expected: `linux/${wanted}`,
    found: platforms(tree),
  });
}

function platforms(tree: ImageTree): string {
  return tree.images.map(({ descriptor: { platform } }) => `${platform?.os}/${platform?.architecture}`).join(', ');
}
