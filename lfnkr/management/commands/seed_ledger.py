"""Fill an empty database with synthetic campaigns and their ledgers, to measure them at full size."""

import random
from datetime import timedelta
from decimal import Decimal

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Entry, EntryDetail, Need, Region, Supply
from lfnkr.demo.content import moment

UNITS = ["set", "kg", "kit", "piece"]
SUPPLIES, REGIONS = 24, 12
FULLEST = 20  # the share of all lines, one in so many, that the busiest campaign holds
OPEN, FEATURED, TELLING = 3, 250, 400  # one campaign in so many asks, is featured; days it lasts
CHUNK = 5000


class Command(BaseCommand):
    help = "Fills a database WITHOUT campaigns with synthetic ones, for benchmarks only."

    def add_arguments(self, parser):
        parser.add_argument("--campaigns", type=int, default=1000, metavar="N")
        parser.add_argument("--entries", type=int, default=100_000, metavar="N")

    def handle(self, *args, campaigns, entries, **options):
        if Campaign.objects.exists():
            raise CommandError("There are campaigns already. Seed a database of its own.")
        needs = seed(campaigns, entries)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"{campaigns} campaigns, {len(needs)} needs, {entries} entries.")


def seed(campaigns, entries):
    """Write so many campaigns and lines, the same ones on every run; return the needs."""
    chance = random.Random(2006)
    needs = make_needs(make_campaigns(campaigns), make_supplies(), chance)
    fill(needs, entries, make_regions(), chance)
    return needs


def make_supplies():
    return Supply.objects.bulk_create(
        Supply(name=f"Supply {n}", unit=UNITS[n % 4], contains="Shirt, shoes, underwear")
        for n in range(SUPPLIES)
    )


def make_regions():
    return Region.objects.bulk_create(Region(name=f"Region {n}") for n in range(REGIONS))


def make_campaigns(count):
    """Make campaigns that began one after the other; every third still asks."""
    today = timezone.localdate()
    rows = []
    for number in range(count):
        starts = today - timedelta(days=TELLING + number * 7)
        ends = starts + timedelta(days=180)
        if number % OPEN == 0:
            ends = today + timedelta(days=30) if number % 2 else None
        rows.append(
            Campaign(
                title=f"Campaign {number} for the winter",
                slug=f"campaign-{number}",
                teaser="Half a kilogram of rice a day keeps a person in hiding through the cold. "
                * 2,
                story="<p>" + "Goods are bought near the people who need them. " * 20 + "</p>",
                starts_on=starts,
                ends_on=ends,
                currency="USD",
                is_featured=number % FEATURED == 0,
                state="published",
                published_at=timezone.now() - timedelta(days=1),
            )
        )
    return Campaign.objects.bulk_create(rows)


def make_needs(campaigns, supplies, chance):
    """Make three needs of goods for each campaign, and one of money."""
    rows = []
    for campaign in campaigns:
        for position, supply in enumerate(chance.sample(supplies, 3)):
            formula = {"grams_a_day": 500, "people": 133, "days": 30} if supply.unit == "kg" else {}
            rows.append(
                Need(
                    campaign=campaign,
                    supply=supply,
                    target=2000,
                    position=position,
                    unit_cost=10,
                    quoted_on=campaign.starts_on,
                    **formula,
                )
            )
        rows.append(Need(campaign=campaign, purpose="Rescue", target=3000, position=3))
    return Need.objects.bulk_create(rows)


def fill(needs, count, regions, chance):
    """Write so many lines: the first campaign gets its large share, all others the same."""
    goods = [need for need in needs if not need.is_money]
    fullest = [need for need in goods if need.campaign_id == needs[0].campaign_id]
    others = goods[len(fullest) :] or goods
    share = count // FULLEST
    lines = [fullest[n % len(fullest)] for n in range(share)]
    lines += [others[n % len(others)] for n in range(count - share)]
    stores = {need.pk: Store(need, chance) for need in goods}
    for start in range(0, count, CHUNK):
        rows = [stores[need.pk].next_line() for need in lines[start : start + CHUNK]]
        Entry.objects.bulk_create(rows)
        EntryDetail.objects.bulk_create(detail_of(row, regions, chance) for row in rows)


class Store:
    """What one need has in stock and on the way, so that no line takes more than there is."""

    def __init__(self, need, chance):
        self.need, self.chance = need, chance
        self.in_stock = self.on_the_way = 0
        self.day = need.campaign.starts_on

    def next_line(self):
        kind, quantity = self.next_act()
        if kind in ("given", "purchased", "returned"):
            self.in_stock += quantity
        if kind in ("dispatched", "lost_in_store"):
            self.in_stock -= quantity
        self.on_the_way += quantity * ((kind == "dispatched") - (kind in LEAVING))
        self.day = min(self.day + timedelta(days=self.chance.randint(0, 5)), timezone.localdate())
        bought = (
            {"amount": Decimal(10 * quantity), "currency": "USD"} if kind == "purchased" else {}
        )
        # What is entered today is not told today, so each line was entered on its day.
        entered_at = min(moment(self.day), timezone.now())
        facts = {"happened_on": self.day, "entered_at": entered_at, **bought}
        return Entry(need=self.need, kind=kind, quantity=quantity, **facts)

    def next_act(self):
        """Choose what can happen next, as it mostly does: come, leave, arrive."""
        if self.on_the_way and self.chance.random() < 0.5:
            kind = self.chance.choices(LEAVING, [18, 1, 1])[0]
            return kind, self.chance.randint(1, self.on_the_way)
        if self.in_stock and self.chance.random() < 0.6:
            kind = self.chance.choices(["dispatched", "lost_in_store"], [19, 1])[0]
            return kind, self.chance.randint(1, self.in_stock)
        return self.chance.choice(["given", "purchased"]), self.chance.randint(5, 60)


LEAVING = ["delivered", "returned", "lost_on_the_way"]


def detail_of(line, regions, chance):
    if line.kind != "delivered":
        return EntryDetail(entry=line)
    return EntryDetail(
        entry=line,
        region=chance.choice(regions),
        people_reached=chance.choice([None, line.quantity]),
    )
