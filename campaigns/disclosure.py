"""What the public may know of deliveries: late, by month and region, and never of a few alone.

One function, `tell`, decides it for page, list, feed, file and search engines alike. Of a need it
tells the deliveries up to the end of the last month that is older than the campaign's delay.
Months follow one another until together they hold enough; within such a period a region is named
when its own part is large enough, and the rest is "other regions", to which the smallest named
ones are added until nothing small can be found by subtracting. What is still too little is not
told at all, and nothing on the page depends on it: that is why a public figure says "at least".

What is entered after its month was told is told beside it, under the same rules, rather than
added to it: else who kept yesterday's page could subtract it from today's. For the same reason
nothing is told on the day of its entry, for more may be entered on that day.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, DecimalField, F, Max, Q, Sum, When
from django.db.models.functions import Least, TruncDate, TruncMonth
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from news.models import Article

from .figures import figures
from .models import Entry, Need, Region
from .money import money_text
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

    @property
    def text(self):
        return self.need.text_of(self.quantity)


@dataclass
class Numbers:
    """The four numbers of a need in its unit, and the days up to which they are true."""

    need: Need
    pledged: Decimal
    received: Decimal
    delivered: Decimal
    delivered_until: date
    deliveries: list
    report_ids: set = field(default_factory=set)  # of articles on the deliveries that are told

    @property
    def needed(self):
        return self.need.target

    @property
    def remaining(self):
        """What has still to be given; nothing when more came than was asked for.

        What was bought from general funds was not given for this need, but is not lacking either
        once it was delivered.
        """
        return max(self.need.target - max(self.received, self.delivered), Decimal(0))

    @property
    def remaining_text(self):
        return self.need.text_of(self.remaining)

    @property
    def price_text(self):
        """Write what one costs: "1 set: about US$10"; "" while nobody knows."""
        need = self.need
        if need.unit_cost is None:
            return ""
        cost = money_text(need.unit_cost, need.campaign.currency)
        return _("%(one)s: about %(cost)s") % {"one": need.text_of(1), "cost": cost}

    @cached_property
    def figures(self):
        """The numbers as they are shown: text, share and bar of each."""
        return figures(self)


def tell(campaigns):
    """Return {campaign id: [Numbers, in the order of its needs]}. Three queries for all of them."""
    campaigns = {campaign.pk: campaign for campaign in campaigns}
    if not campaigns:
        return {}
    needs = (
        Need.objects.filter(campaign__in=campaigns)
        .select_related("supply", "supply__photo")
        .with_quantities()
        .order_by("position", "pk")
    )
    cells = _cells(campaigns.values(), [Entry.Kind.DELIVERED])
    regions = Region.objects.in_bulk(
        {cell.region for found in cells.values() for cell in found if cell.region}
    )
    numbers = {pk: [] for pk in campaigns}
    for need in needs:
        need.campaign = campaigns[need.campaign_id]
        found = tellable(cells[need.pk], need.campaign.smallest_told)
        numbers[need.campaign_id].append(_numbers(need, found, regions))
    return numbers


def told(campaigns):
    """Return (campaign, its Numbers) of each, in their order. Four queries with that of the rows."""
    campaigns = list(campaigns)
    numbers = tell(campaigns)
    return [(campaign, numbers[campaign.pk]) for campaign in campaigns]


def tell_moves(needs, kinds):
    """Return {need id: cells that may be told} of lines of these kinds. One query."""
    cells = _cells({need.campaign for need in needs}, kinds)
    return {need.pk: tellable(cells[need.pk], need.campaign.smallest_told) for need in needs}


def _numbers(need, cells, regions):
    deliveries = [
        Delivery(need, cell.first, cell.last, regions.get(cell.region), cell.quantity, cell.people)
        for cell in cells
    ]
    return Numbers(
        need,
        need.pledged,
        need.received,
        sum((delivery.quantity for delivery in deliveries), Decimal(0)),
        last_day_told(need.campaign),
        deliveries,
        set().union(*(cell.reports for cell in cells)),
    )


def last_day_told(campaign):
    """Return the end of the last month that lies at least the campaign's delay back."""
    return last_day_older(campaign.delay_days, timezone.localdate())


def has_told(campaign):
    """Whether the public may have read of a delivery of this campaign by now. One query at most."""
    if campaign.published_at is None or campaign.published_at > timezone.now():
        return False
    return Entry.objects.filter(
        need__campaign=campaign,
        kind=Entry.Kind.DELIVERED,
        happened_on__lte=last_day_told(campaign),
        entered_at__lt=_midnight(),
    ).exists()


def _midnight():
    return timezone.make_aware(datetime.combine(timezone.localdate(), time()))


def is_told(entry):
    """Whether the public may have read of this line by now.

    On the day of its entry a slip of the hand can still be put right.
    """
    if entry.kind != Entry.Kind.DELIVERED or entry.happened_on > last_day_told(entry.need.campaign):
        return False
    return timezone.localdate(entry.entered_at) < timezone.localdate()


