"""What the database itself keeps of events, whoever writes: admin, import, `update`, SQL.

- programme: what the search may know of an event's sessions, never more than outsiders see;
- sequence and revised_at: raised when something changed that the public sees, in a calendar and
  anywhere; of a session, for those who may see it;
- private_sequence: the same for what volunteers of the event see besides;
- version: raised by every write to the event or its sessions, so that what was made of them may
  be kept by it.
"""

from django.db import migrations

KEPT = """
CREATE FUNCTION event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was text[];
    is_now text[];
BEGIN
    SELECT string_agg(told_en, ' ' ORDER BY day, starts NULLS FIRST, id),
           string_agg(told_ja, ' ' ORDER BY day, starts NULLS FIRST, id),
           string_agg(told_ko, ' ' ORDER BY day, starts NULLS FIRST, id)
    INTO NEW.programme_en, NEW.programme_ja, NEW.programme_ko
    FROM (
        SELECT day, starts, id,
            nullif(concat_ws(' ', nullif(title_en, ''), nullif(speakers_en, ''),
                nullif(room_en, ''), nullif(text_en, '')), '') AS told_en,
            nullif(concat_ws(' ', nullif(title_ja, ''), nullif(speakers_ja, ''),
                nullif(room_ja, ''), nullif(text_ja, '')), '') AS told_ja,
            nullif(concat_ws(' ', nullif(title_ko, ''), nullif(speakers_ko, ''),
                nullif(room_ko, ''), nullif(text_ko, '')), '') AS told_ko
        FROM events_session WHERE event_id = NEW.id AND audience = 'public'
        UNION ALL
        SELECT day, starts, id,
            nullif(label_en, ''), nullif(label_ja, ''), nullif(label_ko, '')
        FROM events_session
        WHERE event_id = NEW.id AND audience <> 'public' AND outsiders_see <> 'nothing'
    ) AS told;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    -- Whoever saves a row that was read a while ago must not turn any of these back.
    NEW.version := OLD.version + 1;
    NEW.sequence := greatest(NEW.sequence, OLD.sequence);
    NEW.private_sequence := greatest(NEW.private_sequence, OLD.private_sequence);
    NEW.revised_at := greatest(NEW.revised_at, OLD.revised_at);
    IF (NEW.title_en, NEW.title_ja, NEW.title_ko, NEW.teaser_en, NEW.teaser_ja, NEW.teaser_ko,
        NEW.slug, NEW.starts_on, NEW.ends_on, NEW.zone, NEW.status, NEW.status_note_en,
        NEW.status_note_ja, NEW.status_note_ko, NEW.place_en, NEW.place_ja, NEW.place_ko,
        NEW.address_en, NEW.address_ja, NEW.address_ko, NEW.online_link)
        IS DISTINCT FROM
       (OLD.title_en, OLD.title_ja, OLD.title_ko, OLD.teaser_en, OLD.teaser_ja, OLD.teaser_ko,
        OLD.slug, OLD.starts_on, OLD.ends_on, OLD.zone, OLD.status, OLD.status_note_en,
        OLD.status_note_ja, OLD.status_note_ko, OLD.place_en, OLD.place_ja, OLD.place_ko,
        OLD.address_en, OLD.address_ja, OLD.address_ko, OLD.online_link)
    THEN
        NEW.sequence := OLD.sequence + 1;
        NEW.revised_at := greatest(NEW.revised_at, now());
    ELSIF (NEW.text_en, NEW.text_ja, NEW.text_ko, NEW.directions_en, NEW.directions_ja,
        NEW.directions_ko, NEW.lead_photo_id, NEW.previously_on, NEW.languages, NEW.contact,
        NEW.organiser_en, NEW.organiser_ja, NEW.organiser_ko, NEW.partners_en, NEW.partners_ja,
        NEW.partners_ko, NEW.takes_registrations, NEW.registration_opens_on,
        NEW.registration_closes_on, NEW.programme_en, NEW.programme_ja, NEW.programme_ko)
        IS DISTINCT FROM
       (OLD.text_en, OLD.text_ja, OLD.text_ko, OLD.directions_en, OLD.directions_ja,
        OLD.directions_ko, OLD.lead_photo_id, OLD.previously_on, OLD.languages, OLD.contact,
        OLD.organiser_en, OLD.organiser_ja, OLD.organiser_ko, OLD.partners_en, OLD.partners_ja,
        OLD.partners_ko, OLD.takes_registrations, OLD.registration_opens_on,
        OLD.registration_closes_on, OLD.programme_en, OLD.programme_ja, OLD.programme_ko)
    THEN
        NEW.revised_at := greatest(NEW.revised_at, now());
    END IF;
    IF (NEW.private_place, NEW.private_directions, NEW.private_notes)
        IS DISTINCT FROM (OLD.private_place, OLD.private_directions, OLD.private_notes)
    THEN
        NEW.private_sequence := OLD.private_sequence + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION event_frames_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
-- In a calendar each session stands by itself: with the event's zone, place and fate.
BEGIN
    UPDATE events_session SET sequence = sequence + 1, revised_at = greatest(revised_at, now())
    WHERE event_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION session_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sequence := greatest(NEW.sequence, OLD.sequence);
    NEW.revised_at := greatest(NEW.revised_at, OLD.revised_at);
    IF (NEW.title_en, NEW.title_ja, NEW.title_ko, NEW.text_en, NEW.text_ja, NEW.text_ko,
        NEW.speakers_en, NEW.speakers_ja, NEW.speakers_ko, NEW.room_en, NEW.room_ja, NEW.room_ko,
        NEW.day, NEW.starts, NEW.ends, NEW.ends_on, NEW.is_cancelled)
        IS DISTINCT FROM
       (OLD.title_en, OLD.title_ja, OLD.title_ko, OLD.text_en, OLD.text_ja, OLD.text_ko,
        OLD.speakers_en, OLD.speakers_ja, OLD.speakers_ko, OLD.room_en, OLD.room_ja, OLD.room_ko,
        OLD.day, OLD.starts, OLD.ends, OLD.ends_on, OLD.is_cancelled)
    THEN
        NEW.sequence := OLD.sequence + 1;
        NEW.revised_at := greatest(NEW.revised_at, now());
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION programme_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
-- Whatever is written to the sessions of an event, it looks at them anew.
BEGIN
    UPDATE events_event AS event
    SET version = version, revised_at = CASE
        WHEN EXISTS (SELECT FROM written WHERE event_id = event.id
                     AND (audience = 'public' OR outsiders_see <> 'nothing'))
        THEN greatest(event.revised_at, now()) ELSE event.revised_at END
    WHERE id IN (SELECT event_id FROM written);
    RETURN NULL;
END $$;

CREATE FUNCTION session_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A session stays with its event: copy it instead.';
END $$;

CREATE TRIGGER event_is_kept BEFORE INSERT OR UPDATE ON events_event
FOR EACH ROW EXECUTE FUNCTION event_is_kept();
CREATE TRIGGER event_frames_sessions AFTER UPDATE ON events_event FOR EACH ROW
WHEN ((NEW.slug, NEW.zone, NEW.status, NEW.place_en, NEW.place_ja, NEW.place_ko, NEW.address_en,
       NEW.address_ja, NEW.address_ko, NEW.online_link)
    IS DISTINCT FROM
      (OLD.slug, OLD.zone, OLD.status, OLD.place_en, OLD.place_ja, OLD.place_ko, OLD.address_en,
       OLD.address_ja, OLD.address_ko, OLD.online_link))
EXECUTE FUNCTION event_frames_sessions();
CREATE TRIGGER session_is_kept BEFORE UPDATE ON events_session
FOR EACH ROW EXECUTE FUNCTION session_is_kept();
CREATE TRIGGER programme_is_added_to AFTER INSERT ON events_session
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION programme_is_written();
CREATE TRIGGER programme_is_changed AFTER UPDATE ON events_session
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION programme_is_written();
CREATE TRIGGER session_stays BEFORE UPDATE OF event_id ON events_session
FOR EACH ROW WHEN (OLD.event_id <> NEW.event_id) EXECUTE FUNCTION session_stays();
CREATE TRIGGER programme_is_shortened AFTER DELETE ON events_session
REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION programme_is_written();
"""
NOT_KEPT = """
DROP TRIGGER programme_is_shortened ON events_session;
DROP TRIGGER session_stays ON events_session;
DROP TRIGGER programme_is_changed ON events_session;
DROP TRIGGER programme_is_added_to ON events_session;
DROP TRIGGER session_is_kept ON events_session;
DROP TRIGGER event_frames_sessions ON events_event;
DROP TRIGGER event_is_kept ON events_event;
DROP FUNCTION programme_is_written();
DROP FUNCTION session_stays();
DROP FUNCTION session_is_kept();
DROP FUNCTION event_frames_sessions();
DROP FUNCTION event_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(KEPT, NOT_KEPT)]
