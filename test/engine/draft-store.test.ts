/** What was opened, decided and typed is the engine's: kept for every window and for the engine's next start. */
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { type WizardDraft, wizardDraft } from '../../installer/contract/draft.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { DraftStore } from '../../installer/engine/draft-store.ts';
import { WindowClaim } from '../../installer/engine/session.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const digest = `sha256:${'ab'.repeat(32)}` as const;

const nothing: WizardDraft = {
  ...{ page: 'start', mode: 'install', bundle: '', root: '', compared: null, confirmed: null, tier: null },
  ...{ overrides: [], reasons: {}, answers: {}, officer: { name: '', office: '' }, run: null },
};
const chosen: WizardDraft = {
  ...nothing,
  page: 'configure',
  bundle: '/media/officer/STICK',
  root: '/root/vendor/root.json',
  compared: { root: digest, manifest: digest },
  tier: 'production',
  overrides: [{ code: 'CPU_CORES', justification: 'A trial for one user, agreed with the vendor' }],
  reasons: { CLOCK: 'no time so' },
  answers: { api_port: 8123, siem_enabled: false, siem_host: 'not a host' },
  officer: { name: 'Ирина Петрова', office: 'security' },
};

/** An engine on this folder, and a window onto it. */
function windowOf(dataDir: string, claim = new WindowClaim(), engine = createEngine({ dataDir })) {
  const session = claim.open();
  const client = createRouterClient(engine.router, { context: { ...engine.context, session } });
  return { engine, claim, client, session };
}

