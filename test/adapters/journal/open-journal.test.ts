import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, readJournal } from '../../../installer/adapters/journal/open-journal.ts';
import { chainHash, chainStart } from '../../../installer/base/chain.ts';
import type { EngineEvent } from '../../../installer/contract/events.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airgap-journal-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const event = (run: string, seq: number): EngineEvent => ({
  run,
  seq,
  at: 1000 + seq,
  body: { kind: 'stepStarted', step: `s${seq}` },
});

const finished = (release: number) => ({ manifestDigest: `sha256:${'0'.repeat(64)}`, product: 'p', release });

function install(journal: ReturnType<typeof openJournal>, id: string, release: number, at: number) {
  journal.beginRun({ id, action: 'install', startedAt: at, user: 'u', host: 'h' });
  journal.identifyBundle(id, finished(release));
  journal.raiseHighWaterMark(release);
  journal.finishRun(id, 'done', at + 1);
}

describe('the event log', () => {
  it('chains each event to the one before and survives reopening', () => {
    const journal = openJournal(dir);
    journal.beginRun({ id: 'r', action: 'install', startedAt: 1, user: 'u', host: 'h' });
    const first = journal.append(event('r', 1));
    const second = journal.append(event('r', 2));
    journal.close();
    expect(first).toBe(chainHash(chainStart('r'), event('r', 1)));
    expect(second).toBe(chainHash(first, event('r', 2)));
    const reopened = openJournal(dir);
    expect(reopened.events('r').map(({ hash }) => hash)).toEqual([first, second]);
    expect(reopened.events('r', 1).map(({ event: { seq } }) => seq)).toEqual([2]);
    reopened.close();
  });

  it('refuses a gap in the sequence', () => {
    const journal = openJournal(dir);
    journal.beginRun({ id: 'r', action: 'install', startedAt: 1, user: 'u', host: 'h' });
    expect(() => journal.append(event('r', 2))).toThrowError(expect.objectContaining({ code: 'INTERNAL' }));
    journal.close();
  });

  it('is append-only in the database itself: UPDATE and DELETE abort', () => {
    const journal = openJournal(dir);
    journal.beginRun({ id: 'r', action: 'install', startedAt: 1, user: 'u', host: 'h' });
    journal.append(event('r', 1));
    journal.close();
    const db = new Database(join(dir, 'journal.db'));
    expect(() => db.exec(`UPDATE event SET body = '{}'`)).toThrowError(/append-only/);
    expect(() => db.exec('DELETE FROM event')).toThrowError(/append-only/);
    db.close();
  });
});

describe('the journal', () => {
  it('keeps the highest release ever started, also after an older one', () => {
    const journal = openJournal(dir);
    expect(journal.highWaterMark()).toBeNull();
    install(journal, 'a', 7, 1);
    install(journal, 'b', 3, 10);
    expect(journal.highWaterMark()).toBe(7);
    journal.close();
    const db = new Database(join(dir, 'journal.db'));
    expect(() => db.exec('UPDATE high_water SET release = 1')).toThrowError(/only goes up/);
    expect(() => db.exec('DELETE FROM high_water')).toThrowError(/only goes up/);
    db.close();
  });

  it('knows what is installed: the newest finished install that no uninstall follows', () => {
    const journal = openJournal(dir);
    expect(journal.installed()).toBeUndefined();
    install(journal, 'a', 1, 1);
    journal.beginRun({ id: 'x', action: 'install', startedAt: 5, user: 'u', host: 'h' });
    journal.finishRun('x', 'failed', 6);
    expect(journal.installed()?.id).toBe('a');
    journal.beginRun({ id: 'u', action: 'uninstall', startedAt: 7, user: 'u', host: 'h' });
    journal.finishRun('u', 'done', 8);
    expect(journal.installed()).toBeUndefined();
    journal.close();
  });

  it('belongs to one process at a time: DATA_DIR_BUSY, and the reader is let in beside it', () => {
    const journal = openJournal(dir);
    expect(() => openJournal(dir)).toThrowError(expect.objectContaining({ code: 'DATA_DIR_BUSY' }));
    const reader = readJournal(dir);
    expect(reader?.runs(1)).toEqual([]);
    reader?.close();
    journal.close();
    openJournal(dir).close();
  });

  it('leaves no lock behind when its process is killed', async () => {
    const script = `
      const { openJournal } = await import(${JSON.stringify(join(import.meta.dirname, '../../../installer/adapters/journal/open-journal.ts'))});
      // Kept reachable: a collected journal would close its database, and with it the lock.
      globalThis.journal = openJournal(${JSON.stringify(dir)});
      console.log('open');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      expect(() => openJournal(dir)).toThrowError(expect.objectContaining({ code: 'DATA_DIR_BUSY' }));
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    openJournal(dir).close();
  });

  it('says JOURNAL_CORRUPT of a file that is no database', () => {
    writeFileSync(join(dir, 'journal.db'), 'not a database, but long enough to be looked at'.repeat(100));
    expect(() => openJournal(dir)).toThrowError(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });
});
