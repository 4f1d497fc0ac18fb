-- From where an act came, and the ways in which an auditor looks for acts.
ALTER TABLE ledger ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE INDEX ledger_actor ON ledger (site, actor, seq);
CREATE INDEX ledger_kind ON ledger (site, kind, seq);
