"""How a gift gets its receipt, and how that ends. Nothing but these acts writes receipts.

A receipt for a wrong gift is never mended: the gift is taken back, which makes the receipt void,
and its number stays taken.
"""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Donation, Receipt
from .years import fiscal_year


@transaction.atomic
def issue(donation, *, by):
    """Return the gift's receipt, with the next number of the year if it had none.

    Raises ValidationError when nothing was left to confirm, or nobody to confirm it to.
    """
    gifts = Donation.objects.select_for_update(of=["self"])  # nobody takes it back meanwhile
    donation = gifts.select_related("donor").get(pk=donation.pk)
    if valid := donation.receipts.valid().first():
        return valid
    amount = _confirmed_amount(donation)
    today = timezone.localdate()
    year = fiscal_year(today)
    return Receipt.objects.create(
        year=year,
        number=_next_number(year),
        donation=donation,
        amount=amount,
        issued_on=today,
        issued_by=by,
    )


def _confirmed_amount(donation):
    """Return what is left of the gift, None for goods."""
    if donation.reverses_id:
        raise ValidationError(_("This row takes a gift back: there is no receipt for it."))
    if not (donation.donor and donation.donor.name):
        raise ValidationError(_("A receipt is made out to a name. Enter the donor's name first."))
    kept = Donation.objects.with_kept().values_list("kept", flat=True).get(pk=donation.pk)
    if kept == 0 or (kept is None and donation.reversals.exists()):
        raise ValidationError(_("Nothing is left of this gift, so there is no receipt for it."))
    return kept


def _next_number(year):
    """Return the number after the last one. The lock holds until the row is committed.

    A sequence of the database would leave a gap whenever a transaction fails.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE donations_receipt IN SHARE ROW EXCLUSIVE MODE")
    last = Receipt.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def reissue(receipt):
    """Note that a receipt was issued once more, under its number; ValidationError when void."""
    receipt = Receipt.objects.select_for_update(of=["self"]).get(pk=receipt.pk)
    if receipt.void_on:
        raise ValidationError(
            _("Receipt %(number)s is void. Issue a new one for what is left of the gift.")
            % {"number": receipt}
        )
    receipt.reissued_on = timezone.localdate()
    receipt.save(update_fields=["reissued_on"])
    return receipt


def void_receipt(donation, cause):
    """Let the receipt of a gift prove nothing any more, in the transaction that takes it back."""
    valid = Receipt.objects.valid().filter(donation=donation)
    valid.update(void_on=timezone.localdate(), void_cause=cause)


def receipts_of(pledge):
    """Return the receipts of what came for a pledge, the newest first. One query."""
    return Receipt.objects.filter(donation__instalment__pledge=pledge).select_related("donation")
