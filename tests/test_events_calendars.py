"""Calendars as clients read them: icalendar strictly, khal as a person's program does."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from events_factories import make_assembly, make_event, make_session
from factories import make_user
from icalendar import Calendar

from events.models import Event, Session

pytestmark = pytest.mark.django_db
ALL = "/events/calendar.ics"
KHAL = Path(sys.executable).parent / "khal"


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://site.example"


def read(client, address=ALL):
    """Return (calendar, entries by summary) of an address, read strictly."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(response.content)
    assert not calendar.errors
    assert not any(entry.errors for entry in calendar.events)
    return calendar, {str(entry["summary"]): entry for entry in calendar.events}


def test_days_without_times_are_dates_with_an_exclusive_end(client):
    event = make_assembly(starts_on=date(2126, 7, 30), ends_on=date(2126, 8, 1))
    Session.objects.update(day=date(2126, 7, 31))
    _calendar, entries = read(client)
    whole, part = entries["Joint assembly"], entries["Personal stories · Joint assembly"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2126, 7, 30), date(2126, 8, 2))
    assert (part["dtstart"].dt, part["dtend"].dt) == (date(2126, 7, 31), date(2126, 8, 1))
    raw = client.get(ALL).content
    assert b"DTSTART;VALUE=DATE:21260730\r\nDTEND;VALUE=DATE:21260802\r\n" in raw
    assert len(entries) == 2, "what is not for everybody is in no public calendar"
    assert whole["url"] == f"https://site.example{event.get_absolute_url()}"


def test_times_stand_in_the_zone_of_the_event_with_its_clock_changes(client):
    event = make_event(zone="America/New_York", starts_on=date(2027, 3, 13),
                       ends_on=date(2027, 3, 14))  # fmt: skip
    make_session(event, title="Night", starts="23:00", ends="04:00", ends_on=date(2027, 3, 14))
    calendar, entries = read(client)
    night = entries[f"Night · {event.title}"]
    assert night["dtstart"].params["TZID"] == "America/New_York"
    span = night["dtend"].dt.astimezone(UTC) - night["dtstart"].dt.astimezone(UTC)
    assert span == timedelta(hours=4), "the clocks go on in that night"
    (zone,) = calendar.timezones
    assert zone["tzid"] == "America/New_York"
    tz = zone.to_tz()
    assert datetime(2027, 3, 14, 12, tzinfo=tz).utcoffset() == timedelta(hours=-4)
    assert datetime(2027, 3, 13, 12, tzinfo=tz).utcoffset() == timedelta(hours=-5)


def test_a_session_without_an_end_has_none(client):
    session = make_session(ends=None)
    _calendar, entries = read(client)
    assert "dtend" not in entries[f"{session.title} · {session.event.title}"]


def test_an_entry_keeps_its_identity_and_counts_real_changes(client):
    event = make_event(title="A")
    before = read(client)[1]["A"]
    event.text, event.private_place, event.capacity = "<p>More.</p>", "A back room", 3
    event.save()
    assert read(client)[1]["A"]["sequence"] == before["sequence"] == 0
    event.slug, event.starts_on = "another", event.starts_on - timedelta(days=1)
    event.save()
    after = read(client)[1]["A"]
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["dtstamp"].dt == after["last-modified"].dt >= before["dtstamp"].dt


def test_what_is_cancelled_stays_as_cancelled(client):
    event = make_event(title="A", status="confirmed")
    session = make_session(event, title="One")
    make_session(event, title="Two")
    assert {str(e["status"]) for e in read(client)[1].values()} == {"CONFIRMED"}
    session.is_cancelled = True
    session.save()
    entries = read(client)[1]
    assert [entries[name]["status"] for name in ("A", "One · A", "Two · A")] == [
        "CONFIRMED", "CANCELLED", "CONFIRMED",
    ]  # fmt: skip
    event.status = "cancelled"
    event.save()
    entries = read(client)[1]
    assert {str(e["status"]) for e in entries.values()} == {"CANCELLED"}
    assert entries["Two · A"]["sequence"] == 1


def test_long_and_strange_texts_come_through(client):
    title = 'Ёлка, 会議; \\ "quoted": ' + "長" * 60
    make_event(title=title, place="Hall, 2nd floor; left", teaser="One\nTwo")
    raw = client.get(ALL).content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    entry = read(client)[1][title]
    assert (entry["location"], entry["description"]) == ("Hall, 2nd floor; left", "One\nTwo")


