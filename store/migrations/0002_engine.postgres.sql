-- Text is ordered by its bytes, as SQLite does it: no figure may depend on the language a
-- database was made for. Only our own tables: a schema may be shared.
DO $$
DECLARE c RECORD;
BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN (
      'ledger_heads', 'ledger', 'ledger_postings', 'sites', 'counters', 'series', 'segments',
      'filings', 'months', 'inventories', 'certificates', 'factor_sets', 'clashes',
      'events', 'imports', 'actors', 'tokens', 'settings', 'migrations')
    ORDER BY table_name, column_name
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$;

-- What was written stays as it was. The triggers stop a slip and a stray statement; whoever owns
-- the database can drop them, and then the chain of hashes tells.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append only: %', TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_no_change BEFORE UPDATE OR DELETE ON ledger_postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_no_truncate BEFORE TRUNCATE ON ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sites_no_change BEFORE UPDATE OR DELETE ON sites FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sites_no_truncate BEFORE TRUNCATE ON sites FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER series_no_change BEFORE UPDATE OR DELETE ON series FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER series_no_truncate BEFORE TRUNCATE ON series FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER filings_no_change BEFORE UPDATE OR DELETE ON filings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER filings_no_truncate BEFORE TRUNCATE ON filings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER segments_no_change BEFORE UPDATE OR DELETE ON segments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER segments_no_truncate BEFORE TRUNCATE ON segments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inventories_no_change BEFORE UPDATE OR DELETE ON inventories FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inventories_no_truncate BEFORE TRUNCATE ON inventories FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER factor_sets_no_change BEFORE UPDATE OR DELETE ON factor_sets FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER factor_sets_no_truncate BEFORE TRUNCATE ON factor_sets FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_heads_no_delete BEFORE DELETE ON ledger_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_heads_no_truncate BEFORE TRUNCATE ON ledger_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_heads_forward BEFORE UPDATE ON ledger_heads FOR EACH ROW
WHEN (NEW.site <> OLD.site OR NEW.seq < OLD.seq OR NEW.seq > OLD.seq + 1) EXECUTE FUNCTION refuse_change();
