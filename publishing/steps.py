"""The steps of publication as the office offers them: filters and actions of a list, buttons of a form."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Publishable

State = Publishable.State
SCHEDULED = "scheduled"

# What staff tell apart: the states, and of the published ones those that wait for their moment.
SITUATIONS = {
    State.DRAFT: State.DRAFT.label,
    State.REVIEW: State.REVIEW.label,
    SCHEDULED: _("Scheduled"),
    State.PUBLISHED: State.PUBLISHED.label,
    State.WITHDRAWN: State.WITHDRAWN.label,
}


def situation_of(row):
    return SCHEDULED if row.is_scheduled else row.state


def in_situation(queryset, situation):
    if situation == State.PUBLISHED:
        return queryset.published()
    if situation == SCHEDULED:
        return queryset.filter(state=State.PUBLISHED, published_at__gt=timezone.now())
    return queryset.filter(state=situation)


def was_public(row):
    """Say whether outsiders have ever been able to see the row, so that its address must live on."""
    return row.is_public or row.state == State.WITHDRAWN


@dataclass(frozen=True)
class Step:
    """A method of `Publishable`, who may call it, and when a form offers it.

    Whether the row's state allows the step, the model alone decides: offering is a courtesy.
    """

    method: str
    permission: str
    offered_to: tuple
    button: str

    def take(self, row):
        """Take the step; WrongState when the row's state does not allow it."""
        getattr(row, self.method)()

    def button_for(self, row):
        if self.method == "publish" and row.published_at and row.published_at > timezone.now():
            return _("Save and schedule")
        if self.method == "withdraw" and row.is_scheduled:
            return _("Save and take off the schedule")
        return self.button


STEPS = {
    "submit": Step(
        "submit",
        "submit",
        (State.DRAFT,),
        _("Save and submit for review"),
    ),
    "publish": Step(
        "publish",
        "publish",
        (State.DRAFT, State.REVIEW, State.WITHDRAWN),
        _("Save and publish"),
    ),
    "give_back": Step(
        "return_to_draft",
        "publish",
        (State.REVIEW,),
        _("Save and give back to the writer"),
    ),
    "withdraw": Step(
        "withdraw",
        "publish",
        (SCHEDULED, State.PUBLISHED),
        _("Save and withdraw"),
    ),
}
