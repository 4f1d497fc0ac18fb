-- What was written stays as it was. The triggers stop a slip and a stray statement; whoever owns
-- the database can drop them, and then the chain of hashes tells.
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append only: ledger'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append only: ledger'); END;
CREATE TRIGGER ledger_postings_no_update BEFORE UPDATE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'append only: ledger_postings'); END;
CREATE TRIGGER ledger_postings_no_delete BEFORE DELETE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'append only: ledger_postings'); END;
CREATE TRIGGER sites_no_update BEFORE UPDATE ON sites BEGIN SELECT RAISE(ABORT, 'append only: sites'); END;
CREATE TRIGGER sites_no_delete BEFORE DELETE ON sites BEGIN SELECT RAISE(ABORT, 'append only: sites'); END;
CREATE TRIGGER series_no_update BEFORE UPDATE ON series BEGIN SELECT RAISE(ABORT, 'append only: series'); END;
CREATE TRIGGER series_no_delete BEFORE DELETE ON series BEGIN SELECT RAISE(ABORT, 'append only: series'); END;
CREATE TRIGGER filings_no_update BEFORE UPDATE ON filings BEGIN SELECT RAISE(ABORT, 'append only: filings'); END;
CREATE TRIGGER filings_no_delete BEFORE DELETE ON filings BEGIN SELECT RAISE(ABORT, 'append only: filings'); END;
CREATE TRIGGER segments_no_update BEFORE UPDATE ON segments BEGIN SELECT RAISE(ABORT, 'append only: segments'); END;
CREATE TRIGGER segments_no_delete BEFORE DELETE ON segments BEGIN SELECT RAISE(ABORT, 'append only: segments'); END;
CREATE TRIGGER inventories_no_update BEFORE UPDATE ON inventories BEGIN SELECT RAISE(ABORT, 'append only: inventories'); END;
CREATE TRIGGER inventories_no_delete BEFORE DELETE ON inventories BEGIN SELECT RAISE(ABORT, 'append only: inventories'); END;
CREATE TRIGGER factor_sets_no_update BEFORE UPDATE ON factor_sets BEGIN SELECT RAISE(ABORT, 'append only: factor_sets'); END;
CREATE TRIGGER factor_sets_no_delete BEFORE DELETE ON factor_sets BEGIN SELECT RAISE(ABORT, 'append only: factor_sets'); END;
CREATE TRIGGER ledger_heads_no_delete BEFORE DELETE ON ledger_heads BEGIN SELECT RAISE(ABORT, 'append only: ledger_heads'); END;
CREATE TRIGGER ledger_heads_forward BEFORE UPDATE ON ledger_heads WHEN NEW.site <> OLD.site OR NEW.seq < OLD.seq OR NEW.seq > OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'append only: ledger_heads'); END;
