"""What people decide of a statement's rows: book it, discard it, take it up again.

Each act locks the row first, so that two treasurers cannot book it twice; each booking is a
transaction of its own. What is refused raises ValidationError with a sentence.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import pledging
from .booking import book, give_back
from .matching import match, match_again
from .models import Donation, Donor, StatementRow
from .models.donors import bare_email
from .statements.lines import Reason

State = StatementRow.State


@transaction.atomic
def confirm(row, *, by, **chosen):
    """Book what a row tells of and return the donation.

    For its own match, or for what somebody chose: `pledge=`, `donor=` (None: nobody knows whom it
    came from), `newcomer=True`, a donor who is entered with it, or `refunds=`, the donation that it
    gives back.
    """
    row = _locked_waiting(row)
    if not chosen and row.state == State.UNMATCHED:
        raise ValidationError(_("Nothing matches this row. Choose whom it came from first."))
    chosen = chosen or {"pledge": row.pledge, "refunds": row.refunds}
    try:
        with transaction.atomic():
            donation = _give_back(row, by, **chosen) if row.is_refund else _book(row, by, **chosen)
    except IntegrityError:  # somebody entered it by hand at this moment, or a refund before
        raise ValidationError(_("A donation with this transaction id is booked already.")) from None
    row.donation, row.state = donation, State.BOOKED
    row.pledge, row.refunds = chosen.get("pledge"), donation.reverses
    _settled(row, by, "donation", "pledge", "refunds")
    return donation


def _locked_waiting(row):
    row = StatementRow.objects.select_for_update(of=["self"]).select_related("file").get(pk=row.pk)
    if row.state == State.BOOKED:
        raise ValidationError(_("This row is booked already."))
    if row.state == State.LEFT_OUT:
        raise ValidationError(_("This row was discarded. Take it up again first."))
    return row


def _settled(row, by, *changed):
    row.settled_by, row.settled_at = by, timezone.now()
    row.save(update_fields=["state", "settled_by", "settled_at", *changed])


def _book(row, by, pledge=None, donor=None, newcomer=False, **_others):
    facts = {
        "by": by,
        "received_on": row.day,
        "amount": row.amount,
        "currency": row.currency,
        "fee": row.fee,
        "transaction_id": row.transaction_id or None,
        "method": row.file.method,
        "slip": row.slip,
    }
    if newcomer:
        donor = Donor.objects.create(**newcomer_in(row))
    if pledge is None:
        return book(**facts, donor=donor)
    instalment = pledging.instalment_for(pledge, row.day)
    return book(**facts, instalment=instalment, **({} if instalment else {"donor": pledge.donor}))


def newcomer_in(row):
    """Return the fields of the Donor whom a row makes known: name and address, unproved.

    Raises ValidationError when it names nobody.
    """
    if not row.payer:
        raise ValidationError(_("The statement names nobody. Book it without a donor."))
    return {"name": row.payer[:120], "email": bare_email(row.email)}


def _give_back(row, by, refunds=None, **_others):
    if refunds is None:
        raise ValidationError(
            _("Nobody knows which donation this gives back. Book that one first, or discard this.")
        )
    if refunds.currency != row.currency:
        raise ValidationError(_("The donation has another currency. Choose the right one."))
    return give_back(
        refunds,
        -row.amount,
        cause=Donation.Cause.CHARGEBACK if row.is_called_back else Donation.Cause.REFUND,
        by=by,
        on=row.day,
        fee=row.fee,
        transaction_id=row.transaction_id or None,
    )


@dataclass
class Confirmed:
    """What came of confirming many rows; `refused` holds (row, sentences)."""

    booked: int = 0
    refused: list = field(default_factory=list)


def confirm_all(rows, *, by):
    """Book matched rows, each by itself: one that cannot be booked holds up no other.

    Gifts go before refunds, for a refund may give back what is only now booked.
    """
    done = Confirmed()
    gifts = rows.matched().filter(amount__gt=0).order_by("file", "number", "pk")
    _confirm_each(gifts, by, done)
    match_again(rows.unmatched_refunds())
    refunds = rows.matched().filter(amount__lt=0).order_by("file", "number", "pk")
    _confirm_each(refunds, by, done)
    return done


def _confirm_each(rows, by, done):
    for row in list(rows.select_related("pledge")):
        try:
            confirm(row, by=by)
        except ValidationError as refusal:
            done.refused.append((row, refusal.messages))
        else:
            done.booked += 1


@transaction.atomic
def discard(rows, *, why, by):
    """Leave waiting rows out in the words of who decides; return how many."""
    waiting = rows.waiting().select_for_update(of=["self"]).values_list("pk", flat=True)
    return StatementRow.objects.filter(pk__in=list(waiting)).update(
        state=State.LEFT_OUT,
        reason=Reason.BY_HAND,
        reason_text=why,
        pledge=None,
        refunds=None,
        settled_by=by,
        settled_at=timezone.now(),
    )


@transaction.atomic
def take_up(row, *, by):
    """Let a row that was left out wait again, with whatever match it has now."""
    row = StatementRow.objects.select_for_update(of=["self"]).get(pk=row.pk)
    if row.state != State.LEFT_OUT:
        raise ValidationError(_("This row was not discarded."))
    if not row.can_be_taken_up:
        raise ValidationError(_("This row tells of no money that came, so it cannot count."))
    row.reason = row.reason_text = ""
    match([row])
    _settled(row, by, "reason", "reason_text", "pledge", "refunds")
