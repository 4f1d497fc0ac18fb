-- The verifier's desk: what was drawn, what was found, what was signed.
CREATE TABLE samples (
  site      TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  inventory TEXT   NOT NULL REFERENCES inventories (id),
  drawn_ms  BIGINT NOT NULL,
  body      TEXT   NOT NULL,
  PRIMARY KEY (site, id)
);
CREATE INDEX samples_inventory ON samples (site, inventory, drawn_ms, id);
-- A finding belongs to a period under an edition and goes on through its versions.
CREATE TABLE findings (
  site      TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  inventory TEXT   NOT NULL REFERENCES inventories (id),
  period    TEXT   NOT NULL,
  edition   TEXT   NOT NULL,
  raised_ms BIGINT NOT NULL,
  version   BIGINT NOT NULL CHECK (version > 0),
  body      TEXT   NOT NULL,
  PRIMARY KEY (site, id)
);
CREATE INDEX findings_period ON findings (site, period, edition, raised_ms, id);
CREATE TABLE opinions (
  site      TEXT   NOT NULL,
  inventory TEXT   NOT NULL REFERENCES inventories (id),
  signed_ms BIGINT NOT NULL,
  body      TEXT   NOT NULL,
  PRIMARY KEY (site, inventory)
);
