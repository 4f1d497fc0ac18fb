-- From where an act came, and the ways in which an auditor looks for acts. Text is ordered by its
-- bytes, as SQLite does it.
ALTER TABLE ledger ADD COLUMN address TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX ledger_actor ON ledger (site, actor, seq);
CREATE INDEX ledger_kind ON ledger (site, kind, seq);
