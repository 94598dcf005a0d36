import { InstallerError } from '../base/errors.ts';
import type { Step } from '../ports/step.ts';
import { bootstrapReference } from './bootstrap-image.ts';
import { localReference, registryImage } from './bundle-images.ts';
import { readImageTree } from './image-tree.ts';
import { registryAddress } from './registry-container.ts';
import { findRegistry, hasSettings, registryAnswers, runRegistry } from './run-registry.ts';
import type { StartRegistryInput } from './start-step.ts';

export interface RegistryReseated {
  /** The reference that the registry's container runs: `127.0.0.1:PORT/NAME@sha256:…`. */
  ref: string;
}

/**
 * The registry itself runs from the local registry too, by digest, and its bootstrap image is gone: every running
 * container can then be traced to a digest of the bundle.
 */
export const reseatRegistry: Step<StartRegistryInput, RegistryReseated> = {
  id: 'reseatRegistry',
  weight: 1,
  unit: 'items',
  reversible: true,

  async check(input, { signal }) {
    const { ref, bootstrap } = await references(input);
    const container = await findRegistry(input.engine, input.site);
    if (container === undefined || !container.running || container.imageRef !== ref) return undefined;
    if (!hasSettings(container, input) || (await input.engine.hasImage(bootstrap))) return undefined;
    return (await registryAnswers(input.port, signal)) ? { ref } : undefined;
  },

  async run(input, { signal, progress }) {
    const { ref, bootstrap } = await references(input);
    progress(0, 1, ref);
    const container = await findRegistry(input.engine, input.site);
    if (container?.imageRef !== ref || !container.running) {
      await runRegistry(input.engine, input, ref, { readyTimeoutMs: input.readyTimeoutMs, signal });
    }
    await input.engine.removeImage(bootstrap);
    progress(1, 1, ref);
    return { ref };
  },

  async verify(output, input, context) {
    if ((await reseatRegistry.check(input, context))?.ref === output.ref) return;
    const found = (await findRegistry(input.engine, input.site))?.imageRef ?? 'no container';
    throw new InstallerError('REGISTRY_START', { params: { port: input.port }, expected: output.ref, found });
  },
};

async function references(input: StartRegistryInput): Promise<{ ref: string; bootstrap: string }> {
  const image = registryImage(input.bundle, input.product.registry.image);
  const bootstrap = bootstrapReference(await readImageTree(input.bundle, image));
  return { ref: localReference(registryAddress(input.port), image), bootstrap };
}
