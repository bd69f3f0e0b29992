"""Taking a shift, giving it back, and what follows for those who wait.

Whoever changes who is on a shift first locks the shift: so there are never more than it needs.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .letters import send_to_volunteer
from .models import Duty, Event, Shift

State = Duty.State
REMINDED_FROM = time(9)  # on the day before, where the event is: nobody is woken


class Refused(Exception):
    """What was asked for does not go; the text says why and what to do."""


def locked(pk):
    return Shift.objects.select_for_update(of=["self"]).select_related("event").get(pk=pk)


@transaction.atomic
def take(shift, volunteer):
    """Give the volunteer a place, or one on the waiting list, and return the duty.

    In a sensitive event the place waits for the coordinator's yes. Asking twice changes nothing.
    """
    shift = locked(shift.pk)
    duty = shift.duties.filter(volunteer=volunteer).exclude(state=State.REFUSED).first()
    if duty:
        return duty
    check(shift, volunteer)
    state = state_of_a_place(shift) if free_places(shift) > 0 else State.WAITING
    return Duty.objects.create(shift=shift, volunteer=volunteer, state=state)


def check(shift, volunteer):
    """Raise Refused when this volunteer cannot take the shift, whoever wants it."""
    if shift.duties.filter(volunteer=volunteer, state=State.REFUSED).exists():
        raise Refused(_("The coordinator has given this shift to others. Choose another one."))
    refuse_if_too_late(shift, _("This shift has begun, so nobody can take it any more."))
    if clash := clash_of(shift, volunteer):
        raise Refused(
            _("At that time you are on another shift: %(shift)s. Give that one back first.")
            % {"shift": clash.shift}
        )


@transaction.atomic
def give_back(shift, volunteer):
    """Take the volunteer off a shift or its waiting list; the next in the queue moves up."""
    shift = locked(shift.pk)
    if not shift.duties.filter(volunteer=volunteer).exclude(state=State.REFUSED).exists():
        raise Refused(_("You are not on this shift any more."))
    refuse_if_too_late(shift, _("This shift has begun. If you cannot come, call the coordinator."))
    shift.duties.filter(volunteer=volunteer).delete()
    move_up(shift)


@transaction.atomic
def answer(duty, is_yes):
    """Say yes or no to who waits for it, and tell them. False when nobody waits any more."""
    shift = locked(duty.shift_id)
    duty = shift.duties.filter(pk=duty.pk, state=State.ASKED).first()
    if duty is None:
        return False
    duty.state = State.TAKEN if is_yes else State.REFUSED
    duty.save(update_fields=["state"])
    template = "shift_yes" if is_yes else "shift_no"
    send_to_volunteer(template, duty.volunteer, lambda: _("Your shift"), shift=shift)
    if not is_yes:
        move_up(shift)
    return True


def move_up(shift):
    """Give free places to those who wait, in their order, and tell them. The shift is locked.

    Who is on another shift at that time by now is passed over, and goes on waiting.
    """
    free = free_places(shift)
    if free <= 0 or shift.has_begun() or shift.event.status == Event.Status.CANCELLED:
        return
    waiting = shift.duties.filter(state=State.WAITING).select_related("volunteer__user")
    for duty in waiting.order_by("since", "pk"):
        if free > 0 and not clash_of(shift, duty.volunteer):
            duty.state = state_of_a_place(shift)
            duty.save(update_fields=["state"])
            send_to_volunteer("shift_moved_up", duty.volunteer, lambda: _("A shift is yours now"),
                              shift=shift, is_asked=duty.state == State.ASKED)  # fmt: skip
            free -= 1


@transaction.atomic
def fill(shift):
    """Move up who waits, after somebody changed how many are needed."""
    move_up(locked(shift.pk))


def free_places(shift):
    return shift.needed - shift.duties.filter(state__in=Duty.HOLDING).count()


def state_of_a_place(shift):
    return State.ASKED if shift.event.is_sensitive else State.TAKEN


def refuse_if_too_late(shift, sentence):
    if shift.has_begun():
        raise Refused(sentence)
    if shift.event.status == Event.Status.CANCELLED:
        raise Refused(_("The event is cancelled, so nobody is needed."))
    if not shift.event.is_public:
        raise Refused(_("This event is not announced at the moment. Ask the coordinator."))


def clash_of(shift, volunteer):
    """Return a duty that the volunteer has at the same time, or None. One query."""
    near = (shift.day - timedelta(days=2), shift.last_day + timedelta(days=2))
    held = volunteer.duties.filter(state__in=Duty.HOLDING, shift__day__range=near)
    others = held.exclude(shift=shift).exclude(shift__event__status=Event.Status.CANCELLED)
    return next((d for d in others.select_related("shift__event") if meet(shift, d.shift)), None)


def meet(one, other):
    """Say whether two shifts, each in its own time zone, go on at one moment."""
    if not (one.starts and other.starts):
        return False
    spans = [(s.starts_at(s.event.zone), s.ends_at(s.event.zone)) for s in (one, other)]
    (start, end), (begin, finish) = spans
    return start == begin or (start < finish and begin < end)


def remind_due():
    """Remind who has a shift tomorrow, once, from nine in the morning there. Return how many."""
    today = timezone.now().date()
    near = (today, today + timedelta(days=2))  # the day is tomorrow somewhere on Earth
    duties = Duty.objects.filter(state=State.TAKEN, reminded_at=None, shift__day__range=near)
    due = [
        duty
        for duty in duties.select_related("shift__event").exclude(
            shift__event__status=Event.Status.CANCELLED
        )
        if is_tomorrow(duty.shift) and duty.shift.event.is_public
    ]
    return sum(remind(duty) for duty in due)


def is_tomorrow(shift):
    now = datetime.now(ZoneInfo(shift.event.zone))
    return shift.day == now.date() + timedelta(days=1) and now.time() >= REMINDED_FROM


@transaction.atomic
def remind(duty):
    """Queue the reminder and note it, both or neither; False when another worker was faster."""
    row = Duty.objects.select_for_update(of=["self"], skip_locked=True)
    duty = (
        row.filter(pk=duty.pk, state=State.TAKEN, reminded_at=None)
        .select_related("shift__event", "volunteer__user")
        .first()
    )
    if duty is None:
        return False
    duty.reminded_at = timezone.now()
    duty.save(update_fields=["reminded_at"])
    send_to_volunteer("shift_reminder", duty.volunteer, lambda: _("Your shift tomorrow"),
                      shift=duty.shift)  # fmt: skip
    return True
