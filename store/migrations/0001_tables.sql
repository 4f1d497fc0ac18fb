-- One text for SQLite and PostgreSQL: TEXT for exact numbers, dates, JSON and hex; BIGINT for
-- integers and for instants, which are ms since 1970 UTC; BYTEA (a blob in SQLite) for files.

-- The book. ledger_heads holds the last place of each chain: its row is the lock under which a
-- site is written, and it betrays a chain whose end was cut off.
CREATE TABLE ledger_heads (
  site TEXT   NOT NULL PRIMARY KEY,
  seq  BIGINT NOT NULL,
  hash TEXT   NOT NULL
);
CREATE TABLE ledger (
  site        TEXT   NOT NULL,
  seq         BIGINT NOT NULL CHECK (seq > 0),
  recorded_ms BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  kind        TEXT   NOT NULL,
  subject     TEXT   NOT NULL,
  body        TEXT   NOT NULL,
  prev        TEXT   NOT NULL,
  hash        TEXT   NOT NULL,
  PRIMARY KEY (site, seq)
);
CREATE INDEX ledger_subject ON ledger (site, subject, seq);
CREATE TABLE ledger_postings (
  site    TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  n       BIGINT NOT NULL,
  account TEXT   NOT NULL,
  gas     TEXT   NOT NULL,
  grams   BIGINT NOT NULL,
  PRIMARY KEY (site, seq, n),
  FOREIGN KEY (site, seq) REFERENCES ledger (site, seq)
);
CREATE INDEX ledger_postings_account ON ledger_postings (site, account, gas);

-- The mine as its file describes it; every version stays.
CREATE TABLE sites (
  id          TEXT   NOT NULL,
  version     BIGINT NOT NULL CHECK (version > 0),
  file        TEXT   NOT NULL,
  sha256      TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  recorded_ms BIGINT NOT NULL,
  PRIMARY KEY (id, version)
);

-- Dense numbers from 1 for the engine of readings.
CREATE TABLE counters (
  name TEXT   NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL
);
CREATE TABLE series (
  id    BIGINT NOT NULL PRIMARY KEY,
  site  TEXT   NOT NULL,
  point TEXT   NOT NULL,
  UNIQUE (site, point),
  UNIQUE (site, id)
);

-- Sealed months of readings: files that are never rewritten, their hashes in the book.
CREATE TABLE segments (
  site         TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  sha256       TEXT   NOT NULL,
  month        TEXT   NOT NULL,
  from_ms      BIGINT NOT NULL,
  to_ms        BIGINT NOT NULL,
  readings     BIGINT NOT NULL,
  series       BIGINT NOT NULL,
  upto_arrival BIGINT NOT NULL,
  clean        BIGINT NOT NULL,
  PRIMARY KEY (site, name)
);

-- What people filed. A cell's filings are one line: the first supersedes nothing, each other one
-- exactly one, and nothing is superseded twice.
CREATE TABLE filings (
  id          TEXT   NOT NULL PRIMARY KEY,
  site        TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  parameter   TEXT   NOT NULL,
  month       TEXT   NOT NULL,
  quantity    TEXT   NOT NULL,
  how         TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  recorded_ms BIGINT NOT NULL,
  note        TEXT   NOT NULL,
  evidence    TEXT   NOT NULL,
  supersedes  TEXT   NOT NULL
);
CREATE UNIQUE INDEX filings_first ON filings (site, source, parameter, month) WHERE supersedes = '';
CREATE UNIQUE INDEX filings_next ON filings (supersedes) WHERE supersedes <> '';
CREATE INDEX filings_month ON filings (site, month, recorded_ms, id);
CREATE TABLE months (
  site      TEXT   NOT NULL,
  month     TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  submitter TEXT   NOT NULL,
  approver  TEXT   NOT NULL,
  actor     TEXT   NOT NULL,
  moved_ms  BIGINT NOT NULL,
  reason    TEXT   NOT NULL,
  PRIMARY KEY (site, month)
);

