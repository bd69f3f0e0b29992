"""Calendars as RFC 5545 wants them and real clients read them, made of what `tell()` tells.

An entry keeps its UID for ever. Without a METHOD, DTSTAMP is when it last changed, so that the same
entry is the same bytes and a client may ask whether anything is new. What is cancelled stays, as
cancelled. A day without a time is a DATE, and its end, as the standard has it, the day after.
"""

import hashlib
from datetime import UTC, date, timedelta
from functools import cache

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone
from icalendar import Event as Entry

from publishing.found import absolute

from .models import Event
from .projection import tell

PRODUCT = "-//LFNKR//Events//EN"
REFRESHED = timedelta(hours=6)
ZONES_FROM, ZONES_UNTIL = date(1990, 1, 1), date(2045, 1, 1)
END = b"END:VCALENDAR\r\n"
# What was written of each event: {(language, id): (version, zones, bytes)}
WRITTEN = {}
MOST_WRITTEN = 40_000


class CalendarResponse(HttpResponse):
    """A calendar, or 304 when the client has it already (`answer_with`)."""

    def __init__(self, content, name):
        super().__init__(content, content_type="text/calendar; charset=utf-8")
        self["Content-Disposition"] = f'inline; filename="{name}.ics"'


def answer_with(request, tag, write, name):
    """Answer with the calendar that `write()` makes, unless the client has the one of this tag."""
    etag = '"{}"'.format(hashlib.sha256(f"{get_language()} {tag}".encode()).hexdigest())
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = CalendarResponse(write(), name)
    response["ETag"] = etag
    return response


def versions_of(events):
    """Return (id, version) of events in their order. One query, of the smallest rows there are."""
    return list(events.order_by("starts_on", "pk").values_list("pk", "version"))


def calendar_of_all(versions, name, address):
    """Return the bytes of a calendar of many events.

    Two queries for those that changed since they were last written, none for all others.
    """
    language = get_language()
    unwritten = [
        pk for pk, version in versions if WRITTEN.get((language, pk), (None,))[0] != version
    ]
    if unwritten:
        _write(unwritten, dict(versions), language)
    parts = [WRITTEN[language, pk] for pk, _version in versions if (language, pk) in WRITTEN]
    return assembled(name, address, parts)


def _write(unwritten, versions, language):
    if len(WRITTEN) > MOST_WRITTEN:
        WRITTEN.clear()
    rows = Event.objects.published().for_page().filter(pk__in=unwritten)
    for told in tell(rows):
        WRITTEN[language, told.pk] = (versions[told.pk], *written(told))


def written(told):
    """Return the zones and the bytes of all entries of an event."""
    sessions = [session for session in told.sessions if session.is_whole]
    zones = {told.zone} if any(session.starts for session in sessions) else set()
    entries = [entry_of_event(told), *(entry_of_session(session, told) for session in sessions)]
    return zones, b"".join(entry.to_ical() for entry in entries)


def calendar_of_event(told):
    return assembled(str(told.title), told.get_absolute_url(), [(None, *written(told))])


def calendar_of_session(session, told):
    zones = {told.zone} if session.starts else set()
    entry = entry_of_session(session, told).to_ical()
    return assembled(str(session.title), told.get_absolute_url(), [(None, zones, entry)])


def calendar_of_volunteer(events, shifts, address):
    """Return all that a volunteer may see, with the shifts that are theirs or may become so."""
    parts = []
    for told in events:
        zones, entries = written(told)
        mine = [shift for shift in shifts[told.pk] if shift.mine in ("taken", "asked")]
        if any(shift.starts for shift in mine):
            zones = zones | {told.zone}
        duties = b"".join(entry_of_shift(shift, told).to_ical() for shift in mine)
        parts.append((None, zones, entries + duties))
    return assembled(_("My schedule at LFNKR"), address, parts)


