// needs: root
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient, ORPCError } from '@orpc/server';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../installer/adapters/journal/migrate.ts';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { texts } from '../../installer/contract/texts.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { installPlan } from '../../installer/engine/plan.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import type { Journal } from '../../installer/ports/journal.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import {
  confirmedOf,
  type Files,
  memoryMedia,
  rootBytes,
  type TestRoot,
  testKey,
  writeMedium,
} from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { chained, firstRoot, type HonestFields, honest, putRoot, rotated } from './tuf/honest.ts';

const workDir = workDirs();

/** What an earlier installation has left in the journal of this site. */
interface Past {
  release: number;
  product?: string;
  /** The root that it trusted when it started the release. */
  root?: TestRoot;
  /** How its run ended; it had started the release in any case. */
  outcome?: 'done' | 'failed';
}

async function site(past?: Past): Promise<string> {
  const dataDir = join(await workDir(), 'data');
  await mkdir(dataDir);
  if (past === undefined) return dataDir;
  const journal = openJournal(dataDir);
  const { release, product = 'tiny', root = firstRoot, outcome = 'done' } = past;
  journal.beginRun({ id: 'past', action: 'install', startedAt: 1, user: 'x', host: 'x' });
  journal.identifyBundle('past', { manifestDigest: `sha256:${'0'.repeat(64)}`, product, release });
  await start(dataDir, journal, { release, product, root });
  journal.finishRun('past', outcome, 2);
  journal.close();
  return dataDir;
}

/** The plan's own wiring between placing and starting, with what the steps before it would have handed to it. */
async function start(dataDir: string, journal: Journal, past: { release: number; product: string; root: TestRoot }) {
  const { entries } = installPlan({ dataDir } as EnginePorts, { id: 'past', journal });
  const recorded = entries.find(({ key }) => key === 'recorded');
  if (recorded?.kind !== 'derive') throw new Error('nothing is recorded');
  const { release, product: name, root } = past;
  const rootDocument = rootBytes(root);
  const bundle = {
    manifest: { release, images: [] },
    ...{ rootVersion: root.version, rootBytes: rootDocument, rootDigest: sha256(rootDocument) },
  };
  const state = {
    files: { project: 'x', dir: '/x', composeFiles: [], envFile: '.env', smoke: { tests: [] } },
    placed: { path: '/x' },
    fit: { nCtx: 1, nThreads: 1 },
    product: { name, title: 'X', inputs: [], secrets: [], folders: [], ports: [], registry: { port: 1 } },
    registry: { address: '127.0.0.1:1' },
    answers: {},
    bundle,
  };
  await recorded.make(state, { signal: new AbortController().signal, changed: () => true });
}

async function uninstall(dataDir: string): Promise<void> {
  const journal = openJournal(dataDir);
  journal.beginRun({ id: 'gone', action: 'uninstall', startedAt: 3, user: 'x', host: 'x' });
  journal.finishRun('gone', 'done', 4);
  expect(journal.installed()).toBeUndefined();
  journal.close();
}

/** How an install of a bundle ends on that site; the product is no product, so an install that is trusted ends there. */
async function install(dataDir: string, files: ReturnType<typeof honest>, root = rootBytes(firstRoot)) {
  const dir = await workDir();
  await writeMedium(join(dir, 'stick'), files);
  await writeFile(join(dir, 'root.json'), root);
  const engine = createEngine({ dataDir });
  const client = createRouterClient(engine.router, { context: engine.context });
  const { run } = await client.runs.startInstall({
    bundle: join(dir, 'stick'),
    root: join(dir, 'root.json'),
    answers: {},
    tier: null,
    overrides: [],
    compared: true,
    officer: null,
    confirmed: confirmedOf(files),
  });
  const findings: string[] = [];
  for await (const { body } of await client.runs.follow({ run, after: 0 })) {
    if (body.kind === 'finding') findings.push(`${body.finding.code} ${body.finding.status}`);
    if (body.kind === 'runFinished') return { code: body.error?.code ?? 'none', findings };
  }
  throw new Error('the run has no end');
}

