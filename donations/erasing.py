"""What we know of a donor, all of it: handed out on request, and forgotten.

Erasing blanks words and keeps figures: every sum stays the same to the cent, and nobody can tell
any more whose gift it was.
"""

import json
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, ProtectedError, Q
from django.utils import timezone

from correspondence.letters import LETTERS
from correspondence.models import OutgoingEmail

from .models import (
    Donation,
    Donor,
    Instalment,
    LostLink,
    NameOnWall,
    Pledge,
    PledgeLine,
    Receipt,
    StatementRow,
)

BLANK = {
    "name": "",
    "email": "",
    "email_proved_at": None,
    "address": "",
    "country": "",
    "public_name": "",
    "shown": Donor.Shown.NOTHING,
    "may_write": False,
    "note": "",
}


# Handed out


def all_about(donor):
    """Return everything that is kept about a donor, as JSON text. About ten queries."""
    facts = {
        "donor": _fields(donor, *BLANK, "language", "created_at"),
        "earlier": [
            _fields(version, "history_date", *BLANK) for version in donor.history.order_by("pk")
        ],
        "pledges": [_pledge(pledge) for pledge in donor.pledges.order_by("pk")],
        "donations": [_donation(gift) for gift in _gifts_of(donor)],
        "receipts": [
            _fields(receipt, "issued_on", "reissued_on", "void_on", "amount")
            | {"number": str(receipt)}
            for receipt in Receipt.objects.filter(donation__donor=donor).order_by("pk")
        ],
        "statements": [
            _fields(row, "day", "amount", "currency", "payer", "email", "note", "transaction_id")
            for row in _statement_rows_of(donor).order_by("pk")
        ],
        "letters": [
            _fields(mail, "queued_at", "letter", "subject", "recipients", "state")
            for mail in _mails_of(donor).order_by("pk")
        ],
    }
    return json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _fields(row, *names):
    return {name: getattr(row, name) for name in names}


def _pledge(pledge):
    lines = list(pledge.lines.with_place().order_by("pk"))
    facts = _fields(pledge, "reference", "state", "rhythm", "currency", "message", "language")
    moments = _fields(pledge, "made_at", "confirmed_at", "ended_at")
    promised = {
        "lines": [str(line) for line in lines if line.until is None],
        "lines_before": [str(line) for line in lines if line.until is not None],
    }
    return facts | moments | promised


def _donation(gift):
    facts = _fields(gift, "received_on", "amount", "currency", "fee", "goods", "transaction_id")
    counts_for = [allocation.purpose for allocation in gift.allocations.all()]
    return facts | _fields(gift, "cause", "note", "thanked_on") | {"for": counts_for}


def _gifts_of(donor):
    gifts = donor.donations.order_by("received_on", "pk")
    return gifts.prefetch_related(
        "allocations__need__supply", "allocations__need__campaign", "allocations__campaign"
    )


def _addresses_of(donor):
    return {donor.email, *donor.history.values_list("email", flat=True)} - {""}


def _statement_rows_of(donor):
    """Return the rows of bank statements by which a donor paid, or that name an address of theirs."""
    theirs = Q(pledge__donor=donor) | Q(donation__donor=donor) | Q(refunds__donor=donor)
    for address in _addresses_of(donor):
        theirs |= Q(email__iexact=address)
    return StatementRow.objects.filter(pk__in=StatementRow.objects.filter(theirs).values("pk"))


def _mails_of(donor):
    """Return the e-mails to a donor, or about what the donor promised and gave."""
    found = Q(recipients__overlap=list(_addresses_of(donor)))
    rows = {
        Donor: [donor.pk],
        Pledge: Pledge.objects.filter(donor=donor).values("pk"),
        Instalment: Instalment.objects.filter(pledge__donor=donor).values("pk"),
        Donation: Donation.objects.filter(donor=donor).values("pk"),
    }
    for name, (model, _write) in LETTERS.items():
        if model in rows:
            found |= Q(letter=name, about__in=rows[model])
    return OutgoingEmail.objects.filter(found)


# Forgotten


@transaction.atomic
def erase(donor):
    """Forget who a donor was. What still waits to be sent is not sent; private links end.

    Pledges stand as they were, so that no number moves, and lapse when their time has come.
    """
    donor = Donor.objects.select_for_update().get(pk=donor.pk)
    if donor.erased_at:
        return donor
    LostLink.objects.filter(email__in=_addresses_of(donor)).delete()
    _mails_of(donor).erase()
    _statement_rows_of(donor).erase()
    donor.pledges.update(message="", token_version=F("token_version") + 1)
    PledgeLine.objects.filter(pledge__donor=donor).update(comes="")
    Donation.objects.filter(donor=donor).exclude(note="").update(note="")
    NameOnWall.objects.filter(donor=donor).delete()
    # Not save(): it would write one more version, and the history goes too.
    Donor.objects.filter(pk=donor.pk).update(**BLANK, erased_at=timezone.now())
    donor.history.all().delete()
    donor.refresh_from_db()
    about = ContentType.objects.get_for_model(Donor)
    LogEntry.objects.filter(content_type=about, object_id=donor.pk).update(object_repr=str(donor))
    return donor


# Kept no longer than the settings say


def purge():
    """Apply the periods of the settings; return how many of what were forgotten."""
    return {
        "unconfirmed pledges": _each(_unconfirmed(), _forget_pledge),
        "lines of statements": _old_statement_rows().erase(),
        "donors": _each(_long_gone(), erase),
    }


def _each(rows, act):
    """Act on each row by itself, so that one in trouble holds up no other. Return how many."""
    count = 0
    for row in rows:
        with suppress(ProtectedError):  # somebody still has to decide about what names it
            count += bool(act(row))
    return count


def _unconfirmed():
    limit = timezone.now() - timedelta(days=settings.UNCONFIRMED_KEEP_DAYS)
    return Pledge.objects.filter(confirmed_at=None, made_at__lt=limit)


@transaction.atomic
def _forget_pledge(pledge):
    """Delete a promise that never counted, with its donor if that is all we know of them."""
    rows = Pledge.objects.select_for_update().filter(pk=pledge.pk, confirmed_at=None)
    pledge = rows.first()
    if pledge is None:
        return False
    letters = [name for name, (model, _write) in LETTERS.items() if model is Pledge]
    OutgoingEmail.objects.about_rows(letters, [pledge.pk]).erase()
    pledge.lines.all().delete()
    donor = pledge.donor
    pledge.delete()
    if not (donor.pledges.exists() or donor.donations.exists() or donor.merges.exists()):
        donor.vanish()
    return True


def _old_statement_rows():
    """Return settled rows that still tell who paid, of statements taken in long ago."""
    limit = timezone.now() - timedelta(days=settings.STATEMENT_WORDS_KEEP_DAYS)
    settled = StatementRow.objects.exclude(state__in=StatementRow.WAITING)
    silent = Q(payer="", email="", note="", reason_text="")
    return settled.filter(file__imported_at__lt=limit).exclude(silent)


def _long_gone():
    """Return donors of whom nothing has been heard for the years that the law asks books for."""
    limit = timezone.localdate() - timedelta(days=365 * settings.DONOR_KEEP_YEARS)
    heard = Donation.objects.filter(received_on__gte=limit).values("donor")
    awaited = Pledge.objects.filter(
        Q(made_at__date__gte=limit) | ~Q(state__in=Pledge.OVER) | Q(ended_at__date__gte=limit)
    ).values("donor")
    known = Donor.objects.filter(erased_at=None, created_at__date__lt=limit)
    return known.exclude(pk__in=heard.exclude(donor=None)).exclude(pk__in=awaited)
