-- Text is ordered by its bytes, as SQLite does it.
DO $$
DECLARE c RECORD;
BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN ('months', 'month_steps', 'remarks', 'reminders')
    ORDER BY table_name, column_name
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$;

-- What was said stays as it was said, and a reminder stays given.
CREATE TRIGGER month_steps_no_change BEFORE UPDATE OR DELETE ON month_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER month_steps_no_truncate BEFORE TRUNCATE ON month_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remarks_no_change BEFORE UPDATE OR DELETE ON remarks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remarks_no_truncate BEFORE TRUNCATE ON remarks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reminders_no_change BEFORE UPDATE OR DELETE ON reminders FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reminders_no_truncate BEFORE TRUNCATE ON reminders FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
