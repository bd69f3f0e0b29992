"""The one way into the ledger: entries are checked against what is in stock and on the way.

Every act locks the need's row first, so that two people cannot dispatch the last ten sets twice.
What is refused raises ValidationError with a sentence that gives the numbers, and writes nothing.
"""

from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .days import check_day
from .models import Entry, EntryDetail, Need
from .models.appeals import IN_STOCK, ON_THE_WAY
from .money import check_money
from .quantities import Unit, plain_number

Kind = Entry.Kind
# A sum of money is promised and given; what was spent of it, the expenses tell.
KINDS_OF_MONEY = {Kind.PLEDGED, Kind.RELEASED, Kind.FUNDED}
MONEY_GOES_WITH = {Kind.PLEDGED, Kind.RELEASED, Kind.FUNDED, Kind.PURCHASED}


@transaction.atomic
def post(
    need,
    kind,
    quantity,
    *,
    on,
    by,
    amount=None,
    currency="",
    slip=None,
    detail=None,
    of_donation=False,
    entered_at=None,
):
    """Enter one line and its detail; return it. Of one `slip` the first line is returned again.

    `quantity` is in the need's unit, `detail` the fields of EntryDetail; `entered_at` is the moment
    of a line that was entered elsewhere before. Five queries.
    """
    need = locked(need)
    facts = {
        "happened_on": on,
        "amount": amount,
        "currency": currency if amount is not None else "",
        "detail": detail,
        "of_donation": of_donation,
    }
    if entered := entered_with(slip, need, kind, quantity, **facts):
        return entered
    check_day(on)
    check_quantity_of(need, kind, quantity, amount)
    if need.is_money and kind not in KINDS_OF_MONEY:
        raise ValidationError(
            _("“%(need)s” is a sum of money, so no goods of it can come or go.") % {"need": need}
        )
    if amount is not None:
        if kind not in MONEY_GOES_WITH:
            raise ValidationError(_("No money goes with this. Enter it as an expense."))
        check_money(amount, currency)
    check_balance(need, kind, quantity)
    return _write(
        need,
        kind,
        quantity,
        entered_by=by,
        **facts,
        **({"slip": slip} if slip else {}),
        **({"entered_at": entered_at} if entered_at else {}),
    )


def check_quantity_of(need, kind, quantity, amount):
    """Raise ValidationError when there cannot be such of this need.

    Money buys parts of pieces too, and of what nobody knows the price of, nothing yet.
    """
    if amount is None or need.is_money or kind not in KINDS_OF_MONEY:
        need.checked(quantity)
    elif quantity < 0:
        raise ValidationError(_("Write a quantity of more than nothing."))


def bought_by(money, unit_cost):
    """Return how much of a need money of its campaign's currency buys; 0 without a price."""
    if unit_cost is None:
        return Decimal(0)
    return (money / unit_cost).quantize(Decimal("0.001"), ROUND_DOWN)


@transaction.atomic
def transfer(need, to, quantity, *, on, by, slip=None, detail=None):
    """Move stock from one need to another of the same supply; return the two lines."""
    locked_needs = {row.pk: row for row in lock([need, to])}
    need, to = locked_needs[need.pk], locked_needs[to.pk]
    facts = {"happened_on": on, "detail": detail}
    if entered := entered_with(
        slip, need, Kind.TRANSFERRED_OUT, quantity, went_to__need=to, **facts
    ):
        return entered, entered.went_to
    if need == to or need.is_money or need.supply_id != to.supply_id:
        raise ValidationError(_("Goods can only go to another need of the same supply."))
    check_day(on)
    need.checked(quantity)
    check_balance(need, Kind.TRANSFERRED_OUT, quantity)
    facts["entered_by"] = by
    left = _write(need, Kind.TRANSFERRED_OUT, quantity, **facts, **({"slip": slip} if slip else {}))
    arrived = _write(to, Kind.TRANSFERRED_IN, quantity, came_from=left, **facts)
    return left, arrived


