/**
 * What runs put onto the machine that was not there before, recorded before it is made: `open` belongs to an install that has not come
 * to its end (roll back takes exactly these back), `standing` to one that has, or to data that an uninstall kept; `gone` was taken away.
 * What an earlier version installed is entered from its record, so that uninstall finds it.
 */
export const madeThings = `
CREATE TABLE made (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run TEXT NOT NULL REFERENCES run(id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'standing', 'gone'))
) STRICT;
CREATE INDEX made_state ON made (state);
CREATE TRIGGER made_stays BEFORE DELETE ON made BEGIN SELECT RAISE(ABORT, 'what was made stays written down'); END;
CREATE TRIGGER made_as_it_was BEFORE UPDATE ON made
  WHEN OLD.run IS NOT NEW.run OR OLD.kind IS NOT NEW.kind OR OLD.name IS NOT NEW.name OR OLD.state = 'gone'
  BEGIN SELECT RAISE(ABORT, 'what was made stays written down'); END;
WITH here AS (
  SELECT installation.run AS run, document, substr(path, 1, instr(path, '/releases/') - 1) AS dir
  FROM (SELECT run, document, json_extract(document, '$.files.dir') AS path FROM installation) AS installation
  JOIN run ON run.id = installation.run
  WHERE NOT EXISTS (SELECT 1 FROM run AS later WHERE later.action = 'uninstall' AND later.outcome IN ('done', 'unchanged')
    AND later.rowid > run.rowid)
  ORDER BY run.rowid DESC LIMIT 1
)
INSERT INTO made (run, kind, name, at, state) SELECT * FROM (
SELECT run, 'folder' AS kind, dir || '/' || value AS name, 0 AS at, 'standing' AS state FROM here, json_each('["registry", "models", "files"]')
UNION ALL SELECT run, 'release', dir || '/releases', 0, 'standing' FROM here
UNION ALL SELECT run, 'container', 'airgap-registry', 0, 'standing' FROM here
UNION ALL SELECT run, 'data', dir || '/' || value, 0, 'standing' FROM here, json_each(document, '$.folders')
UNION ALL SELECT run, 'image',
  json_extract(document, '$.registry') || '/' || json_extract(value, '$.name') || '@' || json_extract(value, '$.digest'), 0, 'standing'
  FROM here, json_each(document, '$.images')
) WHERE name IS NOT NULL;
`;
