"""What the database itself holds of events: constraints, counters, the words of the search."""

from datetime import date, time

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils import translation
from events_factories import make_assembly, make_event, make_session

from events.models import Event, Session
from events.projection import searched_text, tell

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 8)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("event_ends_after_start", {"starts_on": DAY, "ends_on": date(2026, 3, 7)}),
        ("event_registration_closes_after_opening",
         {"registration_opens_on": DAY, "registration_closes_on": date(2026, 3, 7)}),
        ("event_has_some_seats", {"capacity": 0}),
        ("event_moved_if_announced_before", {"previously_on": DAY, "status": "planned"}),
        ("event_address_is_not_a_list", {"slug": "past"}),
        ("event_address_is_not_a_list", {"slug": "2026"}),
        ("events_event_published_has_moment", {"published_at": None}),
    ],
)  # fmt: skip
def test_the_database_refuses_an_impossible_event(rule, fields):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make_event(**fields)


def test_the_database_refuses_a_zone_it_does_not_know():
    with pytest.raises(DataError, match="time zone"), transaction.atomic():
        make_event(zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("session_ends_after_start", {"starts": "11:00", "ends": "10:00"}),
        ("session_ends_after_start", {"starts": "11:00", "ends": "11:00"}),
        ("session_end_needs_start", {"starts": None, "ends": "10:00"}),
        ("session_last_day_after_first", {"day": DAY, "ends_on": date(2026, 3, 7)}),
    ],
)
def test_the_database_refuses_an_impossible_session(rule, fields):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make_session(**fields)


def test_a_session_may_end_after_midnight():
    session = make_session(day=DAY, starts="22:00", ends="01:00", ends_on=date(2026, 3, 9))
    span = session.ends_at("Asia/Tokyo") - session.starts_at("Asia/Tokyo")
    assert span.total_seconds() == 3 * 3600


def test_a_session_stays_with_its_event():
    session, other = make_session(), make_event()
    with pytest.raises(ProgrammingError, match="stays with its event"), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(event=other)


@pytest.mark.parametrize(
    ("zone", "hour", "is_over"),
    [
        ("Asia/Tokyo", "2026-03-08T14:59:00+00:00", False),
        ("Asia/Tokyo", "2026-03-08T15:01:00+00:00", True),
        ("America/New_York", "2026-03-09T03:59:00+00:00", False),  # the clocks went on that day
        ("America/New_York", "2026-03-09T04:01:00+00:00", True),
    ],
)
def test_an_event_is_past_when_its_last_day_ends_where_it_is(time_machine, zone, hour, is_over):
    event = make_event(starts_on=DAY, zone=zone)
    time_machine.move_to(hour)
    assert event.is_over == is_over
    assert Event.objects.past().exists() == is_over
    assert Event.objects.upcoming().exists() != is_over


def sequence_after(row, **changes):
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    row.refresh_from_db()
    return row.sequence


def test_only_what_a_calendar_shows_raises_the_sequence_of_an_event():
    event = make_event(title="A")
    assert sequence_after(event) == 0
    assert sequence_after(event, text="<p>More.</p>", capacity=9) == 0
    assert sequence_after(event, private_place="A back room") == 0
    assert event.private_sequence == 1
    assert sequence_after(event, status="cancelled") == 1
    assert sequence_after(event, title_ja="会") == 2


def test_a_session_counts_its_own_changes_and_those_of_its_frame():
    session = make_session()
    event = session.event
    assert sequence_after(session, audience="staff") == 0
    assert sequence_after(session, starts=time(9)) == 1
    sequence_after(event, text="<p>More.</p>")
    session.refresh_from_db()
    assert session.sequence == 1
    sequence_after(event, place="Hall")
    session.refresh_from_db()
    assert session.sequence == 2


def test_whoever_saves_what_was_read_long_ago_turns_no_counter_back():
    stale = make_event()
    Event.objects.filter(pk=stale.pk).update(title_en="B")
    Event.objects.filter(pk=stale.pk).update(title_en=stale.title_en)
    assert sequence_after(stale) == 2


def test_every_write_to_an_event_or_its_sessions_gives_it_a_new_version():
    event = make_event()
    versions = [event.version]
    session = make_session(event)
    for write in (lambda: None, session.save, session.delete, event.save):
        write()
        event.refresh_from_db()
        versions.append(event.version)
    assert versions == sorted(set(versions))


def test_the_search_knows_of_a_programme_what_everybody_may_know():
    event = make_assembly()
    make_session(
        event, title="Panel", title_ja="討論", speakers="Ms A", room="Hall", text="<p>B</p>"
    )
    make_session(event, title="Unseen", audience="volunteers")
    event.refresh_from_db()
    for code in ("en", "ja", "ko"):
        with translation.override(code):
            told = tell([event])[0]
        assert (getattr(event, f"programme_{code}") or "") == searched_text(told, code)
    assert event.programme_en == (
        "Personal stories Panel Ms A Hall <p>B</p> Private screening Panel discussion"
    )
