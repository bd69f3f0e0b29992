"""Events and their sessions to test with."""

from datetime import date, time, timedelta
from email import message_from_bytes, policy

from django.contrib.auth.models import Group
from django.utils import timezone

from correspondence.models import OutgoingEmail
from events.models import Event, Registration, Session, Shift, Volunteer
from tests.factories import make_user, numbers


def make_event(state="published", **fields):
    """Make an event of one day in Tokyo, thirty days from now."""
    number = next(numbers)
    texts = {"title": f"Event {number}", "slug": f"event-{number}"}
    first = fields.get("starts_on") or timezone.localdate() + timedelta(days=30)
    dates = {"starts_on": first, "ends_on": fields.get("ends_on") or first}
    if state in ("published", "withdrawn"):
        dates["published_at"] = timezone.now()
    return Event.objects.create(**texts | dates | {"state": state} | fields)


def make_session(event=None, starts="10:00", ends="11:00", **fields):
    """Make a session of an hour in the morning of an event's first day; for everybody."""
    event = event or make_event()
    times = {"starts": clock(starts), "ends": clock(ends)}
    own = {"title": f"Session {next(numbers)}", "day": event.starts_on}
    return Session.objects.create(event=event, **own | times | fields)


def clock(text):
    return text and time.fromisoformat(text)


def make_assembly(**fields):
    """Make the assembly of July 2005: three days, a private screening, a panel that asks for us."""
    facts = {
        "title": "Joint assembly",
        "slug": "assembly",
        "starts_on": date(2005, 7, 30),
        "ends_on": date(2005, 8, 1),
        "text": "<p>It begins on Saturday, July 30. The general meeting is on Sunday August 1.</p>",
    }
    event = make_event(**facts | fields)
    untimed = {"starts": None, "ends": None}
    make_session(event, title="Personal stories", day=date(2005, 7, 30), **untimed)
    make_session(
        event, title="Seoul Train", day=date(2005, 7, 31), audience="assigned",
        outsiders_see="label", label="Private screening", **untimed,
    )  # fmt: skip
    make_session(
        event, title="IPCNKR panel", day=date(2005, 8, 1), audience="staff",
        outsiders_see="contact", label="Panel discussion", **untimed,
    )  # fmt: skip
    return event


def make_volunteer(**fields):
    """Make a volunteer with an account, a password that nobody knows, and the role."""
    user = fields.pop("user", None) or make_user("volunteer")
    user.groups.add(Group.objects.get(name="volunteer"))
    return Volunteer.objects.create(user=user, **fields)


def make_shift(event=None, starts="10:00", ends="12:00", **fields):
    """Make a shift of two hours in the morning of an event's first day, for one person."""
    event = event or make_event()
    times = {"starts": clock(starts), "ends": clock(ends)}
    own = {"job": f"Job {next(numbers)}", "day": event.starts_on}
    return Shift.objects.create(event=event, **own | times | fields)


def make_registration(event=None, state="confirmed", **fields):
    number = next(numbers)
    event = event or make_event(takes_registrations=True)
    own = {"name": f"Visitor {number}", "email": f"visitor-{number}@example.org"}
    if state in ("confirmed", "waiting"):
        own["confirmed_at"] = timezone.now()
    return Registration.objects.create(event=event, state=state, **own | fields)


def queued_mails():
    """Return (recipient, subject, words) of the e-mails in the outbox, in their order."""
    found = []
    for row in OutgoingEmail.objects.order_by("pk"):
        message = message_from_bytes(bytes(row.content), policy=policy.default)
        found.append((row.recipients[0], row.subject, " ".join(message.get_content().split())))
    return found
