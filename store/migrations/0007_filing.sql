-- A value that is taken back, who reviewed a month, and how far it had come when.
ALTER TABLE filings ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX filings_row ON filings (site, source, parameter, month);
ALTER TABLE months ADD COLUMN group_approver TEXT NOT NULL DEFAULT '';
ALTER TABLE months ADD COLUMN verifier TEXT NOT NULL DEFAULT '';
ALTER TABLE months ADD COLUMN submitted_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE months ADD COLUMN reviewed_ms BIGINT NOT NULL DEFAULT 0;

-- The steps of a month's way, so that its history is read without the book.
CREATE TABLE month_steps (
  site        TEXT   NOT NULL,
  month       TEXT   NOT NULL,
  n           BIGINT NOT NULL CHECK (n > 0),
  step        TEXT   NOT NULL,
  from_state  TEXT   NOT NULL,
  to_state    TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  recorded_ms BIGINT NOT NULL,
  reason      TEXT   NOT NULL,
  PRIMARY KEY (site, month, n)
);

-- What is said of a cell: reasons for what a rule found, returns, comments. filing is the value
-- that stood, empty where none did.
CREATE TABLE remarks (
  id          TEXT   NOT NULL PRIMARY KEY,
  site        TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  parameter   TEXT   NOT NULL,
  month       TEXT   NOT NULL,
  kind        TEXT   NOT NULL,
  rule        TEXT   NOT NULL,
  filing      TEXT   NOT NULL,
  said        TEXT   NOT NULL,
  evidence    TEXT   NOT NULL,
  actor       TEXT   NOT NULL,
  recorded_ms BIGINT NOT NULL
);
CREATE INDEX remarks_month ON remarks (site, month, recorded_ms, id);

-- Who was reminded of what: once each, whatever the clock does.
CREATE TABLE reminders (
  site    TEXT   NOT NULL,
  month   TEXT   NOT NULL,
  node    TEXT   NOT NULL,
  step    TEXT   NOT NULL,
  told_ms BIGINT NOT NULL,
  PRIMARY KEY (site, month, node, step)
);
