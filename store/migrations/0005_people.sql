-- What a person may do is a list of duties: role, mine and unit. What a token opens is narrowed by
-- its actions and mines; an empty list narrows nothing.
ALTER TABLE actors ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN duties TEXT NOT NULL DEFAULT '[]';
ALTER TABLE actors ADD COLUMN disabled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX actors_subject ON actors (subject) WHERE subject <> '';
CREATE UNIQUE INDEX actors_email ON actors (email) WHERE email <> '';

-- How a person shows who they are. What opens is only here as a hash; the secret of the second
-- factor is sealed under the key of the data folder. totp_step is the last one that was used.
CREATE TABLE credentials (
  actor      TEXT   NOT NULL PRIMARY KEY REFERENCES actors (id),
  password   TEXT   NOT NULL,
  once       BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL,
  totp       TEXT   NOT NULL,
  totp_on    BIGINT NOT NULL,
  totp_step  BIGINT NOT NULL,
  recovery   TEXT   NOT NULL
);

-- Sessions of browsers. An ended one is kept for a while, for whoever asks what was open when.
CREATE TABLE sessions (
  id         TEXT   NOT NULL PRIMARY KEY,
  hash       TEXT   NOT NULL,
  actor      TEXT   NOT NULL REFERENCES actors (id),
  token      TEXT   NOT NULL,
  way        TEXT   NOT NULL,
  address    TEXT   NOT NULL,
  agent      TEXT   NOT NULL,
  began_ms   BIGINT NOT NULL,
  seen_ms    BIGINT NOT NULL,
  idle_ms    BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  ended_ms   BIGINT NOT NULL
);
CREATE INDEX sessions_actor ON sessions (actor, began_ms, id);
CREATE INDEX sessions_token ON sessions (token) WHERE token <> '';
CREATE INDEX sessions_over ON sessions (expires_ms);
