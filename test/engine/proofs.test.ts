import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import type { Action } from '../../installer/contract/events.ts';
import { hooksProven, loginsProven } from '../../installer/engine/proofs.ts';
import type { Journal } from '../../installer/ports/journal.ts';

async function journal(): Promise<Journal> {
  const dir = await mkdtemp(join(tmpdir(), 'airgap-proofs-'));
  const opened = openJournal(dir);
  onTestFinished(async () => {
    opened.close();
    await rm(dir, { recursive: true, force: true });
  });
  return opened;
}

let runs = 0;
function run(on: Journal, action: Action, hooks?: 'done' | 'failed', login?: 'accepted' | 'changed'): void {
  runs += 1;
  const id = `run-${runs}`;
  on.beginRun({ id, action, startedAt: runs, user: 'u', host: 'h' });
  if (hooks !== undefined) {
    on.stepIntent(id, 'runHooks', runs);
    on.stepOutcome(id, 'runHooks', hooks, runs);
  }
  if (login !== undefined) {
    const title = { en: 't', ru: 't' };
    const common = { status: 'pass', title, expected: '', measured: '', ms: 1, error: null } as const;
    const result = { id: 'admin_login', ...common, params: { login } };
    on.append({ run: id, seq: 1, at: runs * 1000, body: { kind: 'smoke', result } });
  }
}

test('hooks are proven by a step that was verified, and an uninstall, finished or not, puts that into the past', async () => {
  const on = await journal();
  expect(hooksProven(on)).toEqual({ here: false, ever: false });
  run(on, 'install', 'failed');
  expect(hooksProven(on)).toEqual({ here: false, ever: false });
  run(on, 'install', 'done');
  run(on, 'install');
  expect(hooksProven(on)).toEqual({ here: true, ever: true });
  run(on, 'uninstall');
  expect(hooksProven(on)).toEqual({ here: false, ever: true });
  run(on, 'install', 'done');
  expect(hooksProven(on)).toEqual({ here: true, ever: true });
});

test('a login is proven by a token, not by the verdict that its password was changed', async () => {
  const on = await journal();
  run(on, 'install', 'done', 'changed');
  expect(loginsProven(on).size).toBe(0);
  run(on, 'install', 'done', 'accepted');
  const at = runs * 1000;
  run(on, 'smoke', undefined, 'changed');
  expect([...loginsProven(on)]).toEqual([['admin_login', at]]);
});