def last_day_older(delay_days, day):
    """Return the end of the last month that lies at least so many days before a day."""
    newest = day - timedelta(days=delay_days)
    return (newest + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def reports_on(campaign, numbers):
    """Return the public articles on what came, and on the deliveries told in `numbers`. One query."""
    came = Entry.objects.standing().filter(
        need__campaign=campaign,
        kind__in=[Entry.Kind.GIVEN, Entry.Kind.PURCHASED],
        happened_on__lte=last_day_told(campaign),
    )
    told = set().union(*(one.report_ids for one in numbers))
    articles = Article.objects.published().filter(
        Q(pk__in=told) | Q(pk__in=came.values("detail__report"))
    )
    return articles.newest_first()


@dataclass
class Cell:
    """Deliveries of some months to one region (its id), or to several (None)."""

    turn: tuple  # in which they are told: first by when all of it was known
    first: date
    last: date
    region: int | None
    quantity: Decimal
    groups: list  # of Group, at least one for each month and region
    reports: set

    @property
    def size(self):
        """For how many people this is at most, so that few can be told from many."""
        return people_in(self.groups, "size")

    @property
    def people(self):
        """How many people were reached; None when that is not known of all."""
        if any(group.people is None for group in self.groups):
            return None
        return people_in(self.groups, "people")

    def with_others(self, other):
        return Cell(
            max(self.turn, other.turn),
            min(self.first, other.first),
            max(self.last, other.last),
            self.region if self.region == other.region else None,
            self.quantity + other.quantity,
            self.groups + other.groups,
            self.reports | other.reports,
        )


@dataclass(frozen=True)
class Group:
    """Whom the largest delivery of one month reached in one region."""

    region: int | None
    size: Decimal
    people: int | None


def people_in(groups, measure):
    """Count the people of some groups once: those of one region may be the same ones every time."""
    regions = defaultdict(Decimal)
    for group in groups:
        regions[group.region] = max(regions[group.region], getattr(group, measure))
    return sum(regions.values())


def _cells(campaigns, kinds):
    """Return {need id: cells of one month and region} that are old enough, of lines of these kinds.

    One query. A reversed line counts as little as its reversal.
    """
    delays = {campaign.pk: campaign.delay_days for campaign in campaigns}
    by_day = defaultdict(list)
    for campaign in campaigns:
        by_day[last_day_told(campaign)].append(campaign.pk)
    old_enough = Q(pk__in=[])
    for day, pks in by_day.items():  # most campaigns wait equally long
        old_enough |= Q(need__campaign__in=pks, happened_on__lte=day)
    pieces = Case(
        When(need__supply__unit=Unit.KG, then=F("quantity") / KG_A_PERSON), default=F("quantity")
    )
    rows = (
        Entry.objects.standing()
        .filter(old_enough, kind__in=kinds, entered_at__lt=_midnight())
        .values(
            "need",
            "need__campaign",
            month=TruncMonth("happened_on"),
            entered=TruncDate("entered_at"),
            region=F("detail__region"),
        )
        .annotate(
            sum=Sum("quantity"),
            # Who gets something every week is not more people: the largest line counts.
            size=Max(Least(pieces, F("detail__people_reached"), output_field=DecimalField())),
            people=Max("detail__people_reached"),
            unknown=Count("pk", filter=Q(detail__people_reached=None)),
            reports=ArrayAgg(
                "detail__report", filter=Q(detail__report__isnull=False), default=[], distinct=True
            ),
        )
    )
    cells = defaultdict(list)
    for row in rows:
        month, people = row["month"], None if row["unknown"] else row["people"]
        turn = _turn(month, row["entered"], delays[row["need__campaign"]])
        group = Group(row["region"], row["size"], people)
        facts = row["region"], row["sum"], [group], set(row["reports"])
        cells[row["need"]].append(Cell(turn, month, month, *facts))
    return cells


def _turn(month, entered, delay_days):
    """Return where deliveries of a month stand in the order of telling.

    That is the day from which they may be told; of what was entered later, the day after its entry.
    """
    last_day = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return max(last_day + timedelta(days=delay_days), entered + timedelta(days=1)), month


def tellable(cells, least):
    """Return the cells that may be told, in their turn, none of them small."""
    found, waiting = [], []
    cells = sorted(cells, key=lambda cell: cell.turn)
    for _turn, together in groupby(cells, key=lambda cell: cell.turn):
        waiting += together
        if people_in([group for cell in waiting for group in cell.groups], "size") >= least:
            found += _folded(waiting, least)
            waiting = []
    return found


def _folded(cells, least):
    """Return the cells of one period by region; the small ones together, and never alone."""
    by_region = {}
    for cell in cells:
        known = by_region.get(cell.region)
        by_region[cell.region] = known.with_others(cell) if known else cell
    first, last = min(cell.first for cell in cells), max(cell.last for cell in cells)
    others = by_region.pop(None, None)
    named = sorted(by_region.values(), key=lambda cell: (cell.size, cell.region))
    while named and (named[0].size < least or (others and others.size < least)):
        smallest = named.pop(0)
        others = others.with_others(smallest) if others else smallest
        others.region = None
    found = [*reversed(named), *([others] if others else [])]
    for cell in found:
        cell.first, cell.last = first, last
    return found
