-- Which mine has which file, and what it is. The bytes lie elsewhere, by their hash; that each file
-- was handed in, and each change of its name or kind, stands in the book.
CREATE TABLE evidence (
  site        TEXT   NOT NULL,
  sha256      TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  type        TEXT   NOT NULL,
  size        BIGINT NOT NULL CHECK (size > 0),
  kind        TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  recorded_ms BIGINT NOT NULL,
  state       TEXT   NOT NULL,
  virus       TEXT   NOT NULL,
  flags       TEXT   NOT NULL,
  PRIMARY KEY (site, sha256)
);
CREATE INDEX evidence_list ON evidence (site, recorded_ms, sha256);
CREATE INDEX evidence_hash ON evidence (sha256);
CREATE INDEX evidence_waiting ON evidence (recorded_ms) WHERE state = 'quarantined';

-- What was handed in is never taken away, and stays the file that it was.
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'append only: evidence'); END;
CREATE TRIGGER evidence_same BEFORE UPDATE ON evidence
WHEN NEW.site <> OLD.site OR NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.actor <> OLD.actor OR NEW.recorded_ms <> OLD.recorded_ms
BEGIN SELECT RAISE(ABORT, 'append only: evidence'); END;
