import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { openJournal, readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import type { Action } from '../../installer/contract/events.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import { requireUnfinishedInstall, rollBackJob } from '../../installer/engine/roll-back-plan.ts';
import { type Job, type RunHandle, Runs } from '../../installer/engine/runs.ts';
import { previewUninstall, uninstallPlan } from '../../installer/engine/uninstall-plan.ts';
import type { Hardware } from '../../installer/ports/hardware.ts';
import type { Journal } from '../../installer/ports/journal.ts';
import { facts } from '../config/fixture.ts';
import type { Random } from '../fixtures/random.ts';
import { FakeMachine } from './fake-machine.ts';
import { walkInstall } from './walk-plan.ts';

/** How a run may end before its time. */
export const endings = ['none', 'cancel', 'kill', 'fail', 'refuse'] as const;
export type Ending = (typeof endings)[number];

export interface Op {
  site: number;
  what: 'install' | 'uninstall' | 'uninstallData' | 'rollBack';
  ending: Ending;
  /** Which of the run's points it ends at. */
  at: number;
  release: number;
  level: number;
}

export type RollBack = (ports: EnginePorts, handle: RunHandle) => Job;

/** What is known of one data directory: kept passwords, as their bytes, since an uninstall kept them. */
interface SiteModel {
  dataDir: string;
  kept: Map<string, string>;
}

export class Walker {
  readonly machine = new FakeMachine();
  readonly sites: SiteModel[];
  readonly #model: Buffer;
  readonly #rollBack: RollBack;
  readonly #foreign: readonly string[];
  #points = 0;

  constructor(dir: string, model: Buffer, rollBack: RollBack = rollBackJob) {
    this.#model = model;
    this.#rollBack = rollBack;
    this.sites = ['one', 'two'].map((name) => ({ dataDir: join(dir, name), kept: new Map() }));
    this.machine.add('volume', 'theirs_data', null, 'theirs', 'their own');
    this.machine.add('container', 'their-shop', null, null);
    this.machine.add('network', 'their-net', null, null);
    this.machine.images.add('their/image:1');
    this.#foreign = this.machine.state();
  }

  async plant(): Promise<void> {
    for (const { dataDir } of this.sites) {
      await mkdir(dataDir, { recursive: true, mode: 0o711 });
      await writeFile(join(dataDir, 'their-notes.txt'), 'theirs');
    }
  }

  /** Does it and returns how it ended: an outcome, `killed`, or the code of a refusal before anything began. */
  async perform(op: Op): Promise<string> {
    const site = this.sites[op.site] as SiteModel;
    let journal: Journal | undefined;
    const ports: EnginePorts = {
      dataDir: site.dataDir,
      containers: this.machine.engine,
      runtime: this.machine.runtime,
      hardware: { facts: async () => facts() } as unknown as Hardware,
      llm: {} as EnginePorts['llm'],
      mediaScan: {} as EnginePorts['mediaScan'],
      shippedProducts: '/nonexistent',
      openJournal: () => {
        journal = openJournal(site.dataDir);
        return journal;
      },
      readJournal: () => readJournal(site.dataDir),
    };
    const runs = new Runs(ports);
    let left = op.ending === 'none' ? Number.POSITIVE_INFINITY : op.at;
    let run = '';
    let killed = false;
    const strike = () => {
      this.#points += 1;
      if (killed) throw new Error('the process is gone');
      left -= 1;
      if (left !== 0) return;
      if (op.ending === 'cancel') runs.cancel(run);
      else if (op.ending === 'kill') {
        // from here on nothing can be written down, and the kernel has dropped the lock
        killed = true;
        journal?.close();
        throw new Error('the process is gone');
      } else throw new InstallerError(op.ending === 'fail' ? 'STACK_UP' : 'PREFLIGHT_FAILED');
    };
    this.machine.strike = () => undefined;
    const start = (action: Action, make: (handle: RunHandle) => Job) => {
      this.machine.strike = strike;
      run = runs.start(action, make).run;
    };
    try {
      await this.#start(op, ports, strike, start);
    } catch (error) {
      if (error instanceof InstallerError) return error.code;
      throw error;
    }
    await runs.idle();
    this.machine.strike = () => undefined;
    if (killed) return 'killed';
    const read = readJournal(site.dataDir);
    const ended = read?.run(run);
    const failure = read?.events(run).findLast(({ event }) => event.body.kind === 'runFinished')?.event.body;
    read?.close();
    const code = failure?.kind === 'runFinished' ? (failure.error?.code ?? '') : '';
    await this.#remember(site, op, ended?.outcome ?? '');
    return `${ended?.outcome} ${code}`.trim();
  }

  async #start(
    op: Op,
    ports: EnginePorts,
    strike: () => void,
    start: (action: Action, make: (handle: RunHandle) => Job) => void,
  ): Promise<void> {
    const { release, level } = op;
    const removeData = op.what === 'uninstallData';
    if (op.what === 'install') {
      const request = { release, level, model: this.#model, machine: this.machine, strike };
      start('install', (handle) => walkInstall(ports, handle, request));
    } else if (op.what === 'rollBack') {
      const journal = ports.readJournal();
      try {
        requireUnfinishedInstall(journal);
      } finally {
        journal?.close();
      }
      start('rollBack', (handle) => this.#rollBack(ports, handle));
    } else {
      await previewUninstall(ports, { removeData });
      const initial = { request: { removeData } };
      start('uninstall', (handle) => ({ plan: uninstallPlan(ports, handle), initial, undoOnRefusal: false }));
    }
  }

  /** Kept from an uninstall on until the next install comes to its end, or until they are removed on purpose. */
  async #remember(site: SiteModel, { what }: Op, outcome: string): Promise<void> {
    const ended = outcome === 'done' || outcome === 'unchanged';
    if (!ended) return;
    if (what === 'uninstall') site.kept = await envFiles(site.dataDir);
    else if (what === 'install' || what === 'uninstallData') site.kept = new Map();
  }

  /** What must hold after every single operation, whatever it was and however it ended. */
  async violations(op: Op, outcome: string): Promise<string[]> {
    const found: string[] = [];
    const state = new Set(this.machine.state());
    for (const thing of this.#foreign) if (!state.has(thing)) found.push(`foreign thing is gone: ${thing}`);
    for (const [index, site] of this.sites.entries()) {
      if ((await readFile(join(site.dataDir, 'their-notes.txt'), 'utf8')) !== 'theirs')
        found.push('a foreign file was changed');
      const now = await envFiles(site.dataDir);
      for (const [path, bytes] of site.kept) {
        const content = now.get(path);
        const settled = index !== op.site || op.what === 'rollBack' || outcome.startsWith('failed PREFLIGHT_FAILED');
        if (content === undefined) found.push(`kept passwords are gone: ${path}`);
        else if (settled && (outcome.startsWith('done') || outcome.startsWith('unchanged')) && content !== bytes)
          found.push(`kept passwords were changed: ${path}`);
        else if (!sameSecrets(bytes, content)) found.push(`kept passwords have other values: ${path}`);
      }
    }
    const here = this.sites[op.site] as SiteModel;
    const clean = op.what === 'uninstallData' || (op.what === 'rollBack' && here.kept.size === 0);
    if (clean && outcome.startsWith('done'))
      found.push(...(await this.leftovers(here)).map((thing) => `left over: ${thing}`));
    return found;
  }

  /** What of ours is on the machine and in the data directory beside evidence. */
  async leftovers({ dataDir }: SiteModel): Promise<string[]> {
    const journal = readJournal(dataDir);
    const site = journal?.siteId() ?? 'none';
    journal?.close();
    const evidence = /^(journal\.db.*|lock\.db.*|reports|their-notes\.txt)$/;
    const files = (await readdir(dataDir)).filter((name) => !evidence.test(name));
    return [...this.machine.state().filter((line) => line.includes(site)), ...files];
  }

  /** How many points at which a run could have ended were passed. */
  get points(): number {
    return this.#points;
  }
}

export function randomOp(random: Random): Op {
  const what = random.pick([
    'install',
    'install',
    'install',
    'uninstall',
    'uninstallData',
    'rollBack',
    'rollBack',
  ] as const);
  return {
    site: random.chance(0.15) ? 1 : 0,
    what,
    ending: random.chance(0.35) ? 'none' : random.pick(endings),
    at: 1 + random.below(what === 'install' ? 45 : 12),
    release: random.chance(0.25) ? 2 : 1,
    level: 1 + random.below(3),
  };
}

async function envFiles(dataDir: string): Promise<Map<string, string>> {
  const releases = join(dataDir, 'releases');
  const found = new Map<string, string>();
  if (!existsSync(releases)) return found;
  for (const name of await readdir(releases)) {
    const path = join(releases, name, '.env');
    if (/^\d+$/.test(name) && existsSync(path)) found.set(path, await readFile(path, 'utf8'));
  }
  return found;
}

/** Every password that the first one knows has the same value in the second. */
function sameSecrets(before: string, after: string): boolean {
  const now = parseEnv(after);
  return Object.entries(parseEnv(before)).every(([name, value]) => !/PASSWORD|KEY/.test(name) || now[name] === value);
}
