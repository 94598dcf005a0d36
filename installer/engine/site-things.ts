import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import { isAbsent } from '../base/is-absent.ts';
import { measureTree } from '../base/own-tree.ts';
import type { KeptReason, SiteItem } from '../contract/events.ts';
import type { Journal } from '../ports/journal.ts';
import type { EnginePorts } from './ports.ts';
import { sitePaths } from './site-paths.ts';

export interface KeptItem {
  item: SiteItem;
  reason: KeptReason;
}

/** All that is this installation's on the machine, looked up where it lies, by what an uninstall does with it. */
export interface SiteThings {
  /** Goes with every uninstall. */
  goes: SiteItem[];
  /** Goes only with the data: volumes, folders that the product writes to, passwords. */
  data: KeptItem[];
  /** Never goes: the journal and the reports are evidence. */
  evidence: KeptItem[];
}

/** Engine objects are found by this installation's label, images and folders by what was written down before they were made. */
export async function siteThings(ports: EnginePorts, journal: Journal): Promise<SiteThings> {
  const rows = journal.made();
  const named = (...kinds: string[]) => [
    ...new Set(rows.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)),
  ];
  const goes: SiteItem[] = [];
  const data: KeptItem[] = [];
  // Without an engine only files are left to see; what of the engine's is left is listed as soon as it answers.
  const objects = rows.length === 0 ? [] : await ports.runtime.owned(journal.siteId());
  for (const { kind, name } of objects) {
    if (kind !== 'volume') goes.push({ type: kind, name, bytes: null });
    else data.push({ item: { type: 'volume', name, bytes: await volumeBytes(ports, name) }, reason: 'data' });
  }
  for (const name of named('container')) {
    const listed = goes.some((item) => item.type === 'container' && item.name === name);
    if (!listed && (await ports.containers.inspectContainer(name)) !== undefined)
      goes.push({ type: 'container', name, bytes: null });
  }
  for (const name of named('image'))
    if (await ports.containers.hasImage(name)) goes.push({ type: 'image', name, bytes: null });
  for (const path of topmost(named('folder'))) if (!(await isAbsent(path))) goes.push(await folder(path));
  for (const path of topmost(named('data')))
    if (!(await isAbsent(path))) data.push({ item: await folder(path), reason: 'data' });
  const { releases } = sitePaths(ports.dataDir);
  for (const path of await configuration(releases)) goes.push(await folder(path));
  for (const path of await secretFiles(releases)) data.push({ item: await file(path), reason: 'secrets' });
  return { goes, data, evidence: await evidence(ports) };
}

async function evidence({ dataDir }: EnginePorts): Promise<KeptItem[]> {
  const found: KeptItem[] = [];
  const { reports } = sitePaths(dataDir);
  if (!(await isAbsent(reports))) found.push({ item: await folder(reports), reason: 'evidence' });
  const journal = join(dataDir, 'journal.db');
  if (!(await isAbsent(journal))) found.push({ item: await file(journal), reason: 'evidence' });
  return found;
}

async function folder(path: string): Promise<SiteItem> {
  return { type: 'folder', name: path, bytes: await measureTree(path) };
}

async function file(path: string): Promise<SiteItem> {
  return { type: 'file', name: path, bytes: (await lstat(path)).size };
}

/** The local volume driver's place; an engine that keeps them elsewhere gives no size. */
async function volumeBytes({ containers }: EnginePorts, name: string): Promise<number | null> {
  const { dataRoot } = await containers.version();
  return measureTree(join(dataRoot, 'volumes', name, '_data'));
}

/** Without those that lie in another one of them. */
function topmost(paths: readonly string[]): string[] {
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

async function secretFiles(releases: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(releases)) {
    const path = join(releases, name, '.env');
    if (!(await isAbsent(path).catch(notThere))) found.push(path);
  }
  return found;
}

/** Releases that hold more than secrets. */
async function configuration(releases: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(releases)) {
    const names = await namesIn(join(releases, name));
    if (names.some((each) => each !== '.env')) found.push(join(releases, name));
  }
  return found;
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  });
}

function notThere(error: unknown): true {
  if (systemCode(error) === 'ENOTDIR') return true;
  throw error;
}
