"""Which sums of donations the public is told: none that leads to one donor, by any subtraction."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from campaigns_factories import enter, make_campaign, make_need
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from donations_factories import give, make_donor, make_gifts, priced_need
from hypothesis import given, settings
from hypothesis import strategies as some

from campaigns.models import Expense
from donations.booking import Part, give_back, void
from donations.models import Allocation, Donation, Telling, ToldRow, ToldSum
from donations.usage.proof import discrepancies
from donations.usage.telling import Cell, Row, is_enough, tell, tell_anew

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2026, 5, 10), date(2026, 6, 10)


@pytest.fixture
def clock(time_machine):
    """Move to noon of a day in Tokyo."""
    return lambda day: time_machine.move_to(f"{day}T03:00:00+00:00", tick=False)


def gifts(count, amount=10, *, on=MAY, **facts):
    return make_gifts(count, amount, on=on, **facts)


def refund(donation, amount, on):
    return give_back(donation, Decimal(amount), cause="refund", by=None, on=on)


def spend(amount, category="goods", *, on=MAY, currency="USD", **facts):
    return Expense.objects.create(
        amount=amount, category=category, spent_on=on, currency=currency, **facts
    )


def told(measure="received"):
    """Return (year, amount, whether only with others) of each told sum."""
    rows = ToldSum.objects.filter(measure=measure).order_by("pk")
    return [(row.year, int(row.amount), row.folded) for row in rows]


# When


def test_a_gift_is_told_after_the_end_of_its_month(clock):
    clock("2026-05-31")
    gifts(5)
    tell()
    assert told() == []
    clock("2026-06-01")
    tell()
    assert told() == [(2026, 50, False)]
    assert Telling.objects.latest("until").until == date(2026, 5, 31)


def test_a_month_is_told_once(clock):
    clock("2026-06-01")
    assert tell().until == date(2026, 5, 31)
    gifts(5)
    assert tell() is None
    assert told() == []


def test_what_is_entered_late_is_told_beside_what_was_told(clock):
    clock("2026-06-01")
    gifts(5)
    tell()
    gifts(4, on=MAY)
    clock("2026-07-01")
    tell()
    assert told() == [(2026, 50, False)]
    gifts(1, on=MAY)
    clock("2026-08-01")
    tell()
    assert told() == [(2026, 50, False), (2026, 50, False)]


# How many


def test_gifts_of_fewer_than_five_donors_wait(clock):
    clock("2026-06-20")
    gifts(4)
    gifts(4, campaign=make_campaign())
    gifts(4, 1000, currency="JPY")
    tell()
    assert told() == []


def test_many_gifts_of_one_donor_are_those_of_one(clock):
    clock("2026-06-20")
    donor = make_donor()
    for _ in range(9):
        give(10, donor=donor, received_on=MAY)
    tell()
    assert told() == []


def test_nobody_knows_whether_unknown_donors_are_five(clock):
    clock("2026-06-20")
    for _ in range(9):
        give(10, received_on=MAY)
    gifts(3)
    tell()
    assert told() == []
    gifts(1)
    clock("2026-07-01")
    tell()
    assert told() == [(2026, 130, False)]


@pytest.mark.parametrize(("largest", "is_told"), [(300, True), (301, False)])
def test_a_gift_that_is_nearly_all_of_a_sum_is_not_told_by_it(clock, largest, is_told):
    clock("2026-06-20")
    gifts(4)
    gifts(1, largest)
    tell()
    assert told() == ([(2026, largest + 40, False)] if is_told else [])


def test_a_void_gift_makes_no_donor(clock):
    clock("2026-06-20")
    *_four, wrong = gifts(5)
    void(wrong, by=None)
    tell()
    assert told() == []


# Refunds


def test_a_refund_is_not_found_by_subtracting_yesterday(clock):
    clock("2026-06-01")
    one, *_others = gifts(5)
    tell()
    clock("2026-06-20")
    refund(one, 3, JUNE)
    clock("2026-07-01")
    tell()
    assert told() == [(2026, 50, False)]
    gifts(4, on=JUNE)
    clock("2026-08-01")
    tell()
    assert told() == [(2026, 50, False), (2026, 37, False)]


def test_a_refund_counts_in_the_year_in_which_it_went_back(clock):
    clock("2026-03-20")
    given_in_march = gifts(5, on=date(2026, 3, 10))
    clock("2026-04-20")
    for one in given_in_march:
        refund(one, 4, date(2026, 4, 10))
    clock("2026-05-01")
    tell()
    assert sorted(told()) == [(2025, 50, False), (2026, -20, False)]


# A year's rests


def test_small_rests_are_told_together_three_months_after_their_year(clock):
    clock("2026-03-20")
    gifts(3, campaign=make_campaign(), on=date(2026, 3, 10))
    gifts(3, 20, on=date(2026, 3, 10))
    clock("2026-06-30")
    tell()
    assert told() == []
    clock("2026-07-01")
    tell()
    assert told() == [(2025, 30, True), (2025, 60, True)]


def test_rests_of_too_few_are_never_told(clock):
    clock("2026-03-20")
    donor = make_donor()
    for _ in range(3):
        give(10, donor=donor, received_on=date(2026, 3, 10))
    parts = [Part(Decimal(10), campaign=make_campaign())]
    give(10, donor=donor, received_on=date(2026, 3, 10), parts=parts)
    gifts(3, on=date(2026, 3, 10))
    clock("2026-07-01")
    tell()
    assert told() == []


# Fees


def test_fees_are_told_for_the_whole_year_and_currency(clock):
    clock("2026-06-20")
    gifts(3, fee=Decimal(1), campaign=make_campaign())
    gifts(2, fee=Decimal(1))
    tell()
    assert told("fees") == [(2026, 5, False)]


@pytest.mark.parametrize(("without", "is_told"), [(0, True), (1, False), (4, False), (5, True)])
def test_fees_do_not_set_apart_the_few_who_paid_none(clock, without, is_told):
    clock("2026-06-20")
    gifts(5, fee=Decimal(1))
    gifts(without)
    tell()
    assert told("fees") == ([(2026, 5, False)] if is_told else [])


# Money that was spent


def test_spending_is_told_as_late_as_deliveries(clock):
    clock("2026-07-29")
    campaign = make_campaign(delay_days=90)
    spend(100, campaign=campaign)
    spend(7)
    tell()
    assert told("spent") == []
    clock("2026-08-01")
    tell()
    assert told("spent") == [(2026, 7, False)]
    clock("2026-09-01")
    tell()
    assert told("spent") == [(2026, 7, False), (2026, 100, False)]


def test_payments_that_lead_to_people_are_told_three_at_a_time(clock):
    clock("2026-11-01")
    for category in ("rescue", "shelter", "transport", "goods"):
        spend(100, category)
        spend(20, category)
    spend(3, "rescue")
    tell()
    sums = ToldSum.objects.values_list("category", "amount").order_by("category")
    assert list(sums) == [("goods", 120), ("rescue", 123)]


def test_a_reversed_payment_is_none(clock):
    clock("2026-11-01")
    for amount in (100, 20, 3):
        payment = spend(amount, "rescue")
    payment.reverse(by=None)
    spend(50, "goods").reverse(by=None)
    tell()
    assert told("spent") == []


def test_small_rests_of_payments_are_told_without_campaign_and_category(clock):
    clock("2026-07-01")
    spend(100, "rescue", on=date(2026, 3, 1), campaign=make_campaign())
    spend(20, "shelter", on=date(2026, 3, 1))
    spend(3, "rescue", on=date(2026, 3, 1))
    tell()
    assert sorted(told("spent")) == [(2025, 3, True), (2025, 20, True), (2025, 100, True)]


# Goods


def test_goods_are_told_of_enough_givers(clock):
    clock("2026-06-20")
    need = priced_need()
    for _ in range(4):
        give(20, donor=make_donor(), received_on=MAY, parts=[Part(Decimal(20), need=need)])
    tell()
    assert told("units") == []
    enter(need, "given", 3, on=MAY)
    clock("2026-07-01")
    tell()
    assert told("units") == [(2026, 11, False)]


def test_a_need_of_money_is_told_as_money_alone(clock):
    clock("2026-06-20")
    need = make_need(unit=None, target=3000)
    for _ in range(5):
        give(20, donor=make_donor(), received_on=MAY, parts=[Part(Decimal(20), need=need)])
    tell()
    assert told("units") == []
    assert ToldSum.objects.get(measure="received").campaign == need.campaign


# What was told stays


def test_two_donors_who_are_found_to_be_one_change_nothing_that_was_told(clock):
    clock("2026-06-01")
    one, other, *_rest = gifts(5)
    tell()
    Donation.objects.filter(pk=other.pk).update(donor=one.donor)
    gifts(2, on=JUNE - timedelta(10))
    clock("2026-07-01")
    tell()
    assert told() == [(2026, 50, False)]


def test_the_sums_are_proved_from_the_rows(clock):
    clock("2026-06-20")
    campaign = make_campaign()
    gifts(5, campaign=campaign, fee=Decimal(1))
    gifts(5, 1000, currency="JPY")
    spend(5, on=date(2026, 3, 1), campaign=campaign)
    enter(make_need(), "given", 3, on=MAY)
    tell()
    assert list(discrepancies()) == []
    ToldSum.objects.filter(measure="received", campaign=campaign).update(amount=49)
    (sentence,) = discrepancies()
    assert "money received, 2026: 49.000 USD" in sentence
    with pytest.raises(SystemExit):
        call_command("check_ledger")
    tell_anew()
    assert list(discrepancies()) == []


@pytest.mark.parametrize("fields", [{"year": 2025}, {"currency": "JPY"}, {"campaign": None}])
def test_a_sum_in_the_wrong_place_is_found(clock, fields):
    clock("2026-06-20")
    gifts(5, campaign=make_campaign())
    tell()
    ToldSum.objects.filter(measure="received").update(**fields)
    assert len(list(discrepancies())) == 1


def test_a_changed_fiscal_year_is_found_and_put_right_by_the_command(clock, settings, capsys):
    clock("2026-06-20")
    gifts(5, on=date(2026, 3, 10))
    call_command("tell_usage")
    assert capsys.readouterr().out == "Told up to May 31, 2026: 1 sums.\n"
    settings.FISCAL_YEAR_FIRST_MONTH = 1
    assert len(list(discrepancies())) == 1
    call_command("tell_usage")
    assert capsys.readouterr().out == "All was told already, up to May 31, 2026.\n"
    call_command("tell_usage", anew=True)
    assert told() == [(2026, 50, False)]
    assert list(discrepancies()) == []


def test_no_row_counts_twice(clock):
    clock("2026-06-20")
    gifts(5)
    tell()
    row = ToldRow.objects.filter(allocation__isnull=False).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        ToldRow.objects.create(told=row.told, allocation=row.allocation)
    with pytest.raises(IntegrityError, match="told_row_is_one_row"), transaction.atomic():
        ToldRow.objects.create(told=row.told)


# Whatever is given


@given(some.lists(some.tuples(some.integers(1, 9), some.integers(-50, 50)), max_size=30))
def test_a_sum_that_is_enough_is_of_five_donors_of_whom_none_is_nearly_all(rows):
    rows = [Row(party, Decimal(amount), "allocation", 0) for party, amount in rows]
    sums = Counter()
    for row in rows:
        sums[row.party] += row.amount
    parts = sorted((abs(part) for part in sums.values() if part), reverse=True)
    enough = len(parts) >= 5 and sum(parts[2:]) >= parts[0] / 10
    assert is_enough(Cell("received", 2026), rows) == enough


months = some.lists(
    some.lists(
        some.tuples(
            some.integers(0, 7),  # the donor
            some.integers(0, 2),  # the campaign; 0 are general funds
            some.integers(1, 90),
            some.booleans(),  # whether it is entered a year late
        ),
        max_size=9,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=20)
@given(months)
def test_each_telling_adds_sums_of_enough_donors_and_changes_none(drawn):
    """What a reader can learn is a sum of these sums, for no row is in two of them."""
    with transaction.atomic():
        check_tellings(drawn)
        transaction.set_rollback(True)


def check_tellings(drawn):
    import time_machine

    campaigns = [None, make_campaign(), make_campaign()]
    donors = [make_donor() for _ in range(8)]
    before = []
    for number, month in enumerate(drawn):
        day = date(2026, 5 + number, 1)
        with time_machine.travel(f"{day}T03:00:00+00:00", tick=False):
            for who, purpose, amount, is_late in month:
                on = day - timedelta(366 if is_late else 2)
                gifts_of(donors[who], amount, campaigns[purpose], on)
            tell()
        after = told()
        assert after[: len(before)] == before
        before = after
    assert_each_is_of_five_donors()
    assert list(discrepancies()) == []


def gifts_of(donor, amount, campaign, on):
    donation = Donation.objects.create(
        donor=donor, amount=amount, currency="USD", received_on=on, entered_at=timezone.now()
    )
    Allocation.objects.create(donation=donation, amount=amount, campaign=campaign)


def assert_each_is_of_five_donors():
    givers = {}
    for row in ToldRow.objects.filter(allocation__isnull=False).select_related(
        "told", "allocation__donation"
    ):
        told = row.told
        atom = (told.telling_id, told.year) if told.folded else told.pk
        givers.setdefault(atom, set()).add(row.allocation.donation.donor_id)
    assert all(len(donors) >= 5 for donors in givers.values())