CREATE TABLE inventories (
  id        TEXT   NOT NULL PRIMARY KEY,
  site      TEXT   NOT NULL,
  period    TEXT   NOT NULL,
  edition   TEXT   NOT NULL,
  version   BIGINT NOT NULL CHECK (version > 0),
  hash      TEXT   NOT NULL,
  closed_ms BIGINT NOT NULL,
  actor     TEXT   NOT NULL,
  body      TEXT   NOT NULL,
  previous  TEXT   NOT NULL,
  UNIQUE (site, period, edition, version)
);
-- A green certificate serves one month of one site, in however many editions and versions.
CREATE TABLE certificates (
  id        TEXT   NOT NULL PRIMARY KEY,
  site      TEXT   NOT NULL,
  period    TEXT   NOT NULL,
  inventory TEXT   NOT NULL REFERENCES inventories (id),
  used_ms   BIGINT NOT NULL
);
CREATE INDEX certificates_site ON certificates (site, period, id);

CREATE TABLE factor_sets (
  id         TEXT   NOT NULL,
  version    TEXT   NOT NULL,
  sha256     TEXT   NOT NULL,
  csv        BYTEA  NOT NULL,
  actor      TEXT   NOT NULL,
  adopted_ms BIGINT NOT NULL,
  PRIMARY KEY (id, version)
);

-- Contradictions between readings, and what counters did that no rule explains. The composite
-- keys keep one mine's findings off another mine's series.
CREATE TABLE clashes (
  site       TEXT   NOT NULL,
  series     BIGINT NOT NULL,
  t_ms       BIGINT NOT NULL,
  value      TEXT   NOT NULL,
  quality    BIGINT NOT NULL,
  source_seq BIGINT NOT NULL,
  recv_ms    BIGINT NOT NULL,
  kept_value      TEXT   NOT NULL,
  kept_quality    BIGINT NOT NULL,
  kept_source_seq BIGINT NOT NULL,
  kept_recv_ms    BIGINT NOT NULL,
  settled_by      TEXT   NOT NULL,
  settled_ms      BIGINT NOT NULL,
  note            TEXT   NOT NULL,
  PRIMARY KEY (site, series, t_ms, value),
  FOREIGN KEY (site, series) REFERENCES series (site, id)
);
CREATE INDEX clashes_time ON clashes (site, t_ms, series, value);
CREATE TABLE events (
  site       TEXT   NOT NULL,
  series     BIGINT NOT NULL,
  kind       BIGINT NOT NULL,
  t_ms       BIGINT NOT NULL,
  prev_ms    BIGINT NOT NULL,
  from_value TEXT   NOT NULL,
  to_value   TEXT   NOT NULL,
  confirmed  BIGINT NOT NULL,
  PRIMARY KEY (site, series, kind, t_ms),
  FOREIGN KEY (site, series) REFERENCES series (site, id)
);
CREATE INDEX events_time ON events (site, t_ms, series, kind);

CREATE TABLE imports (
  id          TEXT   NOT NULL PRIMARY KEY,
  site        TEXT   NOT NULL,
  file        TEXT   NOT NULL,
  sha256      TEXT   NOT NULL,
  mapping     TEXT   NOT NULL,
  state       TEXT   NOT NULL,
  done        BIGINT NOT NULL,
  total       BIGINT NOT NULL,
  accepted    BIGINT NOT NULL,
  repeated    BIGINT NOT NULL,
  refused     BIGINT NOT NULL,
  errors_file TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  started_ms  BIGINT NOT NULL,
  updated_ms  BIGINT NOT NULL
);
CREATE INDEX imports_site ON imports (site, started_ms, id);
CREATE INDEX imports_file ON imports (site, sha256, mapping);

CREATE TABLE actors (
  id         TEXT   NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  sites      TEXT   NOT NULL,
  changed_ms BIGINT NOT NULL
);
CREATE TABLE tokens (
  id         TEXT   NOT NULL PRIMARY KEY,
  hash       TEXT   NOT NULL,
  actor      TEXT   NOT NULL REFERENCES actors (id),
  name       TEXT   NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  revoked_ms BIGINT NOT NULL
);
CREATE INDEX tokens_actor ON tokens (actor, created_ms, id);

CREATE TABLE settings (
  name       TEXT   NOT NULL PRIMARY KEY,
  value      TEXT   NOT NULL,
  actor      TEXT   NOT NULL,
  changed_ms BIGINT NOT NULL
);
