-- Text is ordered by its bytes, as SQLite does it.
DO $$
DECLARE c RECORD;
BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN ('actors', 'tokens', 'credentials', 'sessions')
    ORDER BY table_name, column_name
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$;

-- One role at some mines becomes a duty at each of them.
UPDATE actors SET duties = COALESCE((SELECT json_agg(json_build_object('role', actors.role, 'site', m.value))
  FROM json_array_elements_text(CASE actors.sites WHEN 'null' THEN '[]' ELSE actors.sites END::json) m), '[]')::text;
ALTER TABLE actors DROP COLUMN role;
ALTER TABLE actors DROP COLUMN sites;
