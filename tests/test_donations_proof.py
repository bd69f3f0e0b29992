"""The proof of promises and gifts: content with what was posted, and it finds what cannot be."""

from datetime import date
from decimal import Decimal

import pgtrigger
import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Entry
from donations.booking import Part, book, give_back, void
from donations.models import Allocation, Donation, Instalment, Pledge, PledgeEntry
from donations.pledging import cancel, change
from donations.proof import discrepancies
from tests.campaigns_factories import enter, make_campaign, make_need
from tests.donations_factories import (
    confirmed,
    give,
    instalment_of,
    money_for,
    priced_need,
    promise,
    set_rate,
)

pytestmark = pytest.mark.django_db
UNLOCKED = [
    "donations.Donation:donation_figures_stay",
    "donations.Donation:donation_is_never_deleted",
    "donations.Allocation:allocation_is_never_changed",
    "donations.PledgeEntry:promise_is_never_changed",
]


def force(rows, **fields):
    """Change what nobody can change."""
    with pgtrigger.ignore(*UNLOCKED):
        rows.update(**fields)


def only_sentence():
    (sentence,) = discrepancies()
    return sentence


@pytest.fixture
def donation():
    """A gift of US$30 for three sets that were promised."""
    return give(30, confirmed(money_for(priced_need(), 30, quantity=Decimal(3))))


def test_what_was_booked_is_right(donation):
    set_rate("USD", "JPY", "151.3")
    need = priced_need()
    give(
        5000,
        confirmed(money_for(need, 33), {"campaign": make_campaign(), "amount": Decimal(7)}),
        currency="JPY",
    )
    give(12, confirmed(money_for(make_need(), 12)))
    void(give(10, confirmed(money_for(need, 30))), by=None)
    cancel(confirmed(money_for(need, 30), rhythm="monthly"))
    change(confirmed(money_for(need, 30)), [money_for(priced_need(), 20)])
    monthly = confirmed(money_for(need, 30), rhythm="monthly")
    give(30, monthly)
    change(monthly, [money_for(need, 10)])
    promise(money_for(need, 30))
    assert list(discrepancies()) == []


def test_a_gift_of_which_more_counts_than_came_is_found(donation):
    force(Donation.objects, amount=29)
    assert only_sentence() == (
        f"Donation No. {donation.pk}: what counts for its purposes is not what was kept of it."
    )


def test_a_refund_that_counts_on_the_day_of_the_gift_is_found(donation):
    cause, today = Donation.Cause.REFUND, timezone.localdate()
    give_back(donation, Decimal(10), cause=cause, by=None, on=today)
    assert list(discrepancies()) == []
    force(Allocation.objects, changed_on=date(2026, 1, 1))
    assert only_sentence() == (
        f"Donation No. {donation.pk}: what counts for its purposes counts on another day than it"
        " came or went back."
    )


def test_an_allocation_that_says_another_quantity_than_the_ledger_is_found(donation):
    force(Allocation.objects, quantity=2)
    assert "is not what stands in its ledger" in only_sentence()


def test_a_rate_that_does_not_give_the_money_of_the_ledger_is_found(donation):
    force(Allocation.objects, rate=Decimal("1.1"))
    assert "rate, unit cost and quantity" in only_sentence()


def test_a_void_gift_that_still_counts_is_found(donation):
    Donation.objects.create(
        received_on=donation.received_on,
        amount=-30,
        currency="USD",
        reverses=donation,
        cause="void",
    )
    sentences = list(discrepancies())
    assert any("it is void, but something of it still counts" in one for one in sentences)


def test_a_refund_in_another_currency_is_found(donation):
    force(Donation.objects.filter(pk=void(donation, by=None).pk), currency="EUR")
    assert any("does not take back the gift" in sentence for sentence in discrepancies())


def test_an_instalment_that_says_paid_before_all_came_is_found():
    pledge = confirmed(money_for(priced_need(), 30))
    give(10, pledge)
    Instalment.objects.update(state="paid")
    sentences = list(discrepancies())
    number = instalment_of(pledge).pk
    assert f"Instalment No. {number}: its state is not what came of it." in sentences
    assert any("nothing of it is awaited" in sentence for sentence in sentences)


def test_a_promise_that_left_the_ledger_while_it_is_awaited_is_found():
    pledge = confirmed(money_for(priced_need(), 30))
    line = pledge.lines.get()
    entry = enter(
        line.need,
        "released",
        3,
        amount=Decimal(30),
        currency="USD",
        on=timezone.localdate(),
        of_donation=True,
    )
    PledgeEntry.objects.create(entry=entry, line=line, instalment=instalment_of(pledge))
    assert "what is still to come of it is not what stands in the ledger" in only_sentence()


@pytest.mark.parametrize(
    "promised",
    [
        {"quantity": Decimal(12), "in_kind": True},
        {"quantity": Decimal(3), "amount": Decimal(30)},
        {"amount": Decimal(30)},
    ],
    ids=["goods", "money for so many", "money"],
)
@pytest.mark.parametrize("falsified", ["quantity", "amount"])
def test_a_promise_that_counts_as_another_one_is_found(promised, falsified):
    pledge = confirmed({"need": priced_need(target=100), **promised})
    rows = Entry.objects.filter(kind="pledged", **{f"{falsified}__isnull": False})
    known = "quantity" in promised if falsified == "quantity" else "amount" in promised
    with pgtrigger.ignore("campaigns.Entry:entry_is_never_changed"):
        rows.update(**{falsified: 99})
    wrong = "what is still to come of it is not what stands in the ledger"
    found = [f"Instalment No. {instalment_of(pledge).pk}: {wrong}."]
    assert list(discrepancies()) == (found if known else [])


def test_a_pledge_whose_state_is_not_that_of_its_instalment_is_found():
    pledge = confirmed()
    Pledge.objects.update(state="partly")
    assert only_sentence() == (
        f"Pledge No. {pledge.pk}: its state is not that of what was promised."
    )


def test_an_unconfirmed_pledge_that_counts_is_found():
    pledge = promise()
    Instalment.objects.create(pledge=pledge, number=1, due_on=date(2026, 1, 1))
    assert any("counts without being confirmed" in sentence for sentence in discrepancies())


@pytest.mark.parametrize("kind", ["pledged", "funded"])
def test_money_in_a_ledger_for_which_nothing_came_is_found(kind):
    line = enter(priced_need(), kind, 3, amount=Decimal(30), currency="USD")
    assert only_sentence() == (
        f"Line No. {line.pk} of a ledger has neither pledge nor gift behind it."
    )


def test_a_lock_that_is_switched_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE donations_donation DISABLE TRIGGER USER")
        sentences = list(discrepancies())
        cursor.execute("ALTER TABLE donations_donation ENABLE TRIGGER USER")
    assert sum("donations_donation" in sentence for sentence in sentences) == 3


def test_goods_that_were_given_out_by_a_part_stand_in_the_ledger():
    need = make_need()
    book(
        by=None,
        received_on=timezone.localdate(),
        goods="3 sets",
        parts=[Part(quantity=Decimal(3), need=need)],
    )
    assert list(discrepancies()) == []
    force(Allocation.objects, quantity=4)
    assert "is not what stands in its ledger" in only_sentence()
