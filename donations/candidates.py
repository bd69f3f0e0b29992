"""Whom money of a statement may have come from, for whoever decides it by hand."""

from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from .models import Donation, Donor, Pledge, StatementRow
from .references import read_reference

MOST = 20  # of each kind; who is not among them is asked for by name


@dataclass
class Candidates:
    pledges: list
    donors: list
    gifts: list


def candidates(row, asked=""):
    """Return whom a row may have come from, or what it gives back. At most three queries.

    Without a question: who has the payer's address or name, or was the payer of an earlier row.
    """
    if row.is_refund:
        return Candidates([], [], gifts_for(row, asked))
    donors = list(Donor.objects.filter(_is_meant(row, asked), erased_at=None)[:MOST])
    code = read_reference(asked)
    pledges = Pledge.objects.filter(Q(donor__in=donors) | Q(reference=code))
    return Candidates(list(_open_first(pledges)[:MOST]), donors, [])


def _is_meant(row, asked):
    if asked:
        return Q(name__icontains=asked) | Q(email=asked.lower())
    earlier = StatementRow.objects.booked().filter(payer=row.payer)
    meant = Q(pk__in=earlier.values("donation__donor")) | Q(name__iexact=row.payer)
    meant = meant if row.payer else Q(pk=None)
    return meant | Q(email=row.email.lower()) if row.email else meant


def _open_first(pledges):
    is_open = Case(When(state__in=Pledge.OPEN, then=Value(0)), default=Value(1))
    return pledges.select_related("donor").order_by(is_open, "-pk")


def gifts_for(row, asked):
    """Return gifts that a refund may give back: of its currency and large enough. One query."""
    gifts = Donation.objects.gifts().filter(currency=row.currency, amount__gte=-row.amount)
    if asked:
        named = Q(transaction_id=asked) | Q(donor__name__icontains=asked)
        gifts = gifts.filter(named | Q(donor__email=asked.lower()))
    elif row.email:
        gifts = gifts.filter(donor__email=row.email.lower())
    return list(gifts.select_related("donor").order_by("-received_on", "-pk")[:MOST])
