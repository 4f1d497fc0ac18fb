-- What was said stays as it was said, and a reminder stays given.
CREATE TRIGGER month_steps_no_update BEFORE UPDATE ON month_steps BEGIN SELECT RAISE(ABORT, 'append only: month_steps'); END;
CREATE TRIGGER month_steps_no_delete BEFORE DELETE ON month_steps BEGIN SELECT RAISE(ABORT, 'append only: month_steps'); END;
CREATE TRIGGER remarks_no_update BEFORE UPDATE ON remarks BEGIN SELECT RAISE(ABORT, 'append only: remarks'); END;
CREATE TRIGGER remarks_no_delete BEFORE DELETE ON remarks BEGIN SELECT RAISE(ABORT, 'append only: remarks'); END;
CREATE TRIGGER reminders_no_update BEFORE UPDATE ON reminders BEGIN SELECT RAISE(ABORT, 'append only: reminders'); END;
CREATE TRIGGER reminders_no_delete BEFORE DELETE ON reminders BEGIN SELECT RAISE(ABORT, 'append only: reminders'); END;
