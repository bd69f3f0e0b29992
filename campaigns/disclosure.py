"""What the public may know of deliveries: late, by month and region, and never of a few alone.

One function, `tell`, decides it for page, feed, file and chart alike. Of a need it tells the
deliveries up to the end of the last month that is older than the campaign's delay. Months follow
one another until together they hold enough; within such a period a region is named when its own
part is large enough, and the rest is "other regions", to which the smallest named ones are added
until nothing small can be found by subtracting. What is still too little is not told at all, and
nothing on the page depends on it: that is why a public figure says "at least".
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from news.models import Article

from .models import Entry, Need, Region
from .quantities import Unit

KG_A_PERSON = Decimal(15)  # of rice in a month, at the 500 g a day of the NGO's own formula


@dataclass(frozen=True)
class Delivery:
    """What was delivered of one need in one or several months; `region` is None for the others."""

    need: Need
    first_month: date
    last_month: date
    region: Region | None
    quantity: Decimal
    people: int | None


@dataclass
class Numbers:
    """The four numbers of a need in its unit, and the days up to which they are true."""

    need: Need
    pledged: Decimal
    received: Decimal
    delivered: Decimal
    delivered_until: date
    deliveries: list

    @property
    def needed(self):
        return self.need.target

    @property
    def remaining(self):
        """What has still to be given; nothing when more came than was asked for."""
        return max(self.need.target - self.received, Decimal(0))


def tell(campaigns):
    """Return {campaign id: [Numbers, in the order of its needs]}. Three queries for all of them."""
    campaigns = {campaign.pk: campaign for campaign in campaigns}
    needs = (
        Need.objects.filter(campaign__in=campaigns)
        .select_related("supply", "supply__photo")
        .with_quantities()
        .order_by("position", "pk")
    )
    cells = _cells(campaigns.values())
    regions = Region.objects.in_bulk({cell.region for found in cells.values() for cell in found})
    told = {pk: [] for pk in campaigns}
    for need in needs:
        need.campaign = campaigns[need.campaign_id]
        until = last_day_told(need.campaign)
        deliveries = [
            Delivery(
                need, cell.first, cell.last, regions.get(cell.region), cell.quantity, cell.people
            )
            for cell in _told(cells[need.pk], need)
        ]
        delivered = sum((delivery.quantity for delivery in deliveries), Decimal(0))
        told[need.campaign_id].append(
            Numbers(need, need.pledged, need.received, delivered, until, deliveries)
        )
    return told


def last_day_told(campaign):
    """Return the end of the last month that lies at least the campaign's delay back."""
    newest = timezone.localdate() - timedelta(days=campaign.delay_days)
    return (newest + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def reports_on(campaign):
    """Return the public articles that entries old enough to be told name. One query."""
    entries = Entry.objects.standing().filter(
        need__campaign=campaign, happened_on__lte=last_day_told(campaign)
    )
    articles = Article.objects.published().filter(pk__in=entries.values("detail__report"))
    return articles.for_list().newest_first()


@dataclass
class Cell:
    """Deliveries of some months to one region (its id), or to several (None)."""

    first: date
    last: date
    region: int | None
    quantity: Decimal
    people: int | None  # None when not known of all

    def size(self, unit):
        """Return for how many people this is at most, so that small numbers can be told from large."""
        pieces = self.quantity / KG_A_PERSON if unit == Unit.KG else self.quantity
        return pieces if self.people is None else min(pieces, self.people)

    def with_others(self, other):
        people = None if None in (self.people, other.people) else self.people + other.people
        return Cell(
            min(self.first, other.first),
            max(self.last, other.last),
            self.region if self.region == other.region else None,
            self.quantity + other.quantity,
            people,
        )


def _cells(campaigns):
    """Return {need id: cells of one month and region, oldest first} that are old enough. One query.

    A reversal stands where the line stands that it takes back.
    """
    old_enough = Q(pk__in=[])
    for campaign in campaigns:
        old_enough |= Q(need__campaign=campaign, happened_on__lte=last_day_told(campaign))
    standing = Q(reverses=None, reversed_by=None)
    rows = (
        Entry.objects.filter(old_enough, kind=Entry.Kind.DELIVERED)
        .values("need", month=TruncMonth("happened_on"))
        .annotate(
            region=Coalesce("reverses__detail__region", "detail__region"),
            quantity=Sum("quantity"),
            people=Sum("detail__people_reached", filter=standing),
            unknown=Count("pk", filter=standing & Q(detail__people_reached=None)),
        )
        .order_by("month", "region")
    )
    cells = defaultdict(list)
    for row in rows:
        if row["quantity"]:
            people = None if row["unknown"] else row["people"]
            cell = Cell(row["month"], row["month"], row["region"], row["quantity"], people)
            cells[row["need"]].append(cell)
    return cells


def _told(cells, need):
    """Return the cells that may be told, oldest first, none of them small."""
    told, waiting = [], []
    months = defaultdict(list)
    for cell in cells:
        months[cell.first].append(cell)
    for month in sorted(months):
        waiting += months[month]
        if sum(cell.size(need.unit) for cell in waiting) >= need.campaign.smallest_told:
            told += _folded(waiting, need)
            waiting = []
    return told


def _folded(cells, need):
    """Return the cells of one period by region; the small ones together, and never alone."""
    by_region = {}
    for cell in cells:
        known = by_region.get(cell.region)
        by_region[cell.region] = known.with_others(cell) if known else cell
    period = min(cell.first for cell in cells), max(cell.last for cell in cells)
    named = [Cell(*period, c.region, c.quantity, c.people) for c in by_region.values() if c.region]
    named.sort(key=lambda cell: (cell.size(need.unit), cell.region))
    others = by_region.get(None)
    if others:
        others = Cell(*period, None, others.quantity, others.people)
    least = need.campaign.smallest_told
    while named and (
        named[0].size(need.unit) < least or (others and others.size(need.unit) < least)
    ):
        smallest = named.pop(0)
        others = others.with_others(smallest) if others else smallest
        others.region = None
    return [*reversed(named), *([others] if others else [])]
