-- Which mine has which file, and what it is. The bytes lie elsewhere, by their hash; that each file
-- was handed in, and each change of its name or kind, stands in the book. Text is ordered by its
-- bytes, as SQLite does it.
CREATE TABLE evidence (
  site        TEXT COLLATE "C" NOT NULL,
  sha256      TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  type        TEXT COLLATE "C" NOT NULL,
  size        BIGINT NOT NULL CHECK (size > 0),
  kind        TEXT COLLATE "C" NOT NULL,
  actor       TEXT COLLATE "C" NOT NULL,
  recorded_ms BIGINT NOT NULL,
  state       TEXT COLLATE "C" NOT NULL,
  virus       TEXT COLLATE "C" NOT NULL,
  flags       TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (site, sha256)
);
CREATE INDEX evidence_list ON evidence (site, recorded_ms, sha256);
CREATE INDEX evidence_hash ON evidence (sha256);
CREATE INDEX evidence_waiting ON evidence (recorded_ms) WHERE state = 'quarantined';

-- What was handed in is never taken away, and stays the file that it was.
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_same BEFORE UPDATE ON evidence FOR EACH ROW
WHEN (NEW.site <> OLD.site OR NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.actor <> OLD.actor OR NEW.recorded_ms <> OLD.recorded_ms)
EXECUTE FUNCTION refuse_change();
