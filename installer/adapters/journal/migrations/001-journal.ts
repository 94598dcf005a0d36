/**
 * journal.db. The event log is append-only in the database itself: an UPDATE or DELETE of a row aborts, whoever asks
 * through SQL; what edits the file underneath is found by the hash chain.
 */
export const journalTables = `
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT,
  user TEXT NOT NULL,
  host TEXT NOT NULL,
  manifest_digest TEXT,
  product TEXT,
  release INTEGER
) STRICT;
CREATE TABLE step (
  run TEXT NOT NULL REFERENCES run(id),
  step TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT,
  PRIMARY KEY (run, step)
) STRICT;
CREATE TABLE artifact (
  run TEXT NOT NULL REFERENCES run(id),
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT,
  size INTEGER,
  PRIMARY KEY (run, type, name)
) STRICT;
CREATE TABLE installation (
  run TEXT PRIMARY KEY REFERENCES run(id),
  document TEXT NOT NULL
) STRICT;
CREATE TABLE event (
  run TEXT NOT NULL REFERENCES run(id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TABLE high_water (id INTEGER PRIMARY KEY CHECK (id = 1), release INTEGER NOT NULL) STRICT;
CREATE TRIGGER high_water_only_up BEFORE UPDATE ON high_water WHEN NEW.release < OLD.release
  BEGIN SELECT RAISE(ABORT, 'the release counter only goes up'); END;
CREATE TRIGGER high_water_stays BEFORE DELETE ON high_water BEGIN SELECT RAISE(ABORT, 'the release counter only goes up'); END;
`;
