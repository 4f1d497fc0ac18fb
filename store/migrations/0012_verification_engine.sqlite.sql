-- What was drawn and signed stays; a finding goes on act by act.
CREATE TRIGGER samples_no_update BEFORE UPDATE ON samples BEGIN SELECT RAISE(ABORT, 'append only: samples'); END;
CREATE TRIGGER samples_no_delete BEFORE DELETE ON samples BEGIN SELECT RAISE(ABORT, 'append only: samples'); END;
CREATE TRIGGER opinions_no_update BEFORE UPDATE ON opinions BEGIN SELECT RAISE(ABORT, 'append only: opinions'); END;
CREATE TRIGGER opinions_no_delete BEFORE DELETE ON opinions BEGIN SELECT RAISE(ABORT, 'append only: opinions'); END;
CREATE TRIGGER findings_no_delete BEFORE DELETE ON findings BEGIN SELECT RAISE(ABORT, 'append only: findings'); END;
CREATE TRIGGER findings_forward BEFORE UPDATE ON findings
WHEN NEW.site <> OLD.site OR NEW.id <> OLD.id OR NEW.inventory <> OLD.inventory OR NEW.raised_ms <> OLD.raised_ms OR NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'append only: findings'); END;
