"""What is left of a promise, and how it leaves the ledgers of needs."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns import posting
from campaigns.models import Entry
from campaigns.quantities import Unit

from .models import Allocation, Instalment, Pledge, PledgeEntry
from .models.gifts import converted

NOTHING = Decimal(0)


def left_of(instalment):
    """Return {line: how much of it is still to come}, in what the line promises. Two queries.

    Money is in the pledge's currency, goods in the unit of their need.
    """
    settled = dict(
        Allocation.objects.filter(donation__instalment=instalment, line__isnull=False)
        .order_by()
        .values_list("line")
        .annotate(Sum("settles"))
    )
    lines = instalment.pledge.lines.of_instalment(instalment.number).with_place().order_by("pk")
    return {line: line.promised - settled.get(line.pk, NOTHING) for line in lines}


def awaited_of(pledge):
    """Return what `left_of()` tells of the instalment that is open; without one, all of a time.

    Three queries at most.
    """
    if waiting := pledge.instalments.open().in_order().first():
        waiting.pledge = pledge
        return {line: left for line, left in left_of(waiting).items() if left > 0}
    return {line: line.promised for line in pledge.lines.standing().with_place().order_by("pk")}


def standing_of(line, instalment):
    """Return (quantity, money) that the line still has in the ledger of its need. One query."""
    rows = PledgeEntry.objects.filter(line=line, instalment=instalment)
    sums = rows.aggregate(quantity=_standing("entry__quantity"), amount=_standing("entry__amount"))
    return sums["quantity"], sums["amount"]


def _standing(of):
    def total(kind):
        return Coalesce(Sum(of, filter=Q(entry__kind=kind)), NOTHING)

    return total(Entry.Kind.PLEDGED) - total(Entry.Kind.RELEASED)


def release(instalment):
    """Let all that is still to come of an instalment leave the ledgers."""
    for line in counted_lines(instalment):
        release_line(line, instalment)


def counted_lines(instalment):
    """Return the lines of an instalment that stand in ledgers, and lock the needs of these."""
    lines = instalment.pledge.lines.of_instalment(instalment.number).with_place()
    lines = list(lines.filter(need__isnull=False).order_by("pk"))
    posting.lock([line.need for line in lines])
    return lines


def release_line(line, instalment, *, share=Decimal(1), by=None, allocation=None):
    """Let a share of what a line still has in the ledger leave it."""
    quantity, amount = standing_of(line, instalment)
    if share < 1:
        amount = converted(amount, share, line.pledge.currency)
        quantity = amount if line.need.is_money else _part(quantity, share, line)
    if not quantity and not amount:
        return
    has_money = line.amount is not None
    entry = posting.post(
        line.need,
        Entry.Kind.RELEASED,
        quantity,
        on=timezone.localdate(),
        by=by,
        amount=amount if has_money else None,
        currency=line.pledge.currency if has_money else "",
        of_donation=True,
    )
    PledgeEntry.objects.create(entry=entry, line=line, instalment=instalment, allocation=allocation)


def _part(quantity, share, line):
    """Return a share of a quantity: of pieces whole ones, of what money buys parts too."""
    whole = line.in_kind and line.need.unit != Unit.KG
    return (quantity * share).quantize(Decimal(1 if whole else "0.001"), ROUND_HALF_UP)


def settle(instalment):
    """Let an instalment and its pledge say how much of them came. The pledge must be locked."""
    left = left_of(instalment)
    state = _state_of(instalment, left)
    if state != instalment.state:
        instalment.state = state
        instalment.save(update_fields=["state"])
    pledge = instalment.pledge
    if not pledge.is_monthly:
        _settle_pledge(pledge, instalment)


def _state_of(instalment, left):
    State = Instalment.State
    gifts = Allocation.objects.filter(donation__instalment=instalment)
    if all(rest <= 0 for rest in left.values()):
        more = gifts.filter(line=None).aggregate(sum=Sum("amount"))["sum"]
        return State.OVERPAID if more else State.PAID
    if instalment.left_at:
        return State.CANCELLED if instalment.state == State.CANCELLED else State.MISSED
    came = gifts.filter(line__isnull=False).aggregate(sum=Sum("settles"))["sum"]
    return State.PARTLY if came else State.OPEN


def _settle_pledge(pledge, instalment):
    """A pledge of one time is as far as its instalment."""
    State, Of = Pledge.State, Instalment.State
    state = {
        Of.OPEN: State.CONFIRMED,
        Of.PARTLY: State.PARTLY,
        Of.PAID: State.FULFILLED,
        Of.OVERPAID: State.FULFILLED,
        Of.MISSED: State.LAPSED,
        Of.CANCELLED: State.CANCELLED,
    }[instalment.state]
    if state != pledge.state:
        pledge.state = state
        pledge.ended_at = (pledge.ended_at or timezone.now()) if pledge.is_over else None
        pledge.save(update_fields=["state", "ended_at"])
