"""What somebody may know of an event: the one place that decides it.

Page, list, front page, search, feed, calendar, sitemap, schedule and data for search engines all
show what `tell()` returns, and look at no row of the database. What a viewer may not know is not
left out of a page: it never reaches it.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.html import conditional_escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publishing.found import languages_with, written

from .languages import language_names
from .models import Event, Session
from .zones import city


@dataclass(frozen=True)
class Viewer:
    """For whom something is told. Without anything said: everybody, signed in or not."""

    is_staff: bool = False
    is_volunteer: bool = False
    assigned_to: frozenset = frozenset()  # the numbers of the events whose volunteer this is

    def may_attend(self, session):
        """Say whether a session is for this viewer."""
        return self.is_staff or {
            Session.Audience.PUBLIC: True,
            Session.Audience.VOLUNTEERS: self.is_volunteer,
            Session.Audience.ASSIGNED: session.event_id in self.assigned_to,
            Session.Audience.STAFF: False,
        }.get(session.audience, False)

    def knows_private_place_of(self, event):
        return self.is_staff or event.pk in self.assigned_to


EVERYBODY = Viewer()


@dataclass(frozen=True)
class Text:
    """A text as the present page shows it, which may be in another language."""

    words: str = ""
    language: str = ""

    def __str__(self):
        return str(self.words)

    def __html__(self):
        return conditional_escape(self.words)

    def __bool__(self):
        return bool(self.words)

    @property
    def lang(self):
        """Return ` lang="en"` for the element around it when its language is not the page's."""
        foreign = self.words and self.language != get_language()
        return format_html(' lang="{}"', self.language) if foreign else ""

    def lines(self):
        return [line.strip() for line in str(self).splitlines() if line.strip()]


NOTHING = Text()


@dataclass(frozen=True)
class ToldSession:
    """A session as a viewer may know it: whole, or only its day and the label for outsiders."""

    pk: int
    uid: object
    zone: str
    title: Text
    day: date
    is_whole: bool
    ask_us: bool = False
    last_day: date | None = None
    starts: time | None = None
    ends: time | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    text: Text = NOTHING
    speakers: Text = NOTHING
    room: Text = NOTHING
    audience: str = ""
    is_cancelled: bool = False
    video_link: str = ""
    photos_link: str = ""
    report: object = None
    attendance: int | None = None
    sequence: int = 0
    revised_at: datetime | None = None

    @property
    def is_for_everybody(self):
        return self.audience == Session.Audience.PUBLIC

    @property
    def audience_label(self):
        return Session.Audience(self.audience).label

    @property
    def times(self):
        return times_text(self)


def times_text(timed):
    """Write the times of something on its day: "10:00 to 12:30", "from 10:00", or nothing."""
    if not timed.starts:
        return _("until %(day)s") % {"day": date_format(timed.last_day)} if _is_long(timed) else ""
    start = time_format(timed.starts)
    if not timed.ends:
        return _("from %(time)s") % {"time": start}
    end = time_format(timed.ends)
    if _is_long(timed):
        end = f"{date_format(timed.last_day, 'MONTH_DAY_FORMAT')}, {end}"
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


def _is_long(timed):
    return timed.last_day is not None and timed.last_day > timed.day


def offset_text(moment):
    """Write how far a clock is from UTC: "UTC+09:00"."""
    offset = f"{moment:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


@dataclass(frozen=True)
class ToldEvent:
    """An event as a viewer may know it. Private fields are empty for who may not."""

    pk: int
    uid: object
    slug: str
    address_on_site: str
    title: Text
    teaser: Text
    starts_on: date
    ends_on: date
    zone: str
    status: str
    status_note: Text
    previously_on: date | None
    place: Text
    address: Text
    online_link: str
    photo: object
    organiser: Text
    partners: Text
    contact: str
    languages: str
    takes_registrations: bool
    registration_opens_on: date | None
    registration_closes_on: date | None
    is_over: bool
    created_at: datetime
    published_at: datetime | None
    sequence: int
    revised_at: datetime
    written_in: tuple
    text: Text = NOTHING
    directions: Text = NOTHING
    private_place: str = ""
    private_directions: str = ""
    private_notes: str = ""
    sessions: tuple = ()

    def get_absolute_url(self):
        return self.address_on_site

    @property
    def is_cancelled(self):
        return self.status == Event.Status.CANCELLED

    @property
    def is_moved(self):
        return self.status == Event.Status.MOVED

    @property
    def status_label(self):
        return Event.Status(self.status).label

    @property
    def is_one_day(self):
        return self.starts_on == self.ends_on

    @property
    def zone_name(self):
        """Name the clock: "Asia/Tokyo, UTC+09:00"; both hours when it changes meanwhile."""
        days = {self.starts_on, self.ends_on, *(session.day for session in self.sessions)}
        noons = (datetime.combine(day, time(12), tzinfo=ZoneInfo(self.zone)) for day in days)
        offsets = sorted({offset_text(noon) for noon in noons})
        return f"{city(self.zone)}, {' / '.join(offsets)}" if self.zone != "UTC" else "UTC"

    @property
    def has_times(self):
        return any(session.starts for session in self.sessions)

    @cached_property
    def days(self):
        """Return (day, sessions) of the programme."""
        return [(day, list(rows)) for day, rows in groupby(self.sessions, key=lambda s: s.day)]

    @property
    def last_change(self):
        """When readers last got something new; what was scheduled was written before that."""
        return max(filter(None, (self.revised_at, self.published_at)))

    @property
    def registration(self):
        """Where registration stands: "", "later", "open" or "closed"."""
        if not self.takes_registrations or self.is_cancelled or self.is_over:
            return ""
        today = datetime.now(ZoneInfo(self.zone)).date()
        if self.registration_opens_on and today < self.registration_opens_on:
            return "later"
        return "closed" if today > self.last_day_to_register else "open"

    @property
    def last_day_to_register(self):
        return self.registration_closes_on or self.starts_on


