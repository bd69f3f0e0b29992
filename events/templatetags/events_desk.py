"""What events lay on the desk of who opens the office."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Duty, Event, Registration, Shift
from publishing.desk import ROWS, Desk, Row, Shelf, acts_for, latest_work, scheduled
from publishing.desk import waiting_for_review as for_review
from publishing.queue_admin import change_url

register = template.Library()


@register.inclusion_tag("admin/_desk.html")
def events_desk(user):
    """Show what is next, where people lack, and who waits for an answer. Nine queries at most."""
    if not user.has_perm("events.view_event"):
        return {}
    plans_shifts = user.has_perm("events.view_shift")
    shelves = [
        *([unanswered(), gaps()] if plans_shifts else []),
        next_events(with_seats=user.has_perm("events.view_registration")),
        for_review(Event),
        scheduled(Event),
        *latest_work(Event, user),
    ]
    return {"desk": Desk("events", _("Events"), acts(user), shelves)}


def acts(user):
    return acts_for(
        user,
        ("events.add_event", _("Plan an event"), "admin:events_event_add"),
        ("events.add_volunteer", _("Invite a volunteer"), "admin:events_volunteer_add"),
    )


def unanswered():
    """Return the shelf of volunteers who wait for a yes. One query."""
    asked = Duty.objects.filter(state=Duty.State.ASKED)
    rows = [
        Row(f"{duty.volunteer}: {duty.shift}", change_url(duty),
            f"{duty.shift.event} · {date_format(duty.shift.day)}")
        for duty in asked.select_related("volunteer__user", "shift__event")[:ROWS]
    ]  # fmt: skip
    everything = reverse("admin:events_duty_changelist") + "?state__exact=asked"
    return Shelf(_("Waits for your yes"), rows, _("Nobody."), (_("Answer"), everything))


def gaps():
    """Return the shelf of shifts to come that lack people. One query."""
    lacking = Shift.objects.with_numbers().open_to_volunteers().with_gaps().in_order()
    rows = []
    for shift in lacking.select_related("event")[:ROWS]:
        free = shift.needed - shift.held
        lack = ngettext("%d person lacks", "%d people lack", free) % free
        rows.append(Row(f"{shift}: {lack}", change_url(shift),
                        f"{shift.event} · {date_format(shift.day)}"))  # fmt: skip
    everything = reverse("admin:events_shift_changelist") + "?people=lacking"
    return Shelf(_("People lack"), rows, _("Every shift is taken."), (_("All gaps"), everything))


def next_events(*, with_seats):
    """Return the shelf of what is next, with the seats that are taken. Two queries."""
    events = list(Event.objects.published().upcoming().soonest_first().for_list()[:ROWS])
    taken = seats_taken(events) if with_seats else {}
    rows = []
    for event in events:
        note = date_format(event.starts_on)
        if event.pk in taken:
            note += " · " + _("%(taken)s of %(seats)s seats") % {
                "taken": taken[event.pk],
                "seats": event.capacity or "∞",
            }
        rows.append(Row(event, change_url(event), note))
    everything = reverse("admin:events_event_changelist") + "?time=upcoming"
    return Shelf(_("Next events"), rows, _("Nothing is planned."), (_("All of them"), everything))


def seats_taken(events):
    """Return {event id: seats} of those events for which one may register. One query."""
    taken = {event.pk: 0 for event in events if event.takes_registrations}
    for pk, seats in (
        Registration.objects.seated().filter(event__in=taken).values_list("event_id", "seats")
    ):
        taken[pk] += seats
    return taken