@transaction.atomic
def reverse(entry, *, by):
    """Take a line back by a further one; of a transfer, both. Return the reversal of `entry`.

    The reversal has the day of the mistake, so that no day's sum keeps it; the moment at which it
    was entered tells the rest.
    """
    pair = [entry, *Entry.objects.filter(went_to=entry), *Entry.objects.filter(came_from=entry)]
    needs = {row.pk: row for row in lock([line.need for line in pair])}
    if entry.reverses_id:
        raise ValidationError(_("This line is itself a reversal. Enter the right line anew."))
    if Entry.objects.filter(reverses=entry).exists():
        raise ValidationError(_("This line has been reversed already."))
    for line in pair:
        check_balance(needs[line.need_id], line.kind, -line.quantity)
    written = [
        _write(
            needs[line.need_id],
            line.kind,
            -line.quantity,
            happened_on=line.happened_on,
            entered_by=by,
            amount=None if line.amount is None else -line.amount,
            currency=line.currency,
            reverses=line,
            of_donation=line.of_donation,
        )
        for line in pair
    ]
    return written[0]


def locked(need):
    return lock([need])[0]


def lock(needs):
    """Lock the rows of needs, always in the same order, and return them with what checks ask."""
    rows = Need.objects.select_for_update(of=["self"]).select_related("supply", "campaign")
    return list(rows.filter(pk__in={need.pk for need in needs}).order_by("pk"))


def _write(need, kind, quantity, *, detail=None, **facts):
    entry = Entry.objects.create(need=need, kind=kind, quantity=quantity, **facts)
    EntryDetail.objects.create(entry=entry, **(detail or {}))
    return entry


def entered_with(slip, need, kind, quantity, *, detail=None, **facts):
    """Return the line that the form of this slip entered before, or None. At most one query more.

    A form that is sent again with something else in it is refused: to say "entered" would be a lie.
    """
    before = Entry.objects.filter(slip=slip).first() if slip else None
    if before is None:
        return None
    told = {f"detail__{name}": value for name, value in (detail or {}).items()}
    same = Entry.objects.filter(pk=before.pk, need=need, kind=kind, quantity=quantity)
    if not same.filter(**facts, **told).exists():
        raise ValidationError(
            _("This form was sent already and entered line No. %(number)s. Look at it in the"
              " ledger; for another line open the form anew.") % {"number": before.pk}
        )  # fmt: skip
    return before


def check_balance(need, kind, quantity):
    """Raise ValidationError when the quantity would make a stock negative. One query.

    The need must be locked. A negative quantity is that of a reversal.
    """
    have = Need.objects.with_quantities().get(pk=need.pk)
    if have.in_stock + change(IN_STOCK, kind, quantity) < 0:
        raise ValidationError(_in_stock_sentence(need, kind, quantity, have.in_stock))
    if have.on_the_way + change(ON_THE_WAY, kind, quantity) < 0:
        raise ValidationError(_on_the_way_sentence(need, kind, quantity, have.on_the_way))


def change(kinds, kind, quantity):
    """Return by how much a line changes a balance."""
    adds, takes = kinds
    return quantity * (kind in adds) - quantity * (kind in takes) if quantity else Decimal(0)


def asked(need, quantity):
    """Write a quantity behind another of the same unit: "130" sets, but "66.5 kg"."""
    quantity = abs(quantity)
    return need.text_of(quantity) if need.unit == Unit.KG else plain_number(quantity)


def _in_stock_sentence(need, kind, quantity, have):
    numbers = {"have": need.text_of(have), "asked": asked(need, quantity)}
    if quantity < 0:
        return (
            _("%(have)s are in stock, so %(asked)s cannot be taken back out of it."
              " Reverse first what left the store.") % numbers
        )  # fmt: skip
    return {
        Kind.DISPATCHED: _("%(have)s are in stock, so %(asked)s cannot be dispatched."),
        Kind.LOST_IN_STORE: _("%(have)s are in stock, so %(asked)s cannot be lost there."),
        Kind.TRANSFERRED_OUT: _("%(have)s are in stock, so %(asked)s cannot be transferred."),
    }[kind] % numbers


def _on_the_way_sentence(need, kind, quantity, have):
    numbers = {"have": need.text_of(have), "asked": asked(need, quantity)}
    if quantity < 0:
        return (
            _("%(have)s are on the way, so %(asked)s cannot be taken back from it."
              " Reverse first what arrived, was lost or came back.") % numbers
        )  # fmt: skip
    return {
        Kind.DELIVERED: _("%(have)s are on the way, so %(asked)s cannot be delivered."),
        Kind.LOST_ON_THE_WAY: _("%(have)s are on the way, so %(asked)s cannot be lost there."),
        Kind.RETURNED: _("%(have)s are on the way, so %(asked)s cannot be taken back."),
    }[kind] % numbers
