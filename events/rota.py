"""The shifts of events as a volunteer may know them: place and notes only of those one holds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import get_language

from publishing.found import written

from .models import Duty, Shift
from .projection import Text, times_text

State = Duty.State


@dataclass(frozen=True)
class ToldShift:
    pk: int
    uid: object
    sequence: int
    revised_at: datetime
    event_id: int
    job: Text
    day: date
    last_day: date
    starts: time | None
    ends: time | None
    starts_at: datetime
    ends_at: datetime
    has_begun: bool
    languages: str
    needed: int
    free: int
    waiting: int
    mine: str  # the state of one's own duty, or ""
    place: str = ""
    notes: str = ""

    @property
    def times(self):
        return times_text(self)

    @property
    def mine_label(self):
        return State(self.mine).label if self.mine else ""

    @property
    def is_mine(self):
        return self.mine == State.TAKEN

    @property
    def may_be_taken(self):
        return not self.mine and not self.has_begun

    @property
    def may_be_given_back(self):
        return self.mine in (State.TAKEN, State.ASKED, State.WAITING) and not self.has_begun


def tell_shifts(events, volunteer, *, is_staff=False):
    """Return {event id: shifts} of some events as this volunteer may know them. Two queries."""
    by_id = {event.pk: event for event in events}
    mine = {}
    if volunteer:
        duties = Duty.objects.filter(volunteer=volunteer, shift__event__in=by_id)
        mine = dict(duties.values_list("shift_id", "state"))
    found = defaultdict(list)
    for shift in Shift.objects.filter(event__in=by_id).with_numbers().in_order():
        shift.event = by_id[shift.event_id]
        found[shift.event_id].append(_told(shift, mine.get(shift.pk, ""), is_staff))
    return found


def _told(shift, mine, is_staff):
    words, language = written(shift, "job")
    zone = shift.event.zone
    private = {"place": shift.place, "notes": shift.notes}
    return ToldShift(
        **{name: getattr(shift, name) for name in FACTS},
        job=Text(words, language or get_language()),
        languages=shift.languages_text,
        starts_at=shift.starts_at(zone),
        ends_at=shift.ends_at(zone),
        has_begun=shift.has_begun(),
        free=max(0, shift.needed - shift.held),
        mine=mine,
        **private if is_staff or mine == State.TAKEN else {},
    )


FACTS = ("pk", "uid", "sequence", "revised_at", "event_id", "day", "last_day", "starts", "ends",
         "needed", "waiting")  # fmt: skip