describe('kept by the engine', () => {
  test('the next engine on the same data directory shows what this one was given', async () => {
    const dataDir = join(await workDir(), 'data');
    const { client } = windowOf(dataDir);
    await client.draft.set(chosen);
    expect(await client.draft.get()).toEqual({ draft: chosen, damaged: false });
    expect(await windowOf(dataDir).client.draft.get()).toEqual({ draft: chosen, damaged: false });
    expect((await stat(join(dataDir, 'wizard.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['wizard.json']);
    // Control: an engine on another folder knows nothing of it.
    const elsewhere = windowOf(join(await workDir(), 'data'));
    expect(await elsewhere.client.draft.get()).toEqual({ draft: null, damaged: false });
  });

  test('of many changes at once the last one is kept', async () => {
    const dataDir = join(await workDir(), 'data');
    const { client } = windowOf(dataDir);
    const typed = [...'not a host'].map((_, index, all) => all.slice(0, index + 1).join(''));
    await Promise.all(typed.map((siem_host) => client.draft.set({ ...chosen, answers: { siem_host } })));
    expect((await windowOf(dataDir).client.draft.get()).draft?.answers).toEqual({ siem_host: 'not a host' });
  });

  test('a mere look makes no file and no folder, and neither does a choice that was taken back', async () => {
    const dir = await workDir();
    const { client } = windowOf(join(dir, 'data'));
    await client.draft.get();
    await client.draft.set({ ...nothing, mode: 'readiness', page: 'readiness' });
    expect(await readdir(dir)).toEqual([]);
    expect((await client.draft.get()).draft?.page).toBe('readiness');
    await client.draft.set(chosen);
    await client.draft.set(nothing);
    expect(await readdir(join(dir, 'data'))).toEqual([]);
  });

  test('where nothing can be written it is kept as long as the engine lives', async () => {
    const dir = await workDir();
    await writeFile(join(dir, 'file'), '');
    // Below a file there can be no folder, for root neither.
    const { client } = windowOf(join(dir, 'file', 'data'));
    await client.draft.set(chosen);
    expect(await client.draft.get()).toEqual({ draft: chosen, damaged: false });
  });

  test('an uninstall by another process takes it away for this one as well', async () => {
    const dataDir = join(await workDir(), 'data');
    const { client } = windowOf(dataDir);
    await client.draft.set(chosen);
    await rm(join(dataDir, 'wizard.json'));
    expect(await client.draft.get()).toEqual({ draft: null, damaged: false });
  });
});

describe('a file that is damaged or not ours', () => {
  test.each([
    ['cut off', '{"kind":"airgap-wizard","schema":1,"draft":{"pa'],
    ['another schema', JSON.stringify({ kind: 'airgap-wizard', schema: 2, draft: chosen })],
    [
      'a field that is unknown',
      JSON.stringify({ kind: 'airgap-wizard', schema: 1, draft: { ...chosen, rights: 'all' } }),
    ],
    [
      'a decision without a reason',
      JSON.stringify({
        kind: 'airgap-wizard',
        schema: 1,
        draft: { ...chosen, overrides: [{ code: 'CPU_CORES', justification: '' }] },
      }),
    ],
    ['not text', Buffer.from([0xff, 0xfe, 0, 1])],
    ['endless', Buffer.alloc(5 * 1024 * 1024, 0x20)],
  ])('%s: it is said, begun anew, and never believed', async (_name, content) => {
    const dataDir = join(await workDir(), 'data');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'wizard.json'), content);
    const { client } = windowOf(dataDir);
    expect(await client.draft.get()).toEqual({ draft: null, damaged: true });
    await client.draft.set(chosen);
    expect(await client.draft.get()).toEqual({ draft: chosen, damaged: false });
  });

  test('a link in its place is not followed, for reading or for writing', async () => {
    const dataDir = join(await workDir(), 'data');
    await mkdir(dataDir);
    const foreign = join(await workDir(), 'foreign');
    const content = JSON.stringify({ kind: 'airgap-wizard', schema: 1, draft: chosen });
    await writeFile(foreign, content);
    await symlink(foreign, join(dataDir, 'wizard.json'));
    const { client } = windowOf(dataDir);
    expect(await client.draft.get()).toEqual({ draft: null, damaged: true });
    await client.draft.set({ ...chosen, page: 'plan' });
    expect(await readFile(foreign, 'utf8')).toBe(content);
    // Control: the same content as a file of its own is taken.
    await chmod(foreign, 0o600);
    const own = join(await workDir(), 'wizard.json');
    await writeFile(own, content);
    expect(await new DraftStore(own).read()).toEqual({ draft: chosen, damaged: false });
  });

  test('what is too large to be typed is refused', () => {
    expect(wizardDraft.safeParse(chosen).success).toBe(true);
    expect(wizardDraft.safeParse({ ...chosen, bundle: 'x'.repeat(5000) }).success).toBe(false);
    expect(wizardDraft.safeParse({ ...chosen, answers: { a: 'x'.repeat(5000) } }).success).toBe(false);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a${index}`, 1]));
    expect(wizardDraft.safeParse({ ...chosen, answers: many }).success).toBe(false);
  });
});

describe('two windows', () => {
  test('the one that only looks on sees each change of the other, and cannot make one', async () => {
    const dataDir = join(await workDir(), 'data');
    const writer = windowOf(dataDir);
    const reader = windowOf(dataDir, writer.claim, writer.engine);
    const stop = new AbortController();
    const own = await writer.client.draft.follow(undefined, { signal: stop.signal });
    const seen = await reader.client.draft.follow(undefined, { signal: stop.signal });
    expect((await seen.next()).value).toEqual({ draft: null, damaged: false });
    expect((await own.next()).value).toEqual({ draft: null, damaged: false });
    const change = seen.next();
    await writer.client.draft.set(chosen);
    expect((await change).value).toEqual({ draft: chosen, damaged: false });
    await expect(reader.client.draft.set(nothing)).rejects.toMatchObject({ data: { code: 'READ_ONLY' } });
    expect((await reader.client.draft.get()).draft).toEqual(chosen);
    // What a window said itself it is not told: typing goes on meanwhile.
    writer.session.close();
    reader.session.claim();
    const told = own.next();
    await reader.client.draft.set({ ...chosen, page: 'plan' });
    expect((await told).value).toMatchObject({ draft: { page: 'plan' } });
    stop.abort();
  });
});