def assembled(name, address, parts):
    """Return a whole calendar of parts that are written already: (anything, zones, bytes)."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for field in ("name", "x-wr-calname"):
        calendar.add(field, name)
    calendar.add("url", absolute(address))
    calendar.add("refresh-interval", REFRESHED, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESHED, {"VALUE": "DURATION"})
    zones = sorted(set().union(*(zones for _key, zones, _entries in parts)))
    opened = calendar.to_ical().removesuffix(END)
    return b"".join(
        [opened, *map(zone_part, zones), *(entries for _key, _zones, entries in parts), END]
    )


@cache
def zone_part(zone):
    """Return what a client has to know of a zone's clock changes."""
    if zone == "UTC":
        return b""
    return Timezone.from_tzid(zone, first_date=ZONES_FROM, last_date=ZONES_UNTIL).to_ical()


def entry_of_event(told):
    """Return the days of an event. They block nobody's time: its sessions do."""
    entry = _entry(told.uid, told.sequence, told.last_change, told)
    _add_text(entry, "summary", told.title)
    entry.add("dtstart", told.starts_on)
    entry.add("dtend", told.ends_on + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    entry.add("status", status_of(told))
    _add_description(entry, told, told.teaser, told.status_note)
    return entry


def entry_of_session(session, told):
    entry = _entry(session.uid, session.sequence, max(session.revised_at, told.published_at), told)
    entry.add("summary", f"{session.title} · {told.title}", {"LANGUAGE": session.title.language})
    add_times(entry, session)
    entry.add("status", "CANCELLED" if session.is_cancelled else status_of(told))
    entry.add("related-to", str(told.uid))
    _add_description(entry, told, session.speakers, session.room, told.status_note)
    return entry


def entry_of_shift(shift, told):
    entry = _entry(
        shift.uid, shift.sequence + told.sequence, max(shift.revised_at, told.last_change), told
    )
    entry.add("summary", f"{shift.job} · {told.title}", {"LANGUAGE": shift.job.language})
    add_times(entry, shift)
    is_certain = shift.is_mine or told.is_cancelled
    entry.add("status", status_of(told) if is_certain else "TENTATIVE")
    entry.add("related-to", str(told.uid))
    if shift.place:
        entry.pop("location", None)
        entry.add("location", ", ".join(filter(None, (shift.place, told.private_place))))
    _add_description(entry, told, shift.notes)
    return entry


def add_times(entry, timed):
    """Add when something is; what has no end known has none, and what has no time is a day."""
    if not timed.starts:
        entry.add("dtstart", timed.day)
        entry.add("dtend", timed.last_day + timedelta(days=1))
        return
    entry.add("dtstart", timed.starts_at)
    if timed.ends:
        entry.add("dtend", timed.ends_at)


def status_of(told):
    if told.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if told.status == Event.Status.PLANNED else "CONFIRMED"


def _entry(uid, sequence, changed_at, told):
    entry = Entry()
    entry.add("uid", str(uid))
    entry.add("sequence", sequence)
    moment = changed_at.astimezone(UTC).replace(microsecond=0)
    entry.add("dtstamp", moment)
    entry.add("last-modified", moment)
    entry.add("url", absolute(told.get_absolute_url()))
    if where := location_of(told):
        entry.add("location", where)
    return entry


def location_of(told):
    """Return where to go: the private place, for who may know it, else the public one."""
    public = ", ".join(str(text) for text in (told.place, told.address) if text)
    return told.private_place or public or told.online_link


def _add_text(entry, name, text):
    entry.add(name, str(text), {"LANGUAGE": text.language} if text.language else None)


def _add_description(entry, told, *texts):
    private = (told.private_directions, told.private_notes)
    link = told.online_link and _("Online: %(link)s") % {"link": told.online_link}
    lines = [str(text) for text in (*texts, link, *private) if text]
    if lines:
        entry.add("description", "\n\n".join(lines))


def webcal(path):
    """Return the address by which a calendar program subscribes instead of importing once."""
    return "webcal:" + absolute(path).partition(":")[2]


def file_name(slug):
    """Return a name that every client and every disk takes."""
    return slug if slug.isascii() else "event"
