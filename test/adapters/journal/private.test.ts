// needs: root
/** The data directory is root's: what others may write to, they can swap, and what they may open, they can lock. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../installer/adapters/journal/open-journal.ts';
import { verifyReportFile } from '../../../installer/report/read-report.ts';
import { errorCode } from '../../fixtures/error-code.ts';

let dir: string;
let state: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airgap-private-'));
  state = join(dir, 'state');
});
afterEach(() => rmSync(dir, { recursive: true }));

test('journal and lock are readable for root alone, also those that an earlier version made for all', () => {
  openJournal(state).close();
  for (const name of ['journal.db', 'lock.db']) chmodSync(join(state, name), 0o644);
  const journal = openJournal(state);
  const modes = ['journal.db', 'journal.db-wal', 'lock.db'].map((name) => statSync(join(state, name)).mode & 0o777);
  journal.close();
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test.each([
  ['belongs to somebody else', () => chownSync(state, 4711, 4711)],
  ['may be written to by everybody', () => chmodSync(state, 0o777)],
  ['lies in a folder of somebody else', () => chownSync(dir, 4711, 4711)],
])('a data directory that %s is refused', async (_, spoil) => {
  mkdirSync(state);
  spoil();
  expect(await errorCode(() => openJournal(state))).toBe('DATA_DIR_SHARED');
});

test('positive control: root’s own is taken', () => {
  mkdirSync(state, { mode: 0o755 });
  openJournal(state).close();
});

test('a FIFO or a device given as a report is refused instead of read for ever', async () => {
  await execa('mkfifo', [join(dir, 'report.json')]);
  expect(await errorCode(verifyReportFile(join(dir, 'report.json')))).toBe('REPORT_FORMAT');
  expect(await errorCode(verifyReportFile('/dev/zero'))).toBe('REPORT_FORMAT');
});
