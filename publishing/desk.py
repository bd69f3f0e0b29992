"""The desk: what the office lays before who opens it. Each room fills in its own."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import localize
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import Publishable
from .queue_admin import admin_name, change_url
from .steps import SCHEDULED, in_situation

ROWS = 6


@dataclass(frozen=True)
class Row:
    text: object
    address: str
    note: str = ""


@dataclass(frozen=True)
class Shelf:
    """Some rows under a heading. Without rows it says `nothing`, or is left out."""

    heading: str
    rows: list
    nothing: str = ""
    more: tuple = ()  # what a link to all of them says, and its address

    @property
    def is_shown(self):
        return bool(self.rows or self.nothing)


@dataclass(frozen=True)
class Desk:
    """What concerns one person in one room."""

    name: str  # marks its heading
    heading: str
    acts: list  # (label, address) of each button
    shelves: list
    facts: dict = field(default_factory=dict)  # what a template of the room's own shows besides


def acts_for(user, *acts):
    """Return (label, address) of those (permission, label, name of the address) one may do."""
    return [(label, reverse(name)) for permission, label, name in acts if user.has_perm(permission)]


def waiting_for_review(model):
    """Return the shelf of what has waited longest. One query."""
    return _waiting(_("Waits for review"), model, Publishable.State.REVIEW, "changed_at",
                    _("changed %(moment)s"), _("Nothing."))  # fmt: skip


def scheduled(model, nothing=""):
    """Return the shelf of what becomes public by itself. One query."""
    note = _("public on %(moment)s")
    return _waiting(_("Scheduled"), model, SCHEDULED, "published_at", note, nothing)


def _waiting(heading, model, situation, moment, note, nothing):
    columns = ("title", "state", "published_at", "changed_at")
    found = in_situation(model.objects.only(*columns), situation).order_by(moment)[:ROWS]
    rows = [
        Row(row, change_url(row), note % {"moment": localize(localtime(getattr(row, moment)))})
        for row in found
    ]
    everything = f"{reverse(admin_name(model, 'changelist'))}?situation={situation}"
    return Shelf(heading, rows, nothing, (_("All of them"), everything))


def latest_work(model, user):
    """Return two shelves: what this person changed last, and what anybody did. Two queries."""
    return [
        Shelf(_("Your latest work"), latest_changes(model, history_user=user), _("Nothing yet.")),
        Shelf(_("Newest changes"), latest_changes(model), _("Nothing yet.")),
    ]


def latest_changes(model, **by):
    """Return the newest version of each row changed last, if it is still there. One query."""
    still_there = Exists(model.objects.filter(pk=OuterRef("id")))
    versions = model.history.filter(still_there, **by).select_related("history_user")
    columns = ("id", "title", "history_date", "history_user__name", "history_user__email")
    newest = {}
    for version in versions.only(*columns).order_by("-history_date")[: ROWS * 5]:
        newest.setdefault(version.id, version)
    return [
        Row(
            version.title,
            reverse(admin_name(model, "history"), args=[version.id]),
            _("%(time)s ago · %(who)s")
            % {
                "time": timesince(version.history_date),
                "who": version.history_user or _("an import"),
            },
        )
        for version in list(newest.values())[:ROWS]
    ]
