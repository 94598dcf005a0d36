import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, schemaVersion, schemaVersionOf } from '../../../installer/adapters/journal/migrate.ts';
import { openJournal, readJournal } from '../../../installer/adapters/journal/open-journal.ts';
import { sha256 } from '../../../installer/base/hash.ts';
import type { Journal } from '../../../installer/ports/journal.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airgap-migrate-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const path = () => join(dir, 'journal.db');
const earlier = Array.from({ length: schemaVersion - 1 }, (_, at) => at + 1);

/** A journal as an earlier release left it, with an installation that came to its end. */
function leaveJournal(version: number) {
  const db = new Database(path());
  db.pragma('journal_mode = WAL');
  migrate(db, version);
  db.exec(`INSERT INTO run (id, action, started_at, finished_at, outcome, user, host, manifest_digest, product, release)
    VALUES ('old', 'install', 1, 2, 'done', 'u', 'h', '${sha256('m')}', 'p', 3);
    INSERT INTO installation (run, document) VALUES ('old', '{}');
    INSERT INTO high_water (id, release) VALUES (1, 3)`);
  db.close();
}

describe.each(earlier)('a journal of version %i', (version) => {
  it('is brought forward, and keeps what it knew', () => {
    leaveJournal(version);
    const journal = openJournal(dir);
    expect(journal.installed()).toMatchObject({ id: 'old', release: 3 });
    expect(journal.highWaterMark()).toBe(3);
    expect(journal.installation()).toEqual({ run: 'old', document: '{}' });
    expect(journal.siteId()).toMatch(/^[0-9a-f]{32}$/);
    journal.close();
    const db = new Database(path(), { readonly: true });
    expect(schemaVersionOf(db)).toBe(schemaVersion);
    db.close();
  });

  it('is read without being changed', () => {
    leaveJournal(version);
    const before = readFileSync(path());
    const reader = readJournal(dir);
    expect(reader?.installed()).toMatchObject({ id: 'old' });
    expect(reader?.trustedRoot()).toBeUndefined();
    reader?.close();
    expect(readFileSync(path()).equals(before)).toBe(true);
  });
});

