import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { InstallerError, systemCode } from '../base/errors.ts';
import { isAbsent } from '../base/is-absent.ts';
import { removeTree } from '../base/own-tree.ts';
import type { SiteItem } from '../contract/events.ts';
import type { uninstallPreview, uninstallRequest } from '../contract/requests.ts';
import type { Journal } from '../ports/journal.ts';
import type { Step } from '../ports/step.ts';
import { removeRegistryContainer } from '../registry/run-registry.ts';
import { writeReport } from '../report/write-step.ts';
import { lastInstallation } from './installation.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import type { RunHandle } from './runs.ts';
import { sitePaths } from './site-paths.ts';
import { type SiteThings, siteThings } from './site-things.ts';
import { removeOwned } from './take-back.ts';
import { uninstallEvidence } from './uninstall-evidence.ts';

type UninstallRequest = z.infer<typeof uninstallRequest>;

interface UninstallInput {
  ports: EnginePorts;
  journal: Journal;
  removeData: boolean;
  /** As it was found before anything was removed: with names and sizes. */
  found: SiteThings;
}

/**
 * Containers and networks first, then the images, then the files; each thing is told when it is gone, and at the end what stays. The journal
 * and the reports stay always, the product's data and passwords unless they are to go as well.
 */
export function uninstallPlan(ports: EnginePorts, handle: RunHandle) {
  const { journal } = handle;
  return startPlan<{ request: UninstallRequest }>()
    .derive('found', () => siteThings(ports, journal))
    .derive('input', ({ found, request }) => ({ ports, journal, found, removeData: request.removeData }))
    .step('stack', removeStackStep, ({ input }) => input)
    .step('images', removeImagesStep, ({ input }) => input)
    .step('files', removeFilesStep, ({ input }) => input)
    .step('report', writeReport, async (_state, { signal }) => ({
      reportsDir: sitePaths(ports.dataDir).reports,
      run: handle.id,
      evidence: await uninstallEvidence(ports, journal, signal),
      rows: () => journal.events(handle.id),
      secrets: [],
    }));
}

/**
 * What an uninstall would remove and keep, for the question before it. Changes nothing.
 * @throws NOT_INSTALLED when nothing of an installation is left, ONLY_DATA_LEFT when only the data is and it is not to go
 */
export async function previewUninstall(
  ports: EnginePorts,
  { removeData }: UninstallRequest,
): Promise<z.infer<typeof uninstallPreview>> {
  const journal = ports.readJournal();
  try {
    if (journal === undefined) throw new InstallerError('NOT_INSTALLED');
    const { goes, data, evidence } = await siteThings(ports, journal);
    if (goes.length === 0 && data.length === 0) throw new InstallerError('NOT_INSTALLED');
    if (goes.length === 0 && !removeData) {
      throw new InstallerError('ONLY_DATA_LEFT', { params: { count: data.length } });
    }
    const here = lastInstallation(journal);
    return {
      product: here?.product.title ?? null,
      release: here?.release ?? null,
      removed: removeData ? [...goes, ...data.map(({ item }) => item)] : goes,
      kept: removeData ? evidence : [...data, ...evidence],
    };
  } finally {
    journal?.close();
  }
}

const common = { weight: 1, unit: 'items', reversible: false } as const;

const removeStackStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeStack',
  check: async () => undefined,
  async run({ ports, journal, removeData, found }, { emit }) {
    const site = journal.siteId();
    const gone = await removeOwned(ports, site, ({ kind }) => removeData || kind !== 'volume', {
      anonymousVolumes: removeData,
    });
    const registry = found.goes.find(
      (item) => item.type === 'container' && !gone.some(({ name }) => name === item.name),
    );
    await removeRegistryContainer(ports.containers, site);
    if (registry !== undefined) gone.push(registry);
    for (const item of gone) emit({ kind: 'removed', item: withSize(item, found) });
    forget(journal, 'stack', 'container', ...(removeData ? ['volume'] : []));
    return true;
  },
  async verify(_output, { ports, journal, removeData }) {
    const left = (await ports.runtime.owned(journal.siteId())).filter(({ kind }) => removeData || kind !== 'volume');
    if (left.length > 0) throw stillThere(left.map(({ name }) => name));
  },
};

const removeImagesStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeRegistry',
  check: async () => undefined,
  async run({ ports, journal, found }, { emit, signal }) {
    for (const item of found.goes.filter(({ type }) => type === 'image')) {
      signal.throwIfAborted();
      await ports.containers.removeImage(item.name);
      emit({ kind: 'removed', item });
    }
    forget(journal, 'image');
    return true;
  },
  async verify(_output, { ports, found }) {
    const left: string[] = [];
    for (const { type, name } of found.goes)
      if (type === 'image' && (await ports.containers.hasImage(name))) left.push(name);
    if (left.length > 0) throw stillThere(left);
  },
};

const removeFilesStep: Step<UninstallInput, true> = {
  ...common,
  id: 'removeFiles',
  check: async () => undefined,
  async run({ ports, journal, removeData, found }, { emit }) {
    const { releases, wizard } = sitePaths(ports.dataDir);
    const folders = found.goes.filter(({ type, name }) => type === 'folder' && !isBelow(name, releases));
    const configuration = found.goes.filter(({ type, name }) => type === 'folder' && isBelow(name, releases));
    const data = removeData ? found.data.map(({ item }) => item).filter(({ type }) => type !== 'volume') : [];
    for (const { name } of folders) await removeTree(name);
    await removeTree(wizard);
    if (removeData) {
      for (const { type, name } of data) if (type === 'folder') await removeTree(name);
      await removeTree(releases);
      await removeMarks(ports.dataDir);
    } else {
      await removeAllButSecrets(releases);
    }
    for (const item of [...folders, ...configuration, ...data]) emit({ kind: 'removed', item });
    forget(journal, 'folder', 'secrets', ...(removeData ? ['data', 'release'] : []));
    const { data: kept, evidence } = await siteThings(ports, journal);
    for (const { item, reason } of [...kept, ...evidence]) emit({ kind: 'kept', item, reason });
    return true;
  },
  async verify(_output, { ports, journal, removeData }) {
    const { goes, data } = await siteThings(ports, journal);
    const left = [...goes, ...(removeData ? data.map(({ item }) => item) : [])];
    if (left.length > 0) throw stillThere(left.map(({ name }) => name));
  },
};

/** What the uninstall has removed is nobody's to look for any more. */
function forget(journal: Journal, ...kinds: string[]): void {
  for (const row of journal.made()) if (kinds.includes(row.kind)) journal.gone(row.id);
}

function withSize(item: SiteItem, { data }: SiteThings): SiteItem {
  return data.find((known) => known.item.type === item.type && known.item.name === item.name)?.item ?? item;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** Data that stays is worth nothing without the passwords that it was made with. */
async function removeAllButSecrets(releases: string): Promise<void> {
  for (const entry of await readdir(releases, { withFileTypes: true }).catch(noneThere)) {
    const path = join(releases, entry.name);
    if (!entry.isDirectory()) {
      await removeTree(path);
      continue;
    }
    const names = await readdir(path);
    if (!names.includes('.env')) await removeTree(path);
    else for (const name of names) if (name !== '.env') await removeTree(join(path, name));
  }
}

/** The marks that say that passwords were shown are about passwords that are gone. */
async function removeMarks(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('secrets-shown-') && !(await isAbsent(join(dataDir, name))))
      await removeTree(join(dataDir, name));
  }
}

function noneThere(error: unknown): [] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}

function stillThere(names: readonly string[]): InstallerError {
  return new InstallerError('INTERNAL', {
    params: { what: 'uninstall' },
    expected: 'nothing left',
    found: names.join(', '),
  });
}
