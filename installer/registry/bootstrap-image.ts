import { InstallerError } from '../base/errors.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { dockerArchive } from './docker-archive.ts';
import type { ImageTree } from './image-tree.ts';
import { manifestForThisMachine } from './platform.ts';

/**
 * The name under which the registry's own image lies in the engine until it can be pulled from itself: of its content, so
 * that it never takes a name away from another image.
 */
export function bootstrapReference(tree: ImageTree): string {
  const { manifest } = manifestForThisMachine(tree);
  return `airgap-bootstrap/registry:${manifest.config.digest.slice('sha256:'.length, 'sha256:'.length + 32)}`;
}

/** Loads the image into the engine straight from the bundle. IMAGE_LOAD when the engine does not have it afterwards. */
export async function loadBootstrapImage(
  engine: ContainerEngine,
  bundle: VerifiedBundle,
  tree: ImageTree,
  options: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<string> {
  const { manifest } = manifestForThisMachine(tree);
  const reference = bootstrapReference(tree);
  const total = [manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const archive = dockerArchive(bundle, manifest, reference, (count) => {
    done += count;
    options.onProgress(Math.min(done, total), total);
  });
  try {
    await engine.loadImage(archive, options.signal);
  } catch (error) {
    // the engine knows only of an archive
    if (!(error instanceof InstallerError) || error.code !== 'IMAGE_LOAD') throw error;
    throw new InstallerError('IMAGE_LOAD', { params: { image: tree.name }, cause: error });
  }
  if (!(await engine.hasImage(reference))) {
    throw new InstallerError('IMAGE_LOAD', {
      params: { image: reference },
      expected: reference,
      found: 'no such image',
    });
  }
  return reference;
}
