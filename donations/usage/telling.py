"""Which sums of money and goods the public may be told, and when: never one that leads to a gift.

Once a month, after its end, `tell` adds up what has not been told yet of each cell: of one fiscal
year, purpose and currency. It is told when it is of enough donors, none of whom gave nearly all of
it; what is not waits for later months. Months after a year's end what still waits of its cells is
told in one sum of general funds and other campaigns, if that is of enough donors, and else never.

So what was ever told is a set of sums with no row in common, each of enough donors, and each number
on the page adds up some of them. Whoever keeps yesterday's page can subtract it from today's, a
campaign that was withdrawn from the rest, a refund from the year before: what is left is again a
sum of such sums. This is why they are kept (`ToldSum`) rather than counted anew: a donor who is
learnt late, or two that turn out to be one, would otherwise change what was told before.

Nothing else may depend on a row that waits: no "few gifts", no number of donors. Figures are told
as "at least", up to the end of the last month that was told.

A donor who is not known counts as the same one as all others that are not, and one to whom all of a
sum went back as none. Fees are told for a year and currency as a whole, and only when those without
a fee are none or enough too: what PayPal keeps tells what somebody gave.

Money that was spent is told as late as deliveries are, by the delay of its campaign. Payments for
rescue, shelter and transport lead to people: they are told a few at a time, and small rests of them
without campaign and category.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.disclosure import last_day_older
from campaigns.models import Campaign, Entry, Expense
from campaigns.models.appeals import RECEIVED
from donations.models import Allocation, Donation, Telling, ToldRow, ToldSum
from donations.years import fiscal_year, last_day

FOLDED_AFTER = timedelta(days=90)  # statements of a year's last month are entered long after it
LEAD_TO_PEOPLE = {Expense.Category.RESCUE, Expense.Category.SHELTER, Expense.Category.TRANSPORT}
UNKNOWN = "unknown"  # who gave it: perhaps one person, however many gifts there are
Measure = ToldSum.Measure
AT_ONCE = 5000


@dataclass(frozen=True)
class Cell:
    """What is told by itself, if there is enough of it. Campaign and need are ids."""

    measure: str
    year: int
    currency: str = ""
    campaign: int | None = None
    need: int | None = None
    category: str = ""


@dataclass(frozen=True)
class Row:
    """One row that waits: how much it adds, whom it leads to, and which field of ToldRow it is."""

    party: object
    amount: Decimal
    kind: str
    pk: int


def last_month_over():
    """Return the last day of the month before this one."""
    return timezone.localdate().replace(day=1) - timedelta(days=1)


@transaction.atomic
def tell():
    """Tell what may be told at the end of the last month. Returns the Telling; None when it was."""
    telling, is_new = Telling.objects.get_or_create(
        until=last_month_over(), defaults={"made_on": timezone.localdate()}
    )
    if not is_new:
        return None
    waiting = rows_waiting(telling)
    for cell in [cell for cell, rows in waiting.items() if is_enough(cell, rows)]:
        _keep(telling, cell, waiting.pop(cell))
    for cells in _small_cells_of_past_years(waiting, telling.until):
        together = [row for cell in cells for row in waiting[cell]]
        if is_enough(cells[0], together):
            for cell in cells:
                _keep(telling, cell, waiting[cell], folded=True)
    return telling


@transaction.atomic
def tell_anew():
    """Forget what was told and tell all of it at once. Old pages can be subtracted from it."""
    for model in (ToldRow, ToldSum, Telling):
        model.objects.all().delete()
    return tell()


def rows_waiting(telling):
    """Return {cell: rows that are old enough and were never told}. Five queries."""
    waiting = defaultdict(list)
    for source in (_gifts, _fees, _payments, _units):
        for cell, row in source(telling):
            waiting[cell].append(row)
    return waiting


def _gifts(telling):
    """Allocations are what says for which campaign money was given."""
    rows = Allocation.objects.filter(told=None, amount__isnull=False).values_list(
        "pk",
        "amount",
        "donation__currency",
        "donation__donor",
        Coalesce("changed_on", "donation__received_on"),
        Coalesce("campaign", "need__campaign"),
    )
    for pk, amount, currency, donor, day, campaign in rows.iterator(AT_ONCE):
        if day <= telling.until:
            cell = Cell(Measure.RECEIVED, fiscal_year(day), currency, campaign)
            yield cell, Row(donor or UNKNOWN, amount, "allocation", pk)


def _fees(telling):
    money = Donation.objects.filter(
        told_fee=None, amount__isnull=False, received_on__lte=telling.until
    )
    rows = money.values_list("pk", "fee", "currency", "donor", "received_on")
    for pk, fee, currency, donor, day in rows.iterator(AT_ONCE):
        cell = Cell(Measure.FEES, fiscal_year(day), currency)
        yield cell, Row(donor or UNKNOWN, fee, "donation", pk)


def _payments(telling):
    ours = Campaign._meta.get_field("delay_days").default  # of what is paid from general funds
    rows = Expense.objects.filter(told=None).values_list(
        "pk",
        "amount",
        "currency",
        "category",
        "campaign",
        "spent_on",
        Coalesce("campaign__delay_days", ours),
        Coalesce("reverses", "pk"),
    )
    for pk, amount, currency, category, campaign, day, delay, payment in rows.iterator(AT_ONCE):
        if day <= spent_until(telling, delay):
            cell = Cell(Measure.SPENT, fiscal_year(day), currency, campaign, None, category)
            yield cell, Row(payment, amount, "expense", pk)


def spent_until(telling, delay_days):
    """Return the last day of which payments were told, of campaigns that wait so long."""
    return min(telling.until, last_day_older(delay_days, telling.made_on))


def _units(telling):
    """Goods, and what money was worth in goods. A line without a gift stands for its own giver."""
    came, _took = RECEIVED
    entries = Entry.objects.filter(
        told=None, kind__in=came, need__supply__isnull=False, happened_on__lte=telling.until
    ).exclude(quantity=0)
    rows = entries.values_list(
        "pk",
        "quantity",
        "need",
        "need__campaign",
        "happened_on",
        Coalesce("reverses", "pk"),
        "allocation",
        "allocation__donation__donor",
    )
    for pk, quantity, need, campaign, day, line, gift, donor in rows.iterator(AT_ONCE):
        party = donor or (UNKNOWN if gift else ("line", line))
        cell = Cell(Measure.UNITS, fiscal_year(day), "", campaign, need)
        yield cell, Row(party, quantity, "entry", pk)


def is_enough(cell, rows):
    """Whether the sum of these rows leads to nobody."""
    sums = defaultdict(Decimal)
    for row in rows:
        sums[row.party] += row.amount
    parts = sorted((abs(part) for part in sums.values() if part), reverse=True)
    if cell.measure == Measure.SPENT:
        return len(parts) >= (
            settings.USAGE_FEWEST_PAYMENTS if cell.category in LEAD_TO_PEOPLE else 1
        )
    if len(parts) < settings.USAGE_FEWEST_DONORS:
        return False
    if cell.measure == Measure.FEES:
        without = len(sums) - len(parts)
        return without == 0 or without >= settings.USAGE_FEWEST_DONORS
    return sum(parts[2:]) * 100 >= parts[0] * settings.USAGE_REST_PERCENT


def _small_cells_of_past_years(waiting, until):
    """Return the cells that may be told only with each other: lists of one year and currency."""
    together = defaultdict(list)
    for cell in waiting:
        is_small = cell.measure == Measure.RECEIVED or cell.category in LEAD_TO_PEOPLE
        if is_small and last_day(cell.year) + FOLDED_AFTER <= until:
            together[cell.measure, cell.year, cell.currency].append(cell)
    return list(together.values())


def _keep(telling, cell, rows, *, folded=False):
    """Remember a sum and its rows."""
    told = ToldSum.objects.create(
        telling=telling,
        measure=cell.measure,
        year=cell.year,
        currency=cell.currency,
        campaign_id=cell.campaign,
        need_id=cell.need,
        category=cell.category,
        folded=folded,
        amount=sum(row.amount for row in rows),
    )
    ToldRow.objects.bulk_create(
        (ToldRow(told=told, **{f"{row.kind}_id": row.pk}) for row in rows), batch_size=AT_ONCE
    )