const bundle = (manifest: HonestFields['manifest']) => honest({ manifest: manifest ?? {} });

describe('what the site remembers', () => {
  it('nothing yet: any release may be the first', async () => {
    expect((await install(await site(), bundle({ release: 7 }))).code).toBe('PRODUCT_FORMAT');
  });

  it('a release installed before: an older one is a rollback', async () => {
    expect((await install(await site({ release: 5 }), bundle({ release: 4 }))).code).toBe('RELEASE_ROLLBACK');
  });

  it('a release installed before: one that leaps to the end of all numbers is a fast-forward', async () => {
    const files = bundle({ release: Number.MAX_SAFE_INTEGER });
    expect((await install(await site({ release: 5 }), files)).code).toBe('RELEASE_LEAP');
    expect((await install(await site(), files)).code).toBe('RELEASE_LEAP');
  });

  it('a refused bundle leaves the mark where it was: the next honest stick is taken', async () => {
    const dataDir = await site({ release: 5 });
    await install(dataDir, bundle({ release: Number.MAX_SAFE_INTEGER }));
    const journal = openJournal(dataDir);
    expect(journal.highWaterMark()).toBe(5);
    journal.close();
    // taken as far as the trust goes: an upgrade is not this command's job
    expect((await install(dataDir, bundle({ release: 6 }))).code).toBe('ALREADY_INSTALLED');
  });

  it('the release that runs here: a bundle made for upgrades from a later one is refused', async () => {
    const files = bundle({ release: 9, minimumSourceRelease: 7 });
    expect((await install(await site({ release: 6 }), files)).code).toBe('SOURCE_RELEASE_TOO_OLD');
    expect((await install(await site({ release: 7 }), files)).code).toBe('ALREADY_INSTALLED');
    expect((await install(await site(), files)).code).toBe('SOURCE_RELEASE_TOO_OLD');
  });

  it('the product: another one of the same vendor is refused', async () => {
    expect((await install(await site({ release: 1, product: 'big' }), bundle({ release: 2 }))).code).toBe(
      'PRODUCT_MISMATCH',
    );
  });

  it('the newest root it followed: an old one from the officer’s drawer does not bring revoked keys back', async () => {
    const dataDir = await site({ release: 1, root: chained(2) });
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('ROOT_NOT_TRUSTED');
    expect((await install(dataDir, rotated(2))).code).toBe('ALREADY_INSTALLED');
    expect((await install(dataDir, rotated(2), rootBytes(chained(2)))).code).toBe('ALREADY_INSTALLED');
  });
});

/** A vendor of her own: nobody's keys but hers, on a medium of hers. */
const mallory = testKey('mallory');
const mallorysRoot = (version: number): TestRoot => ({
  version,
  root: { keys: [mallory], threshold: 1 },
  bundle: { keys: [mallory], threshold: 1 },
});
function mallorysMedium(version: number) {
  const files = honest({ signers: [mallory], manifest: { release: 9 } });
  putRoot(files, mallorysRoot(version), [mallory]);
  return files;
}

