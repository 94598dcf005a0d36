/**
 * What the site remembers whatever is installed: its own id, which marks all that this installation makes on the machine, and
 * the newest root document that it has trusted, which only a newer version replaces (TUF's client workflow, 5.3, keeps the
 * whole document: https://theupdateframework.github.io/specification/latest/#update-root). The two `_not_replaced` triggers
 * close a way round the append-only triggers: `INSERT OR REPLACE` deletes a row without firing a DELETE trigger.
 */
export const siteMemory = `
CREATE TABLE site (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;
INSERT INTO site (one, id) VALUES (1, lower(hex(randomblob(16))));
CREATE TRIGGER site_stays_as_it_is BEFORE UPDATE ON site BEGIN SELECT RAISE(ABORT, 'the site keeps its id'); END;
CREATE TRIGGER site_stays BEFORE DELETE ON site BEGIN SELECT RAISE(ABORT, 'the site keeps its id'); END;
CREATE TRIGGER site_not_replaced BEFORE INSERT ON site WHEN EXISTS (SELECT 1 FROM site)
  BEGIN SELECT RAISE(ABORT, 'the site keeps its id'); END;
CREATE TABLE trusted_root (
  version INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  bytes BLOB NOT NULL,
  trusted_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER trusted_root_only_up BEFORE INSERT ON trusted_root
  WHEN EXISTS (SELECT 1 FROM trusted_root WHERE version >= NEW.version)
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER trusted_root_no_update BEFORE UPDATE ON trusted_root
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER trusted_root_stays BEFORE DELETE ON trusted_root
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER event_not_replaced BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE run = NEW.run AND seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER high_water_not_replaced BEFORE INSERT ON high_water
  WHEN EXISTS (SELECT 1 FROM high_water WHERE id = NEW.id AND release > NEW.release)
  BEGIN SELECT RAISE(ABORT, 'the release counter only goes up'); END;
`;