def tell(events, viewer=EVERYBODY, *, programme=True):
    """Return what the viewer may know of some events, in their order. One query for sessions.

    Without `programme` none, and no long text: for lists.
    """
    events = list(events)
    sessions = defaultdict(list)
    if programme and events:
        rows = Session.objects.filter(event__in=[event.pk for event in events])
        for session in rows.select_related("report").in_order():
            sessions[session.event_id].append(session)
    return [_told(event, sessions[event.pk], viewer, programme) for event in events]


def _told(event, sessions, viewer, programme):
    told = ToldEvent(
        pk=event.pk,
        uid=event.uid,
        address_on_site=event.get_absolute_url(),
        photo=event.lead_photo and event.lead_photo.shown,
        languages=language_names(event.languages),
        is_over=event.is_over,
        written_in=tuple(languages_with(event, "title")),
        **{name: _text(event, name) for name in TEXTS_OF_LISTS},
        **{name: getattr(event, name) for name in FACTS_OF_LISTS},
    )
    if programme:
        told = replace(
            told,
            text=_text(event, "text"),
            directions=_text(event, "directions"),
            sessions=tuple(filter(None, (_told_session(s, event, viewer) for s in sessions))),
        )
    if programme and viewer.knows_private_place_of(event):
        told = replace(told, **_private(event, told))
    return told


def _private(event, told):
    """Return what only volunteers of the event and staff know, counted as changes of their own."""
    sessions = (
        replace(s, sequence=s.sequence + event.private_sequence, revised_at=event.changed_at)
        for s in told.sessions
    )
    return {name: getattr(event, name) for name in PRIVATE} | {
        "sequence": event.sequence + event.private_sequence,
        "revised_at": event.changed_at,
        "sessions": tuple(sessions),
    }


TEXTS_OF_LISTS = ("title", "teaser", "status_note", "place", "address", "organiser", "partners")
FACTS_OF_LISTS = (
    "slug", "starts_on", "ends_on", "zone", "status", "previously_on", "online_link", "contact",
    "takes_registrations", "registration_opens_on", "registration_closes_on", "created_at",
    "published_at", "sequence", "revised_at",
)  # fmt: skip
PRIVATE = ("private_place", "private_directions", "private_notes")


def _told_session(session, event, viewer):
    """Return a session whole, or as outsiders may see it, or None."""
    if viewer.may_attend(session):
        return _whole(session, event)
    if session.outsiders_see == Session.Outsiders.NOTHING:
        return None
    return ToldSession(
        pk=session.pk,
        uid=None,
        zone=event.zone,
        title=_text(session, "label") or Text(_("Private session"), get_language()),
        day=session.day,
        is_whole=False,
        ask_us=session.outsiders_see == Session.Outsiders.CONTACT,
        is_cancelled=session.is_cancelled,
    )


def _whole(session, event):
    return ToldSession(
        zone=event.zone,
        is_whole=True,
        starts_at=session.starts_at(event.zone),
        ends_at=session.ends_at(event.zone),
        report=session.report if session.report and session.report.is_public else None,
        **{name: _text(session, name) for name in ("title", "text", "speakers", "room")},
        **{name: getattr(session, name) for name in FACTS_OF_SESSIONS},
    )


FACTS_OF_SESSIONS = (
    "pk", "uid", "day", "last_day", "starts", "ends", "audience", "is_cancelled", "video_link",
    "photos_link", "attendance", "sequence", "revised_at",
)  # fmt: skip


def _text(row, field):
    words, language = written(row, field)
    return Text(words or "", language)


def searched_text(told, language):
    """Return what the search may know of a programme in one language, as the database keeps it.

    `told` is the event as everybody may know it, told in that language.
    """
    parts = []
    for session in told.sessions:
        texts = (session.title, session.speakers, session.room, session.text)
        parts += [str(text) for text in texts if text and text.language == language]
    return " ".join(parts)