describe('what the site remembers beyond an uninstall', () => {
  it('revoked keys: the officer’s old root and an old stick are refused after everything was removed', async () => {
    const dataDir = await site({ release: 1, root: chained(2) });
    await uninstall(dataDir);
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('ROOT_NOT_TRUSTED');
    expect((await install(dataDir, rotated(2))).code).toBe('PRODUCT_FORMAT');
  });

  it.each([
    1, 2, 3, 7,
  ])('somebody else’s keys in a root of version %i, which another person hands over', async (version) => {
    const dataDir = await site({ release: 1 });
    await uninstall(dataDir);
    const { code } = await install(dataDir, mallorysMedium(version), rootBytes(mallorysRoot(version)));
    expect(code).toBe('ROOT_REPLACED');
  });

  it('a newer root that was handed over, without the rotations that lead to it, is taken only with them', async () => {
    const dataDir = await site({ release: 1 });
    const without = rotated(3);
    without.delete('root.2.json');
    for (const path of [...without.keys()]) if (path.startsWith('root.2.json')) without.delete(path);
    expect((await install(dataDir, without, rootBytes(chained(3)))).code).toBe('ROOT_REPLACED');
    expect((await install(dataDir, rotated(3), rootBytes(chained(3)))).code).toBe('ALREADY_INSTALLED');
  });

  it('a rotation that it followed once, whatever became of that run', async () => {
    const dataDir = await site({ release: 1 });
    await uninstall(dataDir);
    expect((await install(dataDir, rotated(3))).code).toBe('PRODUCT_FORMAT');
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('ROOT_NOT_TRUSTED');
  });

  it('a site’s first root only when it was used: an attempt with a wrong one leaves nothing behind', async () => {
    const dataDir = await site();
    expect((await install(dataDir, mallorysMedium(1), rootBytes(mallorysRoot(1)))).code).toBe('PRODUCT_FORMAT');
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('PRODUCT_FORMAT');
  });

  it('a release that was started, though the run that started it failed', async () => {
    const dataDir = await site({ release: 9, outcome: 'failed' });
    expect((await install(dataDir, bundle({ release: 3 }))).code).toBe('RELEASE_ROLLBACK');
    await uninstall(dataDir);
    expect((await install(dataDir, bundle({ release: 3 }))).code).toBe('RELEASE_ROLLBACK');
  });

  it('is told before anybody agrees to anything: whoever opens such a bundle is refused alike', async () => {
    const dataDir = await site({ release: 9 });
    await uninstall(dataDir);
    expect(await openCode(dataDir, bundle({ release: 3 }))).toBe('RELEASE_ROLLBACK');
    expect(await openCode(dataDir, mallorysMedium(1), rootBytes(mallorysRoot(1)))).toBe('ROOT_REPLACED');
  });

  it('stands between placing and starting in the plan', () => {
    const { entries } = installPlan({ dataDir: '/x' } as EnginePorts, { id: 'r', journal: {} as Journal });
    const order = entries.map(({ key }) => key);
    expect(order.slice(order.indexOf('recorded')).indexOf('up')).toBeGreaterThan(0);
    expect(order.slice(order.indexOf('recorded'), order.indexOf('up'))).not.toContain('hooks');
  });

  it('another data directory has a memory of its own, and no text proposes one as a way round', async () => {
    await site({ release: 9, root: chained(2) });
    expect((await install(await site(), bundle({ release: 3 }))).code).toBe('PRODUCT_FORMAT');
    for (const { errors } of Object.values(texts)) {
      for (const code of ['RELEASE_ROLLBACK', 'ROOT_REPLACED', 'ROOT_NOT_TRUSTED', 'ALREADY_INSTALLED'] as const) {
        expect(errors[code].remedy, code).not.toMatch(/--data-dir|data director|каталог данных/);
      }
    }
  });

  describe('positive control: without that memory', () => {
    const opened = (files: Files, root: Buffer) => verifyBundle({ media: memoryMedia(files), root });
    it.each([
      ['the old root and the old stick', () => bundle({ release: 2 }), () => rootBytes(firstRoot)],
      ['somebody else’s root and stick', () => mallorysMedium(2), () => rootBytes(mallorysRoot(2))],
      ['the older release', () => bundle({ release: 3 }), () => rootBytes(firstRoot)],
    ])('%s is trusted', async (_name, files, root) => {
      expect((await opened(files(), root())).manifest.product.name).toBe('tiny');
    });
  });
});

