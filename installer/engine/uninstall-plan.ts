import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { InstallerError, systemCode } from '../base/errors.ts';
import { removeTree } from '../base/own-tree.ts';
import type { uninstallRequest } from '../contract/requests.ts';
import type { Step } from '../ports/step.ts';
import { removeRegistry } from '../registry/uninstall.ts';
import { removeStack } from '../stack/uninstall.ts';
import { type Installation, requireInstallation } from './installation.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import type { RunHandle } from './runs.ts';
import { sitePaths } from './site-paths.ts';

interface UninstallInput {
  ports: EnginePorts;
  here: Installation;
  removeData: boolean;
}

/** Containers and networks first, then the registry with the images, then the files. The journal and the reports stay. */
export function uninstallPlan(ports: EnginePorts, handle: RunHandle) {
  return startPlan<{ request: z.infer<typeof uninstallRequest> }>()
    .derive('here', () => requireInstallation(handle.journal))
    .derive('input', ({ here, request }) => ({ ports, here, removeData: request.removeData }))
    .step('stack', removeStackStep, ({ input }) => input)
    .step('registry', removeRegistryStep, ({ input }) => input)
    .step('files', removeFilesStep, ({ input }) => input);
}

const common = { weight: 1, unit: 'items', reversible: false } as const;

const removeStackStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeStack',
  check: async () => undefined,
  async run({ ports, here, removeData }, { signal }) {
    await removeStack({ runtime: ports.runtime, stack: here.files, volumes: removeData, signal });
    return true;
  },
  async verify(_output, { ports, here }) {
    const left = await ports.runtime.list(here.files);
    if (left.length > 0) throw stillThere(left.map(({ container }) => container));
  },
};

const removeRegistryStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeRegistry',
  check: async () => undefined,
  async run({ ports, here }) {
    await removeRegistry({
      engine: ports.containers,
      refs: imageRefs(here),
      registryDir: sitePaths(ports.dataDir).registry,
    });
    return true;
  },
  async verify(_output, { ports, here }) {
    const left: string[] = [];
    for (const ref of imageRefs(here)) if (await ports.containers.hasImage(ref)) left.push(ref);
    if (left.length > 0) throw stillThere(left);
  },
};

const removeFilesStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeFiles',
  check: async () => undefined,
  async run({ ports, here, removeData }) {
    const paths = sitePaths(ports.dataDir);
    for (const dir of [paths.models, paths.carried]) await removeTree(dir);
    if (removeData) {
      await removeTree(paths.releases);
      // a folder below `volumes/` is gone with it
      const tops = new Set(here.folders.map((path) => join(ports.dataDir, path.split('/')[0] ?? path)));
      for (const top of tops) await removeTree(top);
    } else {
      await removeAllButSecrets(paths.releases);
    }
    return true;
  },
  async verify(_output, { ports }) {
    const left = await readdir(sitePaths(ports.dataDir).models).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    if (left.length > 0) throw stillThere(left);
  },
};

/** Data that stays is worth nothing without the passwords that it was made with. */
async function removeAllButSecrets(releases: string): Promise<void> {
  for (const release of await readdir(releases)) {
    for (const name of await readdir(join(releases, release))) {
      if (name !== '.env') await removeTree(join(releases, release, name));
    }
  }
}

function imageRefs({ registry, images }: Installation): string[] {
  return images.map(({ name, digest }) => `${registry}/${name}@${digest}`);
}

function stillThere(names: readonly string[]): InstallerError {
  return new InstallerError('INTERNAL', {
    params: { what: 'uninstall' },
    expected: 'nothing left',
    found: names.join(', '),
  });
}
