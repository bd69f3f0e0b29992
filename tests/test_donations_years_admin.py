"""The treasurer's lists by fiscal year and month."""

import re
from datetime import date

import pytest
from factories import make_user

from donations.models import Donation, Pledge, Receipt
from tests.donations_factories import give, make_donor, promise

pytestmark = pytest.mark.django_db
GIFTS = "/admin/donations/donation/"
DAYS = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 30), date(2026, 3, 31), date(2026, 4, 1)]


@pytest.fixture(autouse=True)
def gifts(client, time_machine):
    time_machine.move_to("2026-05-01T03:00Z", tick=False)
    client.force_login(make_user("treasurer"))
    for day in DAYS:
        give(10, donor=make_donor(), received_on=day)


def days_in(client, **asked):
    rows = client.get(GIFTS, asked).context["cl"].result_list
    return sorted(row.received_on for row in rows)


def offered(client, **asked):
    page = client.get(GIFTS, asked).content.decode()
    return re.findall(r"(?:year|month)=([0-9-]+)", page)


def test_a_fiscal_year_ends_with_march(client):
    assert days_in(client, year="2024") == DAYS[:1]
    assert days_in(client, year="2025") == DAYS[1:4]
    assert days_in(client, year="2026") == DAYS[4:]


def test_every_year_since_the_first_gift_is_offered_and_months_within_one(client):
    assert offered(client) == ["2026", "2025", "2024"]
    months = [text for text in offered(client, year="2025") if "-" in text]
    assert (months[0], months[-1], len(months)) == ("2025-04", "2026-03", 12)


def test_a_month_is_whole_and_no_longer(client):
    assert days_in(client, year="2025", month="2025-04") == DAYS[1:3]
    assert days_in(client, year="2025", month="2026-03") == DAYS[3:4]


@pytest.mark.parametrize("asked", [{"year": "x"}, {"year": "99999"}, {"year": "²"},
                                   {"month": "2025-04"}, {"year": "2025", "month": "2025-13"}])  # fmt: skip
def test_what_is_no_year_narrows_nothing(client, asked):
    assert len(days_in(client, **asked)) == (3 if asked.get("year") == "2025" else 5)


def test_a_year_of_pledges_begins_and_ends_at_midnight_in_tokyo(client):
    moments = [
        "2025-03-31T14:59:59Z",
        "2025-03-31T15:00Z",
        "2026-03-31T14:59:59Z",
        "2026-03-31T15:00Z",
    ]
    pledges = [promise() for _moment in moments]
    for pledge, moment in zip(pledges, moments, strict=True):
        Pledge.objects.filter(pk=pledge.pk).update(made_at=moment)
    before, first, last, after = pledges
    assert pledges_in(client, year="2024") == {before}
    assert pledges_in(client, year="2025") == {first, last}
    assert pledges_in(client, year="2026") == {after}
    assert pledges_in(client, year="2025", month="2025-04") == {first}
    assert pledges_in(client, year="2025", month="2026-03") == {last}


def test_a_year_of_receipts_holds_just_the_numbers_of_that_year(client):
    for day, gift in zip(DAYS, Donation.objects.order_by("received_on"), strict=True):
        year = day.year - (day.month < 4)
        Receipt.objects.create(
            year=year, number=gift.pk, donation=gift, amount=gift.amount, issued_on=day
        )
    numbered = {year: set(Receipt.objects.filter(year=year)) for year in (2024, 2025, 2026)}
    assert {year: receipts_in(client, year=year) for year in numbered} == numbered
    assert {r.issued_on for r in receipts_in(client, year="2025", month="2026-03")} == {DAYS[3]}


def pledges_in(client, **asked):
    page = client.get("/admin/donations/pledge/", asked)
    return set(page.context["cl"].result_list)


def receipts_in(client, **asked):
    page = client.get("/admin/donations/receipt/", asked)
    return set(page.context["cl"].result_list)
