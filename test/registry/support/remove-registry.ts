import { removeTree } from '../../../installer/base/own-tree.ts';
import type { ContainerEngine } from '../../../installer/ports/containers.ts';
import { removeRegistryContainer } from '../../../installer/registry/run-registry.ts';

/**
 * Takes the registry away: its container first (it holds its own image), then the images by the references they were
 * loaded under, then the storage. Images that other containers use make it fail (ENGINE_REFUSED); the stack must be down.
 * What is not there is no error.
 */
export async function removeRegistry(options: {
  engine: ContainerEngine;
  /** The installation's id: whose registry goes. */
  site: string;
  /** References as in `ImagesLoaded` and `RegistryReseated`. */
  refs: readonly string[];
  registryDir: string;
  onRemoved?: (what: string) => void;
}): Promise<void> {
  const { engine, site, refs, registryDir, onRemoved } = options;
  await removeRegistryContainer(engine, site);
  onRemoved?.('registry');
  for (const ref of refs) {
    await engine.removeImage(ref);
    onRemoved?.(ref);
  }
  await removeTree(registryDir);
  onRemoved?.(registryDir);
}
