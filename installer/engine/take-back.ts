import { InstallerError } from '../base/errors.ts';
import { isAbsent } from '../base/is-absent.ts';
import { removeTree } from '../base/own-tree.ts';
import { restoreSecrets } from '../config/release-folder.ts';
import type { SiteItem } from '../contract/events.ts';
import type { Journal, MadeRow } from '../ports/journal.ts';
import type { MadeThing } from '../ports/step.ts';
import { removeRegistryContainer } from '../registry/run-registry.ts';
import type { EnginePorts } from './ports.ts';

/** Containers hold volumes and images, those hold nothing; files go last, because a stack that still runs would write into them. */
const order: readonly MadeThing['kind'][] = [
  'stack',
  'volume',
  'container',
  'image',
  'secrets',
  'release',
  'data',
  'folder',
];

/** What an unfinished install made, in the order in which it is to be taken back: by kind, and newest first. */
export function openRows(journal: Journal, run?: string): MadeRow[] {
  return journal
    .made()
    .filter((row) => row.state === 'open' && (run === undefined || row.run === run))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.id - a.id);
}

/**
 * Takes back what was recorded as made, one by one, each written down as gone when it is. What is not there any more is no error; what
 * bears a name but not this installation's label is left alone. Goes on where an earlier one was cut off.
 */
export async function takeBack(
  ports: EnginePorts,
  journal: Journal,
  rows: readonly MadeRow[],
  onRemoved: (item: SiteItem) => void = () => undefined,
): Promise<void> {
  for (const row of rows) {
    for (const item of await undo(ports, journal.siteId(), row)) onRemoved(item);
    journal.gone(row.id);
  }
}

async function undo(ports: EnginePorts, site: string, { kind, name }: MadeThing): Promise<SiteItem[]> {
  const item = (type: SiteItem['type']): SiteItem => ({ type, name, bytes: null });
  switch (kind) {
    case 'stack':
      return removeOwned(ports, site, (object) => object.kind !== 'volume' && object.project === name, {
        anonymousVolumes: true,
      });
    case 'volume':
      return removeOwned(ports, site, (object) => object.kind === 'volume' && object.name === name, {
        anonymousVolumes: true,
      });
    case 'container':
      await removeRegistryContainer(ports.containers, site);
      return [item('container')];
    case 'image': {
      const there = await ports.containers.hasImage(name);
      if (there) await ports.containers.removeImage(name);
      return there ? [item('image')] : [];
    }
    case 'secrets':
      await restoreSecrets(name, '.env');
      return [];
    case 'folder':
    case 'data':
    case 'release': {
      if (await isAbsent(name)) return [];
      await removeTree(name);
      if (await isAbsent(name)) return [item('folder')];
      throw new InstallerError('INTERNAL', { params: { what: 'roll back' }, expected: 'nothing left', found: name });
    }
  }
}

/**
 * Removes those of this installation's containers, networks and volumes that are meant. Volumes without a name go with their container
 * only where data is to go: they bear no label, and nobody could tell later whose they are.
 */
export async function removeOwned(
  { runtime }: Pick<EnginePorts, 'runtime'>,
  site: string,
  meant: (object: Awaited<ReturnType<EnginePorts['runtime']['owned']>>[number]) => boolean,
  { anonymousVolumes }: { anonymousVolumes: boolean },
): Promise<SiteItem[]> {
  const going = (await runtime.owned(site)).filter(meant);
  if (going.length > 0) await runtime.removeOwned(site, going, { anonymousVolumes });
  return going.map(({ kind, name }) => ({ type: kind, name, bytes: null }));
}
