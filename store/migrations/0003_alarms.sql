-- Alarms as they stand; each step that brought them there is in the book. until_ms is how long an
-- alarm concerns whoever watches: an open one for ever.
CREATE TABLE alarms (
  site      TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  rule      TEXT   NOT NULL,
  subject   TEXT   NOT NULL,
  severity  TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  opened_ms BIGINT NOT NULL,
  until_ms  BIGINT NOT NULL,
  version   BIGINT NOT NULL CHECK (version > 0),
  body      TEXT   NOT NULL,
  PRIMARY KEY (site, id)
);
CREATE UNIQUE INDEX alarms_open ON alarms (site, rule, subject) WHERE state <> 'cleared';
CREATE INDEX alarms_list ON alarms (site, opened_ms, id);
CREATE INDEX alarms_until ON alarms (site, until_ms);

-- What waits to be told. A message goes in with the step that it tells of, and is marked when it
-- has been sent or given up.
CREATE TABLE outbox (
  id         TEXT   NOT NULL PRIMARY KEY,
  site       TEXT   NOT NULL,
  channel    TEXT   NOT NULL,
  created_ms BIGINT NOT NULL,
  body       TEXT   NOT NULL,
  tries      BIGINT NOT NULL,
  next_ms    BIGINT NOT NULL,
  fault      TEXT   NOT NULL,
  done_ms    BIGINT NOT NULL,
  lost       BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_ms, created_ms, id) WHERE done_ms = 0;
CREATE INDEX outbox_done ON outbox (done_ms);
