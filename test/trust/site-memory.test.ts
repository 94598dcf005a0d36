import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { confirmedOf, rootBytes, writeMedium } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { chained, firstRoot, type HonestFields, honest, rotated } from './tuf/honest.ts';

const workDir = workDirs();

/** What an earlier installation has left in the journal of this site. */
interface Past {
  release: number;
  product?: string;
  rootVersion?: number;
}

async function site(past?: Past): Promise<string> {
  const dataDir = join(await workDir(), 'data');
  await mkdir(dataDir);
  if (past === undefined) return dataDir;
  const journal = openJournal(dataDir);
  const { release, product = 'tiny', rootVersion = 1 } = past;
  journal.beginRun({ id: 'past', action: 'install', startedAt: 1, user: 'x', host: 'x' });
  journal.identifyBundle('past', { manifestDigest: `sha256:${'0'.repeat(64)}`, product, release });
  const files = { project: 'x', dir: '/x', composeFiles: [], envFile: '.env', smoke: { tests: [] } };
  const record = {
    product: { name: product, title: 'X' },
    release,
    rootVersion,
    files,
    model: { path: '/x', nCtx: 1, nThreads: 1 },
    images: [],
    registry: '127.0.0.1:1',
    secrets: [],
    folders: [],
    ports: [],
  };
  journal.recordInstallation('past', JSON.stringify(record));
  journal.finishRun('past', 'done', 2);
  journal.close();
  return dataDir;
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
    const dataDir = await site({ release: 1, rootVersion: 2 });
    expect((await install(dataDir, bundle({ release: 2 }))).code).toBe('ROOT_NOT_TRUSTED');
    expect((await install(dataDir, rotated(2))).code).toBe('ALREADY_INSTALLED');
    expect((await install(dataDir, rotated(2), rootBytes(chained(2)))).code).toBe('ALREADY_INSTALLED');
  });
});

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
