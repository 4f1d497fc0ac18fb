-- Text is ordered by its bytes, as SQLite does it.
DO $$
DECLARE c RECORD;
BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN ('samples', 'findings', 'opinions')
    ORDER BY table_name, column_name
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$;

-- What was drawn and signed stays; a finding goes on act by act.
CREATE TRIGGER samples_no_change BEFORE UPDATE OR DELETE ON samples FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER samples_no_truncate BEFORE TRUNCATE ON samples FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER opinions_no_change BEFORE UPDATE OR DELETE ON opinions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER opinions_no_truncate BEFORE TRUNCATE ON opinions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER findings_no_delete BEFORE DELETE ON findings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER findings_no_truncate BEFORE TRUNCATE ON findings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER findings_forward BEFORE UPDATE ON findings FOR EACH ROW
WHEN (NEW.site <> OLD.site OR NEW.id <> OLD.id OR NEW.inventory <> OLD.inventory OR NEW.raised_ms <> OLD.raised_ms OR NEW.version <> OLD.version + 1)
EXECUTE FUNCTION refuse_change();
