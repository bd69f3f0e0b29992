"""The figures of one fiscal year: the rows that page, CSV and JSON alike are made of.

Money and goods that came are what `telling` chose; what was delivered and lost is what
`campaigns.disclosure` tells of deliveries, in the year in which each period of it ends. Currencies
and units are never added to each other.

Only published campaigns are named. The rest stands with the general funds, under one heading that
is always there: whether a campaign is being prepared or was withdrawn cannot be read from it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min, Q, Sum
from django.utils import timezone

from campaigns.days import EARLIEST
from campaigns.disclosure import last_day_told, tell_moves
from campaigns.models import Campaign, Entry, Need
from donations.models import Telling, ToldSum
from donations.models.usage import VARIOUS
from donations.years import first_day, fiscal_year, last_day

from .telling import spent_until

Measure = ToldSum.Measure
DELIVERED = [Entry.Kind.DELIVERED]
LOST = [Entry.Kind.LOST_IN_STORE, Entry.Kind.LOST_ON_THE_WAY]


@dataclass(frozen=True)
class Figure:
    """One number. Without campaign it is of general funds and other campaigns; `value` is in
    `unit`, a currency or the unit of a supply, and true of what became known up to a day."""

    measure: str
    campaign: Campaign | None
    need: Need | None
    category: str
    unit: str
    value: Decimal
    until: date


def years():
    """Return the fiscal years that have a page, newest first. Two queries."""
    told = ToldSum.objects.aggregate(first=Min("year"))["first"]
    starts = Campaign.objects.published().aggregate(first=Min("starts_on"))["first"]
    this_year = fiscal_year(timezone.localdate())
    first = min(told or this_year, fiscal_year(starts) if starts else this_year)
    first = max(first, fiscal_year(EARLIEST))
    return range(this_year, first - 1, -1)


def figures_of(year):
    """Return the year's figures: campaigns, newest first, then general funds. Six queries."""
    telling = Telling.objects.first()
    sums = list(_sums(year))
    campaigns = {campaign.pk: campaign for campaign in _campaigns(year, sums)}
    found = [*_money(year, telling, sums, campaigns), *_goods(year, telling, sums, campaigns)]
    order = {pk: number for number, pk in enumerate(campaigns)}
    return sorted(found, key=lambda one: order[one.campaign.pk] if one.campaign else len(order))


def _sums(year):
    told = ToldSum.objects.filter(year=year).order_by("measure", "currency", "category")
    cells = told.values("measure", "campaign", "need", "category", "currency", "folded")
    return cells.annotate(sum=Sum("amount"))


def _campaigns(year, sums):
    """The published campaigns that were going on in a year, or of which money is told."""
    with_money = {row["campaign"] for row in sums if not row["folded"] and row["campaign"]}
    was_on = Q(starts_on__lte=last_day(year)) & (Q(ends_on=None) | Q(ends_on__gte=first_day(year)))
    rows = Campaign.objects.published().for_list().filter(was_on | Q(pk__in=with_money))
    return rows.order_by("-starts_on", "-pk")


def _money(year, telling, sums, campaigns):
    """Add up what stands under one heading."""
    added = {}
    for row in sums:
        if row["measure"] == Measure.UNITS:
            continue
        campaign = None if row["folded"] else campaigns.get(row["campaign"])
        category = VARIOUS if row["folded"] and row["category"] else row["category"]
        key = row["measure"], campaign, category, row["currency"]
        added[key] = added.get(key, 0) + row["sum"]
    for (measure, campaign, category, currency), amount in added.items():
        delay = (campaign or Campaign()).delay_days
        until = spent_until(telling, delay) if measure == Measure.SPENT else telling.until
        until = min(until, last_day(year))
        yield Figure(f"money_{measure}", campaign, None, category, currency, amount, until)


def _goods(year, telling, sums, campaigns):
    needs = list(
        Need.objects.filter(campaign__in=campaigns, supply__isnull=False)
        .select_related("supply")
        .order_by("position", "pk")
    )
    for need in needs:
        need.campaign = campaigns[need.campaign_id]
    came = {row["need"]: row["sum"] for row in sums if row["measure"] == Measure.UNITS}
    delivered, lost = (tell_moves(needs, kinds) for kinds in (DELIVERED, LOST))
    for need in needs:
        day = min(last_day_told(need.campaign), last_day(year))
        facts = [
            ("received", came.get(need.pk), telling and min(telling.until, last_day(year))),
            ("delivered", _moved(delivered[need.pk], year), day),
            ("lost", _moved(lost[need.pk], year), day),
        ]
        facts = [fact for fact in facts if fact[1]]
        if facts or was_on(need.campaign, year):
            facts.insert(0, ("needed", need.target, timezone.localdate()))
        for measure, number, until in facts:
            yield Figure(f"goods_{measure}", need.campaign, need, "", need.unit, number, until)


def was_on(campaign, year):
    """The rule of `_campaigns`, for one row in hand."""
    has_ended = campaign.ends_on is not None and campaign.ends_on < first_day(year)
    return campaign.starts_on <= last_day(year) and not has_ended


def _moved(cells, year):
    """Return how much the periods that end in a year hold."""
    return sum((cell.quantity for cell in cells if fiscal_year(cell.last) == year), Decimal(0))
