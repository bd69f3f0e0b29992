"""What is written of campaigns and their needs, kept by what it says.

It depends on rows and numbers, the day and the language alone, and these are read for every request:
so it can never be out of date, only unused.
"""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from publishing.rows import Known, said_by


def entry(campaign, numbers, *, eager):
    """Write a campaign as lists show it; `eager` asks for its photo at once."""
    said = said_by(campaign, campaign.lead_photo, *map(said_by_numbers, numbers))
    context = {"campaign": campaign, "numbers": numbers, "eager": eager}
    return _written("campaigns/_entry.html", Known((said, eager), context), *_when_and_how())


def need(numbers, campaign):
    """Write a need as its campaign's page shows it."""
    finished = campaign.is_finished
    deliveries = [
        (one.first_month, one.last_month, said_by(one.region), one.quantity, one.people)
        for one in numbers.deliveries
    ]
    said = said_by(numbers.need.supply and numbers.need.supply.photo)
    said = (said, said_by_numbers(numbers), tuple(deliveries), campaign.slug, finished)
    context = {"numbers": numbers, "slug": campaign.slug, "finished": finished}
    return _written("campaigns/_need.html", Known(said, context), *_when_and_how())


def said_by_numbers(numbers):
    four = (numbers.pledged, numbers.received, numbers.delivered, numbers.delivered_until)
    currency = numbers.need.campaign.currency
    return said_by(numbers.need, numbers.need.supply), four, currency


def _when_and_how():
    return timezone.localdate(), get_language()


@lru_cache(maxsize=1000)
def _written(template, known, _day, _language):
    return render_to_string(template, known.content)
