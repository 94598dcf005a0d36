import { readdir } from 'node:fs/promises';
import { InstallerError, systemCode } from '../base/errors.ts';
import { removeTree } from '../base/own-tree.ts';
import type { Journal, RunRow } from '../ports/journal.ts';
import type { Step } from '../ports/step.ts';
import { registryRole } from '../registry/registry-labels.ts';
import { removeRegistry } from '../registry/uninstall.ts';
import { findInstallation } from './installation.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import type { Job, RunHandle } from './runs.ts';
import { sitePaths } from './site-paths.ts';
import { uninstallPlan } from './uninstall-plan.ts';

/** @throws NOTHING_TO_ROLL_BACK unless an install was begun here and none ever finished */
export function requireUnfinishedInstall(journal: Journal | undefined): void {
  // an uninstall that did not finish leaves the install to be taken back
  const counts = ({ action, outcome }: RunRow) =>
    action === 'install' || (action === 'uninstall' && (outcome === 'done' || outcome === 'unchanged'));
  const newest = journal?.runs(1000).find(counts);
  if (journal === undefined || journal.installed() !== undefined || newest?.action !== 'install') {
    throw new InstallerError('NOTHING_TO_ROLL_BACK');
  }
}

/**
 * Takes back a first install that never finished, with all data that it made. As long as nothing of the stack was recorded
 * there is only what the early steps placed; afterwards it is an uninstall.
 */
export function rollBackJob(ports: EnginePorts, handle: RunHandle): Job {
  if (findInstallation(handle.journal) !== undefined) {
    const initial = { request: { removeData: true } };
    return { plan: uninstallPlan(ports, handle), initial, undoOnRefusal: false };
  }
  const plan = startPlan<object>()
    .derive('input', () => ({ ports, refs: loadedImages(handle.journal) }))
    .step('takenBack', takeBack, ({ input }) => input);
  return { plan, initial: {}, undoOnRefusal: false };
}

/** References of the images that unfinished installs brought into the engine. */
function loadedImages(journal: Journal): string[] {
  const refs = journal
    .runs(1000)
    .filter(({ action }) => action === 'install')
    .flatMap(({ id }) => journal.artifacts(id))
    .flatMap(({ type, name }) => (type === 'image' ? [name] : []));
  return [...new Set(refs)];
}

interface TakeBackInput {
  ports: EnginePorts;
  refs: readonly string[];
}

const takeBack: Step<TakeBackInput, true> = {
  id: 'takeBack',
  weight: 1,
  unit: 'items',
  reversible: false,
  check: async () => undefined,
  async run({ ports, refs }) {
    const { containers } = ports;
    const paths = sitePaths(ports.dataDir);
    const own = (await containers.listContainers(registryRole)).map(({ imageRef }) => imageRef);
    await removeRegistry({ engine: containers, refs: [...new Set([...refs, ...own])], registryDir: paths.registry });
    for (const dir of [paths.models, paths.carried, paths.releases]) await removeTree(dir);
    return true;
  },
  async verify(_output, { ports, refs }) {
    const { models, carried, releases, registry } = sitePaths(ports.dataDir);
    const left: string[] = [];
    for (const ref of refs) if (await ports.containers.hasImage(ref)) left.push(ref);
    for (const dir of [models, carried, releases, registry]) if (await exists(dir)) left.push(dir);
    if (left.length === 0) return;
    throw new InstallerError('INTERNAL', {
      params: { what: 'roll back' },
      expected: 'nothing left',
      found: left.join(', '),
    });
  },
};

async function exists(dir: string): Promise<boolean> {
  try {
    await readdir(dir);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
