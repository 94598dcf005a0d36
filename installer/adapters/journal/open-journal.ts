import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { InstallerError, systemCode } from '../../base/errors.ts';
import { isOurs } from '../../base/open-folder.ts';
import type { Journal } from '../../ports/journal.ts';
import { migrate, schemaVersion, schemaVersionOf } from './migrate.ts';
import { sqliteJournal } from './sqlite-journal.ts';

/**
 * Opens (or makes) the data directory's journal for this process alone. The lock is a transaction held on lock.db: the
 * kernel drops it with the process, however that ends, so there is no stale lock to clean up.
 * @throws DATA_DIR_BUSY when another process holds it, DATA_DIR_UNUSABLE when the directory cannot be written, DATA_DIR_SHARED when others may,
 *   JOURNAL_CORRUPT when the database is damaged or of an unknown version.
 */
export function openJournal(dataDir: string): Journal {
  makeDataDir(dataDir);
  const lock = holdLock(join(dataDir, 'lock.db'));
  try {
    const db = openDatabase(join(dataDir, 'journal.db'));
    return sqliteJournal(db, () => lock.close());
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Opens an existing journal for looking only, beside a running install; undefined when there is none. NOT_ROOT for a user who may not
 * read it.
 */
export function readJournal(dataDir: string): Journal | undefined {
  const path = join(dataDir, 'journal.db');
  if (!existsSync(path)) return undefined;
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    if (systemCode(cause) !== 'EACCES') throw cause;
    throw new InstallerError('NOT_ROOT', { params: { path }, cause });
  }
  return sqliteJournal(openDatabase(path, true), () => undefined);
}

function makeDataDir(dataDir: string): void {
  try {
    // 0711: containers' users must reach the files mounted from below, nobody may list.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    requireOwnWay(dataDir);
    for (const name of ['lock.db', 'journal.db']) makePrivate(join(dataDir, name));
  } catch (cause) {
    if (cause instanceof InstallerError) throw cause;
    throw new InstallerError('DATA_DIR_UNUSABLE', { params: { path: dataDir }, cause });
  }
}

/** Other users read no event and take no lock, which a readable file would let them; SQLite gives its side files the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    // Not by a descriptor of our own: closing one would drop the locks that this process holds on the file (fcntl(2)).
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  }
}

/**
 * What others may write to, they can swap: reports for links, the journal for another one. As sshd's StrictModes, up to the root; the
 * sticky bit (/tmp) keeps others' hands off.
 */
function requireOwnWay(dataDir: string): void {
  const own = realpathSync(dataDir);
  for (let path = own; ; path = dirname(path)) {
    const { uid, mode } = statSync(path);
    const shared = (mode & (path === own ? 0o022 : 0o002)) !== 0 && (path === own || (mode & 0o1000) === 0);
    if (!isOurs({ uid }) || shared) {
      throw new InstallerError('DATA_DIR_SHARED', {
        params: { path },
        expected: 'uid 0, mode 0755',
        found: `uid ${uid}, mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`,
      });
    }
    if (path === dirname(path)) return;
  }
}

function holdLock(path: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    const code = sqliteCode(cause);
    throw new InstallerError(code === 'SQLITE_BUSY' ? 'DATA_DIR_BUSY' : 'DATA_DIR_UNUSABLE', {
      params: { path },
      cause,
    });
  }
}

function openDatabase(path: string, readonly = false): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly, timeout: 5000 });
    // KiB. A log is appended to and rarely read: the library's 16 MiB would only make long runs look like a leak.
    db.pragma('cache_size = -2000');
    if (!readonly) {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
    }
    const version = schemaVersionOf(db);
    if (version > schemaVersion || (version === 0 && readonly)) {
      throw new InstallerError('JOURNAL_CORRUPT', {
        params: { path },
        expected: `1 to ${schemaVersion}`,
        found: String(version),
      });
    }
    if (version === schemaVersion) return db;
    if (readonly) return migratedCopy(db);
    migrate(db);
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof InstallerError) throw cause;
    const corrupt = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(sqliteCode(cause) ?? '');
    throw new InstallerError(corrupt ? 'JOURNAL_CORRUPT' : 'DATA_DIR_UNUSABLE', { params: { path }, cause });
  }
}

/**
 * A journal that an earlier release wrote, for looking only: a copy in memory takes the missing migrations, the file stays as
 * it is. Bytes 18 and 19 of the header say "write-ahead log", which a database in memory cannot have
 * (https://www.sqlite.org/fileformat.html#file_format_version_numbers).
 */
function migratedCopy(db: Database.Database): Database.Database {
  const bytes = db.serialize();
  bytes.fill(1, 18, 20);
  const copy = new Database(bytes);
  migrate(copy);
  db.close();
  return copy;
}

function sqliteCode(thrown: unknown): string | undefined {
  return thrown instanceof Database.SqliteError ? thrown.code : undefined;
}
