"""Supplies, campaigns, needs and lines of their ledgers to test with."""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from campaigns.models import Campaign, Need, Region, Supply
from campaigns.posting import post
from tests.factories import numbers


def make_supply(unit="set", **fields):
    return Supply.objects.create(**{"name": f"Supply {next(numbers)}", "unit": unit} | fields)


def make_campaign(state="published", **fields):
    """Make a campaign in US dollars that has been going on since 2006."""
    number = next(numbers)
    texts = {"title": f"Campaign {number}", "slug": f"campaign-{number}"}
    dates = {"starts_on": date(2006, 9, 1)}
    if state in ("published", "withdrawn"):
        dates["published_at"] = timezone.now()
    return Campaign.objects.create(**texts | dates | {"currency": "USD", "state": state} | fields)


def make_need(campaign=None, unit="set", target=50, **fields):
    """Make a need of 50 sets; with `unit` None, of a sum of money."""
    campaign = campaign or make_campaign()
    if unit is None:
        kind = {"purpose": f"Purpose {next(numbers)}"}
    else:
        kind = {"supply": fields.pop("supply", None) or make_supply(unit)}
    return Need.objects.create(campaign=campaign, target=Decimal(target), **kind | fields)


def make_region(name="North-east"):
    return Region.objects.create(name=name)


def enter(need, kind, quantity, *, on=date(2007, 2, 15), by=None, **facts):
    """Enter a line in the ledger by the way that everybody goes, at noon of its day."""
    if on <= timezone.localdate():
        noon = timezone.make_aware(datetime.combine(on, time(12)))
        facts = {"entered_at": min(noon, timezone.now())} | facts
    return post(need, kind, Decimal(quantity), on=on, by=by, **facts)