it('a journal of a later release is refused, not guessed at', () => {
  openJournal(dir).close();
  const db = new Database(path());
  db.pragma(`user_version = ${schemaVersion + 1}`);
  db.close();
  expect(() => openJournal(dir)).toThrowError(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  expect(() => readJournal(dir)).toThrowError(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
});

describe('what the site remembers', () => {
  const root = (version: number) => {
    const bytes = Buffer.from(`root ${version}`);
    return { version, bytes, digest: sha256(bytes) };
  };

  it('keeps its id over every opening, and another data directory has another one', () => {
    const ids = [1, 2].map(() => {
      const journal = openJournal(dir);
      const id = journal.siteId();
      journal.close();
      return id;
    });
    expect(ids[1]).toBe(ids[0]);
    const elsewhere = openJournal(join(dir, 'other'));
    expect(elsewhere.siteId()).not.toBe(ids[0]);
    elsewhere.close();
  });

  it('keeps the newest trusted root with its bytes, and takes only a newer one', () => {
    const journal = openJournal(dir);
    expect(journal.trustedRoot()).toBeUndefined();
    journal.trustRoot(root(2), 1);
    expect(journal.trustedRoot()).toEqual(root(2));
    for (const version of [1, 2]) expect(() => journal.trustRoot(root(version), 2)).toThrowError(/only goes up/);
    journal.trustRoot(root(3), 3);
    expect(journal.trustedRoot()).toEqual(root(3));
    journal.close();
  });

  describe('a root that is put in its place', () => {
    const begin = (journal: Journal, id: string, action: 'replaceRoot' | 'install') =>
      journal.beginRun({ id, action, startedAt: 1, user: 'irina', host: 'h' });

    it('may be of any version, stays, and is told with the run that did it', () => {
      const journal = openJournal(dir);
      journal.trustRoot(root(5), 1);
      begin(journal, 'first', 'replaceRoot');
      journal.replaceRoot(root(2), 'first', 7);
      expect(journal.trustedRoot()).toEqual(root(2));
      for (const version of [1, 2]) expect(() => journal.trustRoot(root(version), 8)).toThrowError(/only goes up/);
      journal.trustRoot(root(3), 8);
      expect(journal.trustedRoot()).toEqual(root(3));
      expect(journal.rootReplacements()).toEqual([
        { run: 'first', at: 7, who: 'irina', old: root(5).digest, new: root(2).digest },
      ]);
      journal.close();
    });

    it('needs a run of its own, which has not ended', () => {
      const journal = openJournal(dir);
      journal.trustRoot(root(5), 1);
      begin(journal, 'install', 'install');
      begin(journal, 'ended', 'replaceRoot');
      journal.finishRun('ended', 'done', 2);
      for (const run of ['nobody', 'install', 'ended']) {
        expect(() => journal.replaceRoot(root(6), run, 3), run).toThrowError();
      }
      expect(journal.trustedRoot()).toEqual(root(5));
      journal.close();
    });

    it('cannot be taken out of the table again', () => {
      const journal = openJournal(dir);
      begin(journal, 'first', 'replaceRoot');
      journal.replaceRoot(root(2), 'first', 7);
      journal.close();
      const db = new Database(path());
      for (const sql of [
        'DELETE FROM root_epoch',
        'UPDATE root_epoch SET version = 1',
        "INSERT INTO root_epoch VALUES (0, 9, 'd', x'00', 1, NULL)",
        "INSERT INTO root_epoch VALUES (3, 9, 'd', x'00', 1, 'first')",
      ]) {
        expect(() => db.exec(sql), sql).toThrowError(/only goes up/);
      }
      db.close();
    });

    it('leaves what an earlier installer remembered where it was: the roots of version 2 are the first epoch', () => {
      const db = new Database(path());
      migrate(db, 2);
      db.exec("INSERT INTO trusted_root VALUES (4, 'sha256:x', x'01', 1)");
      db.close();
      const journal = openJournal(dir);
      expect(journal.trustedRoot()).toEqual({ version: 4, digest: 'sha256:x', bytes: Buffer.from([1]) });
      expect(journal.rootReplacements()).toEqual([]);
      journal.close();
    });
  });

  it('raises the release mark and never lowers it', () => {
    const journal = openJournal(dir);
    for (const [release, mark] of [
      [5, 5],
      [3, 5],
      [5, 5],
      [6, 6],
    ] as const) {
      journal.raiseHighWaterMark(release);
      expect(journal.highWaterMark()).toBe(mark);
    }
    journal.close();
  });
});

describe('INSERT OR REPLACE, which fires no DELETE trigger', () => {
  const statements = [
    "INSERT OR REPLACE INTO event (run, seq, at, body, hash) VALUES ('old', 1, 9, '{}', 'forged')",
    'INSERT OR REPLACE INTO high_water (id, release) VALUES (1, 1)',
    "INSERT OR REPLACE INTO site (one, id) VALUES (1, 'other')",
    "INSERT OR REPLACE INTO root_epoch (epoch, version, digest, bytes, trusted_at) VALUES (0, 1, 'd', x'00', 1)",
    'INSERT OR REPLACE INTO root_floor (one, version) VALUES (1, 1)',
  ];
  const fill = (db: Database.Database) =>
    db.exec(`INSERT INTO event (run, seq, at, body, hash) VALUES ('old', 1, 1, '{}', 'h');
      ${schemaVersionOf(db) < 3 ? '' : "INSERT INTO root_epoch VALUES (0, 1, 'd', x'01', 1, NULL); INSERT INTO root_floor VALUES (1, 2);"}`);

  it.each(statements)('is refused: %s', (statement) => {
    leaveJournal(schemaVersion);
    const db = new Database(path());
    fill(db);
    expect(() => db.exec(statement)).toThrowError(/only|keeps/);
    db.close();
  });

  it('positive control: the first version of the tables let it through', () => {
    leaveJournal(1);
    const db = new Database(path());
    fill(db);
    for (const statement of statements.slice(0, 2)) expect(() => db.exec(statement)).not.toThrow();
    db.close();
  });
});
