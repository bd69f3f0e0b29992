"""Telling those who come that an event is cancelled, was moved or changed."""

from django.db import transaction
from django.utils.translation import gettext as _

from .letters import send, send_to_volunteer
from .models import Duty, Event, Registration, Volunteer
from .projection import tell
from .registering import link_of


def visitors_to_tell(event):
    """Return those with a seat or on the waiting list who have an e-mail address."""
    State = Registration.State
    rows = event.registrations.filter(state__in=[State.CONFIRMED, State.WAITING])
    return rows.exclude(email="").order_by("pk")


def volunteers_to_tell(event):
    """Return those on a shift of the event or on its waiting list, and those assigned to it."""
    on_shifts = Duty.objects.filter(shift__event=event).exclude(state=Duty.State.REFUSED)
    numbers = {*on_shifts.values_list("volunteer", flat=True),
               *event.assignments.values_list("volunteer", flat=True)}  # fmt: skip
    return Volunteer.objects.active().filter(pk__in=numbers).select_related("user").order_by("pk")


@transaction.atomic
def announce(event):
    """Queue an e-mail to everybody who comes, each in their language; return how many."""
    visitors, volunteers = list(visitors_to_tell(event)), list(volunteers_to_tell(event))
    for row in visitors:
        send("event_changed", row.language, row.email, lambda: subject_of(event), name=row.name,
             event=lambda: tell([event])[0], path=lambda row=row: link_of(row))  # fmt: skip
    for volunteer in volunteers:
        send_to_volunteer("event_changed", volunteer, lambda: subject_of(event),
                          name=str(volunteer), event=lambda: tell([event])[0])  # fmt: skip
    return len(visitors) + len(volunteers)


def subject_of(event):
    if event.status == Event.Status.CANCELLED:
        return _("An event is cancelled")
    return _("An event was moved") if event.status == Event.Status.MOVED else _("About an event")