def test_a_calendar_speaks_the_language_of_its_address(client):
    event = make_event(title="Meeting", title_ja="会議")
    entry = read(client, "/ja/events/calendar.ics")[1]["会議"]
    assert entry["summary"].params["LANGUAGE"] == "ja"
    assert entry["url"] == f"https://site.example/ja{event.get_absolute_url()}"
    assert read(client)[1]["Meeting"]["uid"] == entry["uid"]


def test_a_client_that_has_the_calendar_gets_nothing_twice(client):
    event = make_event()
    first = client.get(ALL)
    asked = {"headers": {"if-none-match": first["ETag"]}}
    again = client.get(ALL, **asked)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/ja" + ALL, **asked).status_code == 200
    make_session(event)
    assert client.get(ALL, **asked).status_code == 200
    assert client.post(ALL).status_code == 405


def test_one_event_and_one_session_have_calendars_of_their_own(client):
    event = make_event(slug="day", title="Day")
    session, other = make_session(event, title="One"), make_session(event, title="Two")
    hidden = make_session(event, audience="staff", outsiders_see="contact")
    make_event()
    assert set(read(client, "/events/day/calendar.ics")[1]) == {"Day", "One · Day", "Two · Day"}
    assert set(read(client, f"/events/day/{session.uid}.ics")[1]) == {"One · Day"}
    page = client.get("/events/day/").content.decode()
    assert f'href="/events/day/{other.uid}.ics"' in page
    assert 'href="webcal://site.example/events/day/calendar.ics"' in page
    assert client.get(f"/events/day/{hidden.uid}.ics").status_code == 404
    assert str(hidden.uid) not in page


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("withdrawn", 410)])
def test_what_is_not_public_has_no_calendar(client, state, status):
    event = make_event(state, slug="day")
    session = make_session(event)
    client.force_login(make_user("coordinator"))
    assert client.get("/events/day/calendar.ics").status_code == status
    assert client.get(f"/events/day/{session.uid}.ics").status_code == status
    assert read(client)[1] == {}


def test_the_calendar_holds_a_year_of_what_was(client):
    today = timezone.localdate()
    make_event(title="last month", starts_on=today - timedelta(30))
    make_event(title="years ago", starts_on=today - timedelta(800))
    assert set(read(client)[1]) == {"last month"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_calendar_costs_three_queries_and_unchanged_only_one(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        make_session()
    with django_assert_num_queries(3):
        first = client.get(ALL).content
    with django_assert_num_queries(1):
        assert client.get(ALL).content == first
    Event.objects.update(place_en="Hall")
    with django_assert_num_queries(3):
        assert first != client.get(ALL).content


def khal(folder, *command):
    config = folder / "khal.conf"
    config.write_text(
        f"[calendars]\n[[site]]\npath = {folder / 'vdir'}\ntype = calendar\n"
        "[locale]\nlocal_timezone = Asia/Tokyo\ndefault_timezone = Asia/Tokyo\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {folder / 'khal.db'}\n"
    )
    home = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run([KHAL, "-c", config, *command], env=home, capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which(KHAL), reason="khal is not installed")
def test_khal_shows_every_entry_at_its_time(client, tmp_path):
    abroad = make_event(title="Abroad", zone="America/New_York", starts_on=date(2027, 3, 14))
    make_session(abroad, title="Talk", starts="10:00", ends="11:30", room="Hall, left")
    make_assembly(starts_on=date(2027, 7, 30), ends_on=date(2027, 8, 1))
    Session.objects.filter(title="Personal stories").update(day=date(2027, 7, 30))
    (tmp_path / "vdir").mkdir()
    (tmp_path / "site.ics").write_bytes(client.get(ALL).content)
    khal(tmp_path, "import", "--batch", "-a", "site", str(tmp_path / "site.ics"))
    shown = khal(tmp_path, "list", "--day-format", "{name}", "--format",
                 "{start}|{end}|{title}|{status}", "2027-03-01", "200d")  # fmt: skip
    rows = sorted(set(re.findall(r"^2027.*$", shown, re.M)))
    assert [row.rstrip() for row in rows] == [
        "2027-03-14 23:00|2027-03-15 00:30|Talk · Abroad|TENTATIVE",
        "2027-03-14|2027-03-14|Abroad|TENTATIVE",
        "2027-07-30|2027-07-30|Personal stories · Joint assembly|TENTATIVE",
        "2027-07-30|2027-08-01|Joint assembly|TENTATIVE",
    ]
