import type Database from 'better-sqlite3';
import { journalTables } from './migrations/001-journal.ts';
import { siteMemory } from './migrations/002-site-memory.ts';
import { rootEpochs } from './migrations/003-root-epochs.ts';
import { madeThings } from './migrations/004-made.ts';

/** In their order, forward only: what has landed is never edited, a change of the tables is one more entry. */
const migrations: readonly string[] = [journalTables, siteMemory, rootEpochs, madeThings];

export const schemaVersion = migrations.length;

/**
 * Brings a database of any earlier version (0: an empty file) to the present one, all or nothing. `to` stops at an earlier
 * version, so that tests can make a journal as an earlier release left it.
 */
export function migrate(db: Database.Database, to: number = schemaVersion): void {
  const from = schemaVersionOf(db);
  db.transaction(() => {
    for (const migration of migrations.slice(from, to)) db.exec(migration);
    db.pragma(`user_version = ${to}`);
  })();
}

/** The version that a database is of; 0 for an empty one. */
export function schemaVersionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}
