"""Donors, pledges, gifts and rates to test with."""

import uuid
from datetime import date
from decimal import Decimal

from django.utils import timezone

from campaigns.models import Need
from donations import booking, pledging
from donations.models import Allocation, DayRate, Donation, Donor, PaymentMethod, Pledge
from tests.campaigns_factories import make_need
from tests.factories import numbers


def make_method(**fields):
    texts = {"name": f"Bank {next(numbers)}", "instructions": "Write {code} into the form."}
    return PaymentMethod.objects.create(**{"kind": "bank"} | texts | fields)


def make_donor(**fields):
    number = next(numbers)
    return Donor.objects.create(
        **{"name": f"Donor {number}", "email": f"donor-{number}@example.org"} | fields
    )


def priced_need(**fields):
    """Make a need of 50 sets at US$10."""
    price = {"unit_cost": Decimal(10), "quoted_on": date(2006, 9, 1)}
    return make_need(**price | fields)


def money_for(need, amount, **fields):
    return {"need": need, "amount": Decimal(amount)} | fields


def promise(*lines, donor=None, currency="USD", slip=None, **facts):
    """Make a pledge by the way that the form goes; without lines, of US$30 for general funds."""
    number = next(numbers)
    donor = {
        "name": f"Donor {number}",
        "email": f"donor-{number}@example.org",
        "language": "en",
    } | (donor or {})
    lines = list(lines) or [{"amount": Decimal(30)}]
    return pledging.make(slip or uuid.uuid4(), donor=donor, lines=lines, currency=currency, **facts)


def confirmed(*lines, **facts):
    return pledging.confirm(promise(*lines, **facts))


def instalment_of(pledge):
    return pledge.instalments.select_related("pledge__donor").in_order().last()


def give(amount, pledge=None, *, currency="USD", by=None, **facts):
    """Book money that came, for the pledge's last instalment if there is a pledge."""
    return booking.book(
        by=by,
        received_on=facts.pop("received_on", timezone.localdate()),
        amount=Decimal(amount),
        currency=currency,
        instalment=pledge and instalment_of(pledge),
        **facts,
    )


def make_gifts(count, amount=10, *, campaign=None, on, currency="USD", fee=0):
    """Write a gift of each of `count` donors at once, as booking would."""
    donors = Donor.objects.bulk_create(Donor(name=f"Donor {next(numbers)}") for _ in range(count))
    gifts = Donation.objects.bulk_create(
        Donation(donor=donor, received_on=on, amount=amount, currency=currency, fee=fee)
        for donor in donors
    )
    Allocation.objects.bulk_create(
        Allocation(donation=gift, amount=amount, campaign=campaign) for gift in gifts
    )
    return gifts


def set_rate(currency, into, rate, day=None):
    return DayRate.objects.create(
        day=day or timezone.localdate(), currency=currency, into=into, rate=Decimal(rate)
    )


def numbers_of(need):
    """Return the need's (pledged, received) as every page counts them."""
    row = Need.objects.with_quantities().get(pk=need.pk)
    return row.pledged, row.received


def state_of(pledge):
    return Pledge.objects.get(pk=pledge.pk).state
