"""The ledger: what adds up, what is refused, and that nothing in it is ever changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from campaigns.models import Entry, EntryDetail, Expense, Need
from campaigns.posting import reverse, transfer
from tests.campaigns_factories import enter, make_campaign, make_need, make_supply

pytestmark = pytest.mark.django_db


def numbers_of(need):
    have = Need.objects.with_quantities().get(pk=need.pk)
    return {
        name: int(getattr(have, name))
        for name in ("pledged", "received", "delivered", "in_stock", "on_the_way")
    }


def refusal(act, *args, **kwargs):
    """Return the sentence with which an act is refused; nothing may have been written."""
    before = Entry.objects.count()
    with pytest.raises(ValidationError) as refused:
        act(*args, **kwargs)
    assert Entry.objects.count() == before
    return " ".join(refused.value.messages)


def test_each_kind_counts_where_the_design_says():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "pledged", 40)
    enter(need, "released", 10)
    enter(need, "funded", 30)
    enter(need, "given", 20)
    enter(need, "purchased", 30)
    enter(need, "dispatched", 25)
    enter(need, "delivered", 12)
    enter(need, "returned", 5)
    enter(need, "lost_on_the_way", 3)
    enter(need, "lost_in_store", 2)
    transfer(need, other, Decimal(4), on=date(2007, 2, 15), by=None)
    assert numbers_of(need) == {
        "pledged": 30,
        "received": 50,
        "delivered": 12,
        "in_stock": 20 + 30 + 5 - 25 - 2 - 4,
        "on_the_way": 25 - 12 - 5 - 3,
    }
    assert numbers_of(other)["in_stock"] == 4


def test_a_reversed_line_no_longer_counts_and_keeps_its_day():
    need = make_need()
    wrong = enter(need, "given", 30, on=date(2007, 1, 31))
    taken_back = reverse(wrong, by=None)
    enter(need, "given", 20)
    assert numbers_of(need)["received"] == 20
    assert (taken_back.kind, taken_back.quantity) == ("given", -30)
    assert (taken_back.reverses, taken_back.happened_on) == (wrong, date(2007, 1, 31))


def test_a_line_is_reversed_once_and_a_reversal_never():
    line = enter(make_need(), "given", 30)
    taken_back = reverse(line, by=None)
    assert refusal(reverse, line, by=None) == "This line has been reversed already."
    assert "is itself a reversal" in refusal(reverse, taken_back, by=None)


def test_a_reversed_transfer_comes_back_from_the_other_need():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 10)
    left, arrived = transfer(need, other, Decimal(10), on=date(2007, 3, 1), by=None)
    reverse(arrived, by=None)
    assert (numbers_of(need)["in_stock"], numbers_of(other)["in_stock"]) == (10, 0)
    assert set(Entry.objects.filter(reverses__isnull=False).values_list("reverses", flat=True)) == {
        left.pk,
        arrived.pk,
    }


def test_what_went_on_from_the_other_need_cannot_come_back():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 10)
    left, _arrived = transfer(need, other, Decimal(10), on=date(2007, 3, 1), by=None)
    enter(other, "dispatched", 4)
    assert refusal(reverse, left, by=None).startswith("6 sets are in stock, so 10 cannot")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("dispatched", "120 sets are in stock, so 130 cannot be dispatched."),
        ("lost_in_store", "120 sets are in stock, so 130 cannot be lost there."),
        ("delivered", "80 sets are on the way, so 130 cannot be delivered."),
        ("lost_on_the_way", "80 sets are on the way, so 130 cannot be lost there."),
        ("returned", "80 sets are on the way, so 130 cannot be taken back."),
    ],
)
def test_more_than_there_is_is_refused_with_the_numbers(kind, sentence):
    need = make_need(target=500)
    enter(need, "purchased", 200)
    enter(need, "dispatched", 80)
    assert refusal(enter, need, kind, 130) == sentence


def test_goods_that_left_keep_their_arrival_from_being_reversed():
    need = make_need()
    given = enter(need, "given", 30)
    enter(need, "dispatched", 20)
    assert refusal(reverse, given, by=None).startswith("10 sets are in stock, so 30 cannot")


@pytest.mark.parametrize("quantity", ["0", "-1", "1e30", "0.5"])
def test_impossible_quantities_are_refused(quantity):
    refusal(enter, make_need(), "given", quantity)


def test_weights_are_kept_to_the_gram_and_no_further():
    need = make_need(unit="kg", target=2000)
    enter(need, "given", "66.125")
    assert Need.objects.with_quantities().get(pk=need.pk).in_stock == Decimal("66.125")
    assert "gram" in refusal(enter, need, "given", "0.0005")


def test_no_day_lies_in_the_future():
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "has not come yet" in refusal(enter, make_need(), "given", 1, on=tomorrow)


def test_of_a_sum_of_money_no_goods_come_or_go():
    need = make_need(unit=None, target=3000)
    enter(need, "funded", 300)
    assert "sum of money" in refusal(enter, need, "given", 1)
    assert numbers_of(need)["received"] == 300


def test_goods_go_only_to_a_need_of_the_same_supply():
    need, foreign = make_need(), make_need()
    enter(need, "given", 10)
    act = {"on": date(2007, 3, 1), "by": None}
    assert "same supply" in refusal(transfer, need, foreign, Decimal(1), **act)
    assert "same supply" in refusal(transfer, need, need, Decimal(1), **act)


def test_pressing_twice_enters_once():
    need = make_need()
    slip = "8a0f9f5e-95ab-4a5a-a5a5-0c8a4a6f3c11"
    first = enter(need, "given", 10, slip=slip)
    assert enter(need, "given", 10, slip=slip) == first
    assert numbers_of(need)["received"] == 10


def test_every_line_has_a_detail():
    line = enter(make_need(), "given", 10, detail={"private_note": "from a school"})
    assert EntryDetail.objects.get(entry=line).private_note == "from a school"


# What the database itself refuses, whoever asks


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_entry SET quantity = 5",
        "UPDATE campaigns_entry SET entered_by_id = NULL",
        "DELETE FROM campaigns_entry",
        "TRUNCATE campaigns_entry CASCADE",
        "UPDATE campaigns_expense SET amount = 5",
        "DELETE FROM campaigns_expense",
        "TRUNCATE campaigns_expense CASCADE",
    ],
)
def test_the_database_keeps_what_was_posted(statement):
    need = make_need()
    enter(need, "given", 10)
    Expense.objects.create(category="goods", amount=10, currency="USD", spent_on=date(2007, 1, 1))
    with (
        pytest.raises(ProgrammingError, match="never emptied|Cannot (update|delete)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would wait for them
        cursor.execute(statement)
    assert (Entry.objects.get().quantity, Expense.objects.get().amount) == (10, 10)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"quantity": -1}, "entry_negative_only_to_reverse"),
        ({"quantity": 0}, "entry_negative_only_to_reverse"),
        ({"quantity": 1, "amount": 5}, "entry_money_has_a_currency"),
        ({"quantity": 1, "amount": 5, "currency": "USD"}, "entry_money_only_where_it_flows"),
        ({"quantity": 1, "kind": "transferred_in"}, "entry_transfer_has_two_ends"),
    ],
)
def test_the_database_refuses_a_line_that_cannot_be(fields, constraint):
    line = {"need": make_need(), "kind": "given", "happened_on": date(2007, 1, 1)} | fields
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Entry.objects.create(**line)


def test_the_note_of_an_expense_may_change_and_its_reversal_comes_once():
    expense = Expense.objects.create(
        category="goods", amount=300000, currency="JPY", spent_on=date(2007, 2, 15)
    )
    Expense.objects.filter(pk=expense.pk).update(note="receipt follows")
    assert expense.reverse(by=None).amount == -300000
    with pytest.raises(ValidationError, match="reversed already"):
        expense.reverse(by=None)


# What a need may ask for


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"target": 0}, "need_target_possible"),
        ({"unit_cost": 10}, "need_cost_has_a_day"),
        ({"quoted_on": date(2006, 7, 1)}, "need_cost_has_a_day"),
        ({"grams_a_day": 500}, "need_formula_is_whole"),
        ({"purpose": "Rescue"}, "need_is_supply_or_money"),
        (
            {"target": 40000, "grams_a_day": 500, "people": 133, "days": 365},
            "need_target_follows_formula_or_says_why",
        ),
    ],
)
def test_the_database_refuses_a_need_that_cannot_be(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_need(unit="kg", **fields)


@pytest.mark.parametrize(("days", "kg"), [(30, "1995.000"), (212, "14098.000")])
def test_the_formula_of_rice_is_grams_times_people_times_days(days, kg):
    need = make_need(unit="kg", target=kg, grams_a_day=500, people=133, days=days)
    need.refresh_from_db()
    assert need.formula_kg == Decimal(kg)


def test_a_target_may_be_rounded_and_a_reason_allows_any():
    make_need(unit="kg", target=2000, grams_a_day=500, people=133, days=30)
    need = make_need(
        unit="kg", target=40000, grams_a_day=500, people=133, days=365, target_reason="Two years"
    )
    need.refresh_from_db()
    assert need.formula_kg == Decimal("24272.500")


def test_a_campaign_asks_for_a_supply_once():
    campaign, supply = make_campaign(), make_supply()
    make_need(campaign, supply=supply)
    with pytest.raises(IntegrityError, match="supply_once_per_campaign"), transaction.atomic():
        make_need(campaign, supply=supply)
