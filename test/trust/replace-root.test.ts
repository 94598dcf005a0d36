// needs: root
/** The deliberate command: a site that trusts another root from now on, and every report says so. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { openJournal, readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { sha256 } from '../../installer/base/hash.ts';
import type { ReplaceRootRequest } from '../../installer/contract/requests.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { rootBytes, type TestRoot, testKey } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { firstRoot } from './tuf/honest.ts';

const workDir = workDirs();
const old = rootBytes({ ...firstRoot, version: 4 });
const other: TestRoot = {
  version: 1,
  root: { keys: [testKey('other')], threshold: 1 },
  bundle: { keys: [testKey('other')], threshold: 1 },
};

async function site() {
  const dir = await workDir();
  const dataDir = join(dir, 'data');
  await mkdir(dataDir);
  const journal = openJournal(dataDir);
  journal.trustRoot({ version: 4, digest: sha256(old), bytes: old }, 1);
  journal.close();
  const file = join(dir, 'root.json');
  await writeFile(file, rootBytes(other));
  const engine = createEngine({ dataDir });
  return { dataDir, file, client: createRouterClient(engine.router, { context: engine.context }) };
}

async function replace({ client, file }: Awaited<ReturnType<typeof site>>, confirmed: ReplaceRootRequest['confirmed']) {
  const { run } = await client.runs.startReplaceRoot({ root: file, confirmed });
  for await (const { body } of await client.runs.follow({ run, after: 0 })) {
    if (body.kind === 'runFinished') return { run, outcome: body.outcome, code: body.error?.code ?? 'none' };
  }
  throw new Error('the run has no end');
}

describe('root replace', () => {
  it('shows both documents with their keys, changes nothing by that', async () => {
    const here = await site();
    const { trusted, given } = await here.client.root.compare({ file: here.file });
    expect(trusted).toMatchObject({ version: 4, digest: sha256(old) });
    expect(given).toMatchObject({ version: 1, digest: sha256(rootBytes(other)) });
    expect(given?.keys).toEqual([
      { role: 'root', fingerprint: testKey('other').fingerprint },
      { role: 'bundle', fingerprint: testKey('other').fingerprint },
    ]);
  });

  it('is a run in the journal, and what the next report will say', async () => {
    const here = await site();
    const confirmed = { old: sha256(old), new: sha256(rootBytes(other)) };
    const { run, outcome } = await replace(here, confirmed);
    expect(outcome).toBe('done');
    const journal = readJournal(here.dataDir);
    expect(journal?.trustedRoot()).toMatchObject({ version: 1, digest: confirmed.new });
    expect(journal?.rootReplacements()).toEqual([expect.objectContaining({ run, ...confirmed })]);
    expect(JSON.stringify(journal?.events(run))).toContain(confirmed.new);
    expect(journal?.installed()).toBeUndefined();
    journal?.close();
    expect(await replace(here, confirmed)).toMatchObject({ outcome: 'unchanged' });
  });

  it.each([
    ['the file', { old: sha256(old), new: sha256('another') }],
    ['what the site trusts', { old: sha256('another'), new: sha256(rootBytes(other)) }],
  ])('is refused where %s is not what was shown', async (_name, confirmed) => {
    const here = await site();
    expect(await replace(here, confirmed)).toMatchObject({ outcome: 'failed', code: 'ROOT_CHANGED_SINCE' });
    const journal = readJournal(here.dataDir);
    expect(journal?.trustedRoot()).toMatchObject({ version: 4 });
    journal?.close();
  });
});
