-- Text is ordered by its bytes, as SQLite does it.
DO $$
DECLARE c RECORD;
BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN ('alarms', 'outbox')
    ORDER BY table_name, column_name
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$;

-- An alarm goes on step by step, and is never taken away.
CREATE TRIGGER alarms_no_delete BEFORE DELETE ON alarms FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alarms_no_truncate BEFORE TRUNCATE ON alarms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alarms_forward BEFORE UPDATE ON alarms FOR EACH ROW
WHEN (NEW.site <> OLD.site OR NEW.id <> OLD.id OR NEW.opened_ms <> OLD.opened_ms OR NEW.version <> OLD.version + 1) EXECUTE FUNCTION refuse_change();
