"""One person, two rows: how duplicate donors become one, and what is kept of how they were."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .models import Donation, Donor, Merge, NameOnWall, Pledge

Shown = Donor.Shown
LEAST_PUBLIC_FIRST = [Shown.NOTHING, Shown.NAME, Shown.NAME_AND_AMOUNT]
FILLED = ["name", "email", "address", "country", "public_name"]


@transaction.atomic
def merge(kept, gone, *, by):
    """Move all that `gone` promised and gave to `kept`, and return the record of it.

    `kept` keeps its words; what it lacks, and what it says otherwise, comes from `gone`. Figures
    stay as they are. Raises ValidationError for one donor twice, or for one who was erased.
    """
    kept, gone = _locked(kept, gone)
    pledges = list(gone.pledges.order_by("pk").values_list("pk", flat=True))
    donations = list(gone.donations.order_by("pk").values_list("pk", flat=True))
    Pledge.objects.filter(pk__in=pledges).update(donor=kept)
    Donation.objects.filter(pk__in=donations).update(donor=kept)
    gone.merges.update(kept=kept)
    NameOnWall.objects.filter(donor=gone).delete()
    number, words = gone.pk, _words_of(gone, kept)
    proved_at = gone.email_proved_at if words["email"] == gone.email else None
    gone.vanish()  # before its proved address can be that of the other
    _take_over(kept, words, proved_at)
    return Merge.objects.create(
        kept=kept, gone=number, pledges=pledges, donations=donations, merged_by=by
    )


def _locked(kept, gone):
    """Lock both in the order of their numbers, whoever is to be kept."""
    if kept.pk == gone.pk:
        raise ValidationError(_("Choose two different donors."))
    rows = Donor.objects.select_for_update().order_by("pk").in_bulk([kept.pk, gone.pk])
    if len(rows) < 2:
        raise ValidationError(_("One of the two is gone already: somebody else merged it."))
    if any(donor.erased_at for donor in rows.values()):
        raise ValidationError(_("An erased donor stays alone: nobody knows any more who it was."))
    return rows[kept.pk], rows[gone.pk]


def _words_of(gone, kept):
    """Return the fields of `kept` after the merge."""
    words = {name: getattr(kept, name) or getattr(gone, name) for name in FILLED}
    differing = [
        getattr(gone, name) for name in FILLED if getattr(gone, name) not in ("", words[name])
    ]
    before = [_("Before a merge also: %(words)s") % {"words": "; ".join(differing)}]
    notes = [kept.note, gone.note, *(before if differing else [])]
    return words | {
        "note": "\n\n".join(filter(None, notes)),
        # Consent that one of the two did not give is not given.
        "shown": min(kept.shown, gone.shown, key=LEAST_PUBLIC_FIRST.index),
        "may_write": kept.may_write and gone.may_write,
        "created_at": min(kept.created_at, gone.created_at),
    }


def _take_over(kept, words, proved_at):
    if proved_at:
        kept.email_proved_at = proved_at
    for name, value in words.items():
        setattr(kept, name, value)
    kept.save()