describe('a journal of an older installer, which kept the root’s number only', () => {
  async function oldSite(removed: boolean): Promise<string> {
    const dataDir = join(await workDir(), 'data');
    await mkdir(dataDir);
    const db = new Database(join(dataDir, 'journal.db'));
    db.pragma('journal_mode = WAL');
    migrate(db, 2);
    db.exec(`INSERT INTO run (id, action, started_at, finished_at, outcome, user, host, manifest_digest, product, release)
      VALUES ('old', 'install', 1, 2, 'done', 'u', 'h', '${sha256('m')}', 'tiny', 1);
      INSERT INTO installation (run, document) VALUES ('old', '{"rootVersion":2}')`);
    if (removed) {
      db.exec(`INSERT INTO run (id, action, started_at, finished_at, outcome, user, host)
        VALUES ('gone', 'uninstall', 3, 4, 'done', 'u', 'h')`);
    }
    db.close();
    return dataDir;
  }

  it('refuses an older root, also after an uninstall that the old installer forgot it with', async () => {
    const dataDir = await oldSite(true);
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('ROOT_NOT_TRUSTED');
    expect((await install(dataDir, rotated(2))).code).toBe('PRODUCT_FORMAT');
  });

  it('positive control: a version not below is not refused for its number', async () => {
    expect((await install(await oldSite(true), rotated(3))).code).toBe('PRODUCT_FORMAT');
  });
});

async function openCode(dataDir: string, files: Files, root = rootBytes(firstRoot)): Promise<string> {
  const dir = await workDir();
  await writeMedium(join(dir, 'stick'), files);
  await writeFile(join(dir, 'root.json'), root);
  const engine = createEngine({ dataDir });
  const client = createRouterClient(engine.router, { context: engine.context });
  const error = await client.bundle.open({ dir: join(dir, 'stick'), root: join(dir, 'root.json') }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ORPCError ? error.data.code : 'none';
}

describe('dates', () => {
  it('an expired release is a warning in the run, and goes on', async () => {
    const { code, findings } = await install(
      await site(),
      bundle({ expires: '2001-01-01T00:00:00.000Z', created: '2000-01-01T00:00:00.000Z' }),
    );
    expect(findings).toEqual(['BUNDLE_EXPIRED warn']);
    expect(code).toBe('PRODUCT_FORMAT');
  });

  it('a clock from before the bundle was made is a warning in the run, and goes on', async () => {
    const { code, findings } = await install(await site(), bundle({ created: '2999-01-01T00:00:00.000Z' }));
    expect(findings).toEqual(['BUNDLE_CLOCK warn']);
    expect(code).toBe('PRODUCT_FORMAT');
  });

  it('without either nothing is said', async () => {
    expect((await install(await site(), bundle({}))).findings).toEqual([]);
  });

  it('`bundle verify` says it as well', async () => {
    const dir = await workDir();
    await writeMedium(join(dir, 'stick'), bundle({ expires: '2021-01-01T00:00:00.000Z' }));
    await writeFile(join(dir, 'root.json'), rootBytes(firstRoot));
    const engine = createEngine({ dataDir: join(dir, 'data') });
    const client = createRouterClient(engine.router, { context: engine.context });
    const hashing = await client.bundle.verify({ dir: join(dir, 'stick'), root: join(dir, 'root.json') });
    for (let step = await hashing.next(); ; step = await hashing.next()) {
      if (step.done !== true) continue;
      expect(step.value?.findings?.map(({ code }) => code)).toEqual(['BUNDLE_EXPIRED']);
      break;
    }
  });

  it('the readiness check says it as well, among its findings', async () => {
    const dir = await workDir();
    const tiny = await makeTinyBundle(dir, { created: new Date('2999-01-01T00:00:00.000Z') });
    const engine = createEngine({ dataDir: join(dir, 'data') });
    const client = createRouterClient(engine.router, { context: engine.context });
    const request = { bundle: tiny.dir, root: tiny.rootFile, product: null, answers: {}, tier: null, overrides: [] };
    const { findings } = await client.check(request);
    expect(findings.filter(({ code }) => code === 'BUNDLE_CLOCK').map(({ status }) => status)).toEqual(['warn']);
  });
});
