"""What staff should look at again: days, rooms and clocks that do not fit together."""

import re
from datetime import date
from itertools import combinations

from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from news.listing.dates import (
    WEEKDAYS,
    YEARS,
    Mention,
    falls_in,
    mentions_in,
    real_day,
    years_meant,
)
from publishing.rich_text import plain

from .zones import DOUBLE, IMPOSSIBLE, city, clock_change

ASIAN_DAYS = {
    re.compile(
        r"(?:(?P<year>(?:19|20)\d\d)年\s*)?(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日\s*"
        r"(?:[（(]\s*(?P<inside>[月火水木金土日])[^）)]{0,4}[）)]|(?P<after>[月火水木金土日])曜)"
    ): "月火水木金土日",
    re.compile(
        r"(?:(?P<year>(?:19|20)\d\d)년\s*)?(?P<month>\d{1,2})월\s*(?P<day>\d{1,2})일\s*"
        r"(?:[（(]\s*(?P<inside>[월화수목금토일])[^）)]{0,4}[）)]|(?P<after>[월화수목금토일])요일)"
    ): "월화수목금토일",
}
TEXTS_OF_EVENT = ("title", "teaser", "text", "status_note")
TEXTS_OF_SESSION = ("title", "text", "label")


def doubts_about(event, sessions, shifts=()):
    """Return a sentence for each thing that is probably a mistake. Needs no query."""
    return [
        *weekday_doubts(event, sessions),
        *outside_doubts(event, sessions),
        *room_doubts(event, sessions),
        *clock_doubts(event, [*sessions, *shifts]),
    ]


def doubts_about_stored(event):
    """Return the doubts about an event as the database has it. Two queries."""
    return doubts_about(event, event.sessions.in_order(), event.shifts.in_order())


def weekday_doubts(event, sessions):
    named = days_named(event, sessions)
    doubts = [
        _("“%(said)s”: that day is a %(weekday)s.")
        % {"said": m.said, "weekday": weekday_of(m, event)}
        for m in named
        if not any(falls_in(year, m) for year in years_meant(m, event.starts_on))
    ]
    if len(named) > 1 and not any(all(falls_in(y, m) for m in named) for y in YEARS):
        pair = first_pair_apart(named)
        said = get_text_list([f"“{m.said}”" for m in pair], _("and"))
        doubts.append(_("%(said)s cannot both be right, in no year.") % {"said": said})
    return doubts


def days_named(event, sessions):
    """Return the days that texts of the event name together with a weekday, each once."""
    texts = [
        plain(getattr(row, f"{field}_{code}") or "")
        for row, fields in [(event, TEXTS_OF_EVENT), *((s, TEXTS_OF_SESSION) for s in sessions)]
        for field in fields
        for code in ("en", "ja", "ko")
    ]
    found = [mention for text in texts for mention in (*mentions_in(text), *asian_days(text))]
    named = {m.said: m for m in found if m.weekday and real_day(2000, m.month, m.day)}
    return list(named.values())


def asian_days(text):
    return [
        Mention(
            said=match[0].strip(),
            month=int(match["month"]),
            day=int(match["day"]),
            year=int(match["year"]) if match["year"] else None,
            weekday=WEEKDAYS[days.index(match["inside"] or match["after"])],
        )
        for pattern, days in ASIAN_DAYS.items()
        for match in pattern.finditer(text)
    ]


def weekday_of(mention, event):
    """Name the weekday that the named day has in truth, in the year that is meant."""
    years = [mention.year] if mention.year else years_meant(mention, event.starts_on)
    days = [day for year in years if (day := real_day(year, mention.month, mention.day))]
    nearest = min(days, key=lambda day: abs(day - event.starts_on), default=event.starts_on)
    return date_format(nearest, "l")


def first_pair_apart(named):
    """Return two of the days that exclude each other; all of them when only all together do."""
    for pair in combinations(named, 2):
        if not any(all(falls_in(year, m) for m in pair) for year in YEARS):
            return pair
    return named


def outside_doubts(event, sessions):
    return [
        _("“%(session)s” is on %(day)s, outside of the event (%(first)s to %(last)s).")
        % {
            "session": session,
            "day": date_format(session.day),
            "first": date_format(event.starts_on),
            "last": date_format(event.ends_on),
        }
        for session in sessions
        if session.day < event.starts_on or session.last_day > event.ends_on
    ]


def room_doubts(event, sessions):
    return [
        _("“%(one)s” and “%(other)s” overlap in the room “%(room)s”.")
        % {"one": one, "other": other, "room": one.room_en}
        for one, other in combinations([s for s in sessions if not s.is_cancelled], 2)
        if same_room(one, other) and one.overlaps(other, event.zone)
    ]


def same_room(one, other):
    rooms = [(session.room_en or "").strip().casefold() for session in (one, other)]
    return rooms[0] and rooms[0] == rooms[1]


def clock_doubts(event, timed):
    sentences = {
        IMPOSSIBLE: _(
            "“%(row)s”: on %(day)s the clocks in %(city)s skip %(time)s. It would be told an hour"
            " later: choose another time."
        ),
        DOUBLE: _(
            "“%(row)s”: on %(day)s the clocks in %(city)s show %(time)s twice. The first is meant,"
            " unless you choose another time."
        ),
    }
    return [
        sentences[change]
        % {"row": row, "day": date_format(day), "time": time_format(time), "city": city(event.zone)}
        for row in timed
        for day, time in {(row.day, row.starts), (row.last_day, row.ends)}
        if isinstance(day, date) and time and (change := clock_change(day, time, event.zone))
    ]
