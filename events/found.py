"""What machines are told about an event: search engines, shared links, feed readers."""

from django.utils.text import Truncator
from django.utils.translation import get_language

from publishing import found
from publishing.rich_text import plain

from .models import Event

STATUSES = {
    Event.Status.PLANNED: "EventScheduled",
    Event.Status.CONFIRMED: "EventScheduled",
    Event.Status.CANCELLED: "EventCancelled",
    Event.Status.MOVED: "EventRescheduled",
}


def summary(told):
    """Return the teaser, or how the text begins, as plain words."""
    return str(told.teaser) or Truncator(plain(str(told.text))).chars(300)


def event(told):
    """Return an event as schema.org data, from what is told of it and nothing else."""
    data = {
        "@type": "Event",
        "name": str(told.title),
        "description": summary(told),
        "inLanguage": told.title.language or get_language(),
        "url": found.absolute(told.get_absolute_url()),
        "startDate": starts(told),
        "endDate": ends(told),
        "previousStartDate": told.previously_on and told.previously_on.isoformat(),
        "eventStatus": f"https://schema.org/{STATUSES[told.status]}",
        "eventAttendanceMode": f"https://schema.org/{mode(told)}EventAttendanceMode",
        "location": locations(told),
        "organizer": organiser(told),
        "image": found.picture(told.photo) if told.photo else None,
        "subEvent": [part(session) for session in told.sessions if session.is_whole],
    }
    return {name: value for name, value in data.items() if value}


def starts(told):
    """Return the first moment when every session of the first day is timed, else the first day."""
    first = [session for session in told.sessions if session.day == told.starts_on]
    if first and all(session.starts for session in first):
        return min(session.starts_at for session in first).isoformat()
    return told.starts_on.isoformat()


def ends(told):
    last = [s for s in told.sessions if (s.last_day or s.day) == told.ends_on]
    if last and all(session.ends for session in last):
        return max(session.ends_at for session in last).isoformat()
    return told.ends_on.isoformat()


def mode(told):
    if told.online_link:
        return "Mixed" if has_place(told) else "Online"
    return "Offline"


def has_place(told):
    return bool(told.place or told.address)


def locations(told):
    places = []
    if has_place(told):
        place = {"@type": "Place", "name": str(told.place or told.address)}
        places.append(place | ({"address": str(told.address)} if told.address else {}))
    if told.online_link:
        places.append({"@type": "VirtualLocation", "url": told.online_link})
    return places


def organiser(told):
    if told.organiser:
        return {"@type": "Organization", "name": str(told.organiser)}
    return found.organisation()


def part(session):
    data = {
        "@type": "Event",
        "name": str(session.title),
        "startDate": moment(session.starts, session.starts_at, session.day),
        "endDate": moment(session.ends, session.ends_at, session.last_day),
        "eventStatus": "https://schema.org/EventCancelled" if session.is_cancelled else None,
        "performer": [{"@type": "Person", "name": name} for name in session.speakers.lines()],
    }
    return {name: value for name, value in data.items() if value}


def moment(time, at, day):
    return at.isoformat() if time else day.isoformat()
