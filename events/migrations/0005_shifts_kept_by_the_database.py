"""Count the changes of a shift that a calendar shows, whoever writes them."""

from django.db import migrations

KEPT = """
CREATE FUNCTION shift_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sequence := greatest(NEW.sequence, OLD.sequence);
    NEW.revised_at := greatest(NEW.revised_at, OLD.revised_at);
    IF (NEW.job_en, NEW.job_ja, NEW.job_ko, NEW.place, NEW.notes, NEW.day, NEW.starts, NEW.ends,
        NEW.ends_on)
        IS DISTINCT FROM
       (OLD.job_en, OLD.job_ja, OLD.job_ko, OLD.place, OLD.notes, OLD.day, OLD.starts, OLD.ends,
        OLD.ends_on)
    THEN
        NEW.sequence := OLD.sequence + 1;
        NEW.revised_at := greatest(NEW.revised_at, now());
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER shift_is_kept BEFORE UPDATE ON events_shift
FOR EACH ROW EXECUTE FUNCTION shift_is_kept();
"""
NOT_KEPT = """
DROP TRIGGER shift_is_kept ON events_shift;
DROP FUNCTION shift_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0004_volunteers_shifts_registrations")]

    operations = [migrations.RunSQL(KEPT, NOT_KEPT)]
