/**
 * The trusted root by epochs. Within an epoch only a higher version follows, by rotation; a new epoch begins where somebody
 * deliberately put another root in the old one's place, and it names the run in which that was done, so that what a site
 * believed and who changed it can never be lost. A journal of before knows at most the number of the root it followed, in the
 * records of its installs, also of those that were removed since: `root_floor` keeps that number.
 */
export const rootEpochs = `
CREATE TABLE root_epoch (
  epoch INTEGER NOT NULL CHECK (epoch >= 0),
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  bytes BLOB NOT NULL,
  trusted_at INTEGER NOT NULL,
  replaced_by TEXT REFERENCES run(id),
  PRIMARY KEY (epoch, version)
) STRICT;
INSERT INTO root_epoch (epoch, version, digest, bytes, trusted_at)
  SELECT 0, version, digest, bytes, trusted_at FROM trusted_root;
DROP TABLE trusted_root;
CREATE TRIGGER trusted_root_only_up BEFORE INSERT ON root_epoch
  WHEN EXISTS (SELECT 1 FROM root_epoch WHERE epoch > NEW.epoch OR (epoch = NEW.epoch AND version >= NEW.version))
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER root_epoch_has_a_run BEFORE INSERT ON root_epoch
  WHEN NEW.epoch > (SELECT coalesce(max(epoch), 0) FROM root_epoch) AND NOT EXISTS
    (SELECT 1 FROM run WHERE id = NEW.replaced_by AND action = 'replaceRoot' AND outcome IS NULL)
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up, or is replaced in a run of its own'); END;
CREATE TRIGGER root_epoch_by_one BEFORE INSERT ON root_epoch
  WHEN NEW.epoch > (SELECT coalesce(max(epoch), 0) + 1 FROM root_epoch)
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up, one epoch at a time'); END;
CREATE TRIGGER trusted_root_no_update BEFORE UPDATE ON root_epoch
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER trusted_root_stays BEFORE DELETE ON root_epoch
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TABLE root_floor (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO root_floor (one, version)
  SELECT 1, version FROM (SELECT max(json_extract(document, '$.rootVersion')) AS version FROM installation) WHERE version IS NOT NULL;
CREATE TRIGGER root_floor_as_it_is BEFORE UPDATE ON root_floor
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER root_floor_stays BEFORE DELETE ON root_floor
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
CREATE TRIGGER root_floor_not_replaced BEFORE INSERT ON root_floor WHEN EXISTS (SELECT 1 FROM root_floor)
  BEGIN SELECT RAISE(ABORT, 'the trusted root only goes up'); END;
`;
