"""Fill a site that has no events yet with those of events.toml: programme, seats, shifts."""

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from events.copying import copy_weekly
from events.models import Event, Registration, Session, Shift, Volunteer
from events.registering import enter
from events.shifts import take

from .appeals import photos_by_name
from .content import act_of, moment, read


def invite_when_nothing_is_on(staff):
    """Load everything, or nothing if there is an event already; return whether it did.

    The photos must be there. `staff` are the accounts by role.
    """
    if Event.objects.exists():
        return False
    with transaction.atomic():
        photos = photos_by_name()
        for texts in read("events")["events"]:
            load_event(texts, photos, staff)
        seat_visitors(Event.objects.get(slug="seminar-on-asylum-law"))
        helper, _created = Volunteer.objects.get_or_create(
            user=staff["volunteer"], defaults={"languages": ["en", "ja"], "skills": "Interpreting"}
        )
        for job in ("Welcome visitors at the door", "Sit beside a learner"):
            take(Shift.objects.filter(job_en=job).in_order().first(), helper)
    return True


def seat_visitors(event):
    """Let some visitors have seats, and one wait. They get no e-mail: nobody has their addresses."""
    for number, seats in enumerate((2, 1, 4, 6, 3, 5, 2, 4)):
        enter(Registration(event=event, name=f"Visitor {'ABCDEFGH'[number]}", seats=seats))


def load_event(texts, photos, staff):
    sessions = texts.pop("sessions", [])
    shifts = texts.pop("shifts", [])
    weeks = texts.pop("weeks", 1)
    event = Event(**days_of(texts), **texts | {"lead_photo": photos.get(texts.get("lead_photo"))})
    event.published_at = min(moment(event.starts_on - timedelta(days=60)), timezone.now())
    with act_of(staff["coordinator"], event):
        event.save()
    for session in sessions:
        Session.objects.create(event=event, **timed(session, event))
    for shift in shifts:
        Shift.objects.create(event=event, **timed(shift, event))
    for row in [event, *(copy_weekly(event, weeks - 1) if weeks > 1 else [])]:
        row.status, row.published_at = event.status, event.published_at
        row.save()
        with act_of(staff["publisher"], row):
            row.publish()


def days_of(texts):
    """Return first and last day, and when registration closes."""
    if "starts_on" in texts:
        first = date.fromisoformat(texts.pop("starts_on"))
    else:
        first = timezone.localdate() + timedelta(days=texts.pop("in_days"))
    found = {"starts_on": first, "ends_on": first + timedelta(days=texts.pop("days") - 1)}
    if before := texts.pop("closes_before", 0):
        found["registration_closes_on"] = first - timedelta(days=before)
    return found


def timed(facts, event):
    """Return the facts of a session or shift with its day and its times."""
    found = facts | {"day": event.starts_on + timedelta(days=facts["day"])}
    clocks = {name: time.fromisoformat(found[name]) for name in ("starts", "ends") if name in found}
    return found | clocks
