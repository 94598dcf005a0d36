import type Database from 'better-sqlite3';
import type { Json } from '../../base/canonical-json.ts';
import { chainHash, chainStart } from '../../base/chain.ts';
import { InstallerError } from '../../base/errors.ts';
import type { Digest } from '../../contract/digest.ts';
import { type Artifact, artifact, type EngineEvent, engineEvent } from '../../contract/events.ts';
import type { EventRow, Journal, MadeRow, RootReplacement, RunRow, StepRow, TrustedRoot } from '../../ports/journal.ts';

const runColumns = `id, action, started_at AS startedAt, finished_at AS finishedAt, outcome, user, host,
  manifest_digest AS manifestDigest, product, release`;

/** The journal over an open database; `onClose` releases what the opener holds beside it. */
export function sqliteJournal(db: Database.Database, onClose: () => void): Journal {
  const lastEvent = db.prepare<[string], { seq: number; hash: Digest }>(
    'SELECT seq, hash FROM event WHERE run = ? ORDER BY seq DESC LIMIT 1',
  );
  const insertEvent = db.prepare('INSERT INTO event (run, seq, at, body, hash) VALUES (?, ?, ?, ?, ?)');
  const selectEvents = db.prepare<[string, number], { seq: number; at: number; body: string; hash: Digest }>(
    'SELECT seq, at, body, hash FROM event WHERE run = ? AND seq > ? ORDER BY seq',
  );

  const raiseHighWaterMark = db.prepare<[{ release: number }]>(
    `INSERT INTO high_water (id, release) SELECT 1, @release WHERE NOT EXISTS (SELECT 1 FROM high_water WHERE release >= @release)
     ON CONFLICT (id) DO UPDATE SET release = excluded.release`,
  );

  const newestRoot = db.prepare<[], TrustedRoot>(
    'SELECT version, digest, bytes FROM root_epoch ORDER BY epoch DESC, version DESC LIMIT 1',
  );
  const lastRootOf = db.prepare<[number], { digest: Digest }>(
    'SELECT digest FROM root_epoch WHERE epoch = ? ORDER BY version DESC LIMIT 1',
  );
  const insertRoot = db.prepare(
    `INSERT INTO root_epoch (epoch, version, digest, bytes, trusted_at, replaced_by)
     VALUES (@epoch, @version, @digest, @bytes, @at, @run)`,
  );
  const newestEpoch = () =>
    db.prepare<[], { epoch: number }>('SELECT coalesce(max(epoch), 0) AS epoch FROM root_epoch').get()?.epoch ?? 0;

  return {
    beginRun(run) {
      db.prepare('INSERT INTO run (id, action, started_at, user, host) VALUES (?, ?, ?, ?, ?)').run(
        run.id,
        run.action,
        run.startedAt,
        run.user,
        run.host,
      );
    },
    identifyBundle(run, bundle) {
      db.prepare('UPDATE run SET manifest_digest = ?, product = ?, release = ? WHERE id = ?').run(
        bundle.manifestDigest,
        bundle.product,
        bundle.release,
        run,
      );
    },
    finishRun: db.transaction((run: string, outcome: string, at: number) => {
      db.prepare('UPDATE run SET outcome = ?, finished_at = ? WHERE id = ?').run(outcome, at, run);
      const row = db.prepare<[string], RunRow>(`SELECT ${runColumns} FROM run WHERE id = ?`).get(run);
      if (outcome !== 'done' && outcome !== 'unchanged') return;
      // an install's things are now its own; what an uninstall kept is to be found again, and no later roll back's
      if (row?.action === 'install' || row?.action === 'uninstall') {
        db.prepare("UPDATE made SET state = 'standing' WHERE state = 'open'").run();
      }
    }),
    stepIntent(run, step, at) {
      db.prepare('INSERT INTO step (run, step, started_at) VALUES (?, ?, ?)').run(run, step, at);
    },
    stepOutcome(run, step, outcome, at) {
      db.prepare('UPDATE step SET outcome = ?, finished_at = ? WHERE run = ? AND step = ?').run(outcome, at, run, step);
    },
    artifact(run, made) {
      db.prepare('INSERT OR REPLACE INTO artifact (run, type, name, digest, size) VALUES (?, ?, ?, ?, ?)').run(
        run,
        made.type,
        made.name,
        made.digest,
        made.size,
      );
    },
    making(run, { kind, name }, at) {
      db.prepare('INSERT INTO made (run, kind, name, at) VALUES (?, ?, ?, ?)').run(run, kind, name, at);
    },
    made() {
      return db
        .prepare<[], MadeRow>("SELECT id, run, kind, name, state FROM made WHERE state <> 'gone' ORDER BY id")
        .all();
    },
    gone(id) {
      db.prepare("UPDATE made SET state = 'gone' WHERE id = ?").run(id);
    },
    recordInstallation(run, document) {
      db.prepare('INSERT OR REPLACE INTO installation (run, document) VALUES (?, ?)').run(run, document);
    },
    installation() {
      return db
        .prepare<[], { run: string; document: string }>(
          `SELECT run, document FROM installation JOIN run ON run.id = installation.run
           WHERE NOT EXISTS (SELECT 1 FROM run AS later WHERE later.action IN ('uninstall', 'rollBack') AND later.outcome IN ('done', 'unchanged')
             AND later.rowid > run.rowid)
           ORDER BY run.rowid DESC LIMIT 1`,
        )
        .get();
    },
    lastInstallation() {
      return db
        .prepare<[], { run: string; document: string }>(
          'SELECT run, document FROM installation JOIN run ON run.id = installation.run ORDER BY run.rowid DESC LIMIT 1',
        )
        .get();
    },
    append: db.transaction((event: EngineEvent): Digest => {
      const last = lastEvent.get(event.run);
      const expected = (last?.seq ?? 0) + 1;
      if (event.seq !== expected) {
        throw new InstallerError('INTERNAL', { params: { what: 'event sequence' }, expected, found: event.seq });
      }
      const hash = chainHash(last?.hash ?? chainStart(event.run), event as unknown as Json);
      insertEvent.run(event.run, event.seq, event.at, JSON.stringify(event.body), hash);
      return hash;
    }),
    runs(limit) {
      return db
        .prepare<[number], RunRow>(`SELECT ${runColumns} FROM run ORDER BY started_at DESC, rowid DESC LIMIT ?`)
        .all(limit);
    },
    run(id) {
      return db.prepare<[string], RunRow>(`SELECT ${runColumns} FROM run WHERE id = ?`).get(id);
    },
    steps(run) {
      return db
        .prepare<[string], StepRow>(
          'SELECT run, step, started_at AS startedAt, finished_at AS finishedAt, outcome FROM step WHERE run = ? ORDER BY rowid',
        )
        .all(run);
    },
    events(run, afterSeq = 0) {
      return selectEvents.all(run, afterSeq).map(
        (row): EventRow => ({
          event: engineEvent.parse({ run, seq: row.seq, at: row.at, body: JSON.parse(row.body) }),
          hash: row.hash,
        }),
      );
    },
    artifacts(run) {
      return db
        .prepare<[string], Artifact>('SELECT type, name, digest, size FROM artifact WHERE run = ? ORDER BY rowid')
        .all(run)
        .map((row) => artifact.parse(row));
    },
    installed() {
      const row = db
        .prepare<[], RunRow>(
          `SELECT ${runColumns} FROM run WHERE action IN ('install', 'uninstall', 'rollBack') AND outcome IN ('done', 'unchanged')
           ORDER BY started_at DESC, rowid DESC LIMIT 1`,
        )
        .get();
      return row?.action === 'install' ? row : undefined;
    },
    highWaterMark() {
      const row = db.prepare<[], { release: number }>('SELECT release FROM high_water WHERE id = 1').get();
      return row?.release ?? null;
    },
    raiseHighWaterMark(release) {
      raiseHighWaterMark.run({ release });
    },
    trustedRoot() {
      return newestRoot.get();
    },
    knownRootVersion() {
      return db.prepare<[], { version: number }>('SELECT version FROM root_floor').get()?.version ?? null;
    },
    trustRoot({ version, digest, bytes }, at) {
      insertRoot.run({ version, digest, bytes, at, epoch: newestEpoch(), run: null });
    },
    replaceRoot({ version, digest, bytes }, run, at) {
      insertRoot.run({ version, digest, bytes, at, epoch: newestEpoch() + 1, run });
    },
    rootReplacements() {
      return db
        .prepare<[], Omit<RootReplacement, 'old'> & { epoch: number }>(
          `SELECT root_epoch.epoch, replaced_by AS run, trusted_at AS at, user AS who, digest AS new FROM root_epoch
           JOIN run ON run.id = replaced_by ORDER BY root_epoch.epoch`,
        )
        .all()
        .map(({ epoch, ...replacement }) => ({ ...replacement, old: lastRootOf.get(epoch - 1)?.digest ?? null }));
    },
    siteId() {
      const row = db.prepare<[], { id: string }>('SELECT id FROM site').get();
      if (row === undefined) throw new InstallerError('JOURNAL_CORRUPT', { params: { path: 'site' } });
      return row.id;
    },
    close() {
      db.close();
      onClose();
    },
  };
}
