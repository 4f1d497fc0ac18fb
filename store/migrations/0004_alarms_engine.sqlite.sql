-- An alarm goes on step by step, and is never taken away.
CREATE TRIGGER alarms_no_delete BEFORE DELETE ON alarms BEGIN SELECT RAISE(ABORT, 'append only: alarms'); END;
CREATE TRIGGER alarms_forward BEFORE UPDATE ON alarms
WHEN NEW.site <> OLD.site OR NEW.id <> OLD.id OR NEW.opened_ms <> OLD.opened_ms OR NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'append only: alarms'); END;
