"""check_ledger: it is content with what was posted, and finds whatever cannot be."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pgtrigger
import pytest
from django.core.management import call_command
from django.db import connection

from campaigns.disclosure import tell
from campaigns.models import Entry, EntryDetail, Expense
from campaigns.posting import reverse, transfer
from campaigns.proof import discrepancies
from lfnkr.management.commands.seed_ledger import seed
from tests.campaigns_factories import enter, make_campaign, make_need, make_supply

pytestmark = pytest.mark.django_db
DAY = date(2007, 2, 15)


def smuggle(need, kind="given", quantity=1, **facts):
    """Write a line that no form and no act would."""
    line = Entry.objects.create(
        **{"need": need, "kind": kind, "quantity": quantity, "happened_on": DAY} | facts
    )
    EntryDetail.objects.create(entry=line)
    return line


def only_sentence():
    (sentence,) = discrepancies()
    return sentence


def make_busy_need():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 30)
    enter(need, "dispatched", 20)
    enter(need, "delivered", 10)
    wrong = enter(need, "delivered", 5)
    reverse(wrong, by=None)
    left, _arrived = transfer(need, other, Decimal(4), on=DAY, by=None)
    reverse(left, by=None)
    transfer(need, other, Decimal(3), on=DAY, by=None)
    return need


def test_what_was_posted_is_right(capsys):
    make_busy_need()
    make_expense()
    call_command("check_ledger")
    assert capsys.readouterr().out == (
        "The ledger is right: 11 lines of 2 needs, 1 expenses, 0 pledges, 0 donations.\n"
    )  # fmt: skip


def test_a_discrepancy_ends_the_command_with_an_error(capsys):
    smuggle(make_need(), "dispatched")
    with pytest.raises(SystemExit) as ended:
        call_command("check_ledger")
    assert ended.value.code == 1
    assert "The ledger is wrong in 1 places." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("dispatched", "after it, less than nothing is in stock."),
        ("delivered", "after it, less than nothing is on the way."),
    ],
)
def test_a_stock_below_nothing_is_found_though_it_is_made_good_later(kind, wrong):
    need = make_need(make_campaign(title="Summer"), supply=make_supply(name="Clothing set"))
    smuggle(need, kind, 5)
    if kind == "dispatched":
        smuggle(need, "given", 5)
    else:
        smuggle(need, "given", 5)
        smuggle(need, "dispatched", 5)
    sentence = only_sentence()
    assert sentence.startswith("Summer, Clothing set, line ") and sentence.endswith(wrong)


@pytest.mark.parametrize(
    "facts",
    [{"quantity": -2}, {"kind": "purchased"}, {"happened_on": date(2007, 3, 1)}],
    ids=str,
)
def test_a_reversal_that_is_none_is_found(facts):
    need = make_need()
    line = enter(need, "given", 5)
    enter(need, "purchased", 5)
    smuggle(need, **{"quantity": -5, "reverses": line} | facts)
    assert "does not take back exactly the line that it names" in only_sentence()


def test_a_transfer_that_changes_its_quantity_is_found():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 5)
    left = smuggle(need, "transferred_out", 5)
    smuggle(other, "transferred_in", 6, came_from=left)
    assert "other end of this transfer does not fit" in only_sentence()


def test_a_transfer_without_an_arrival_is_found():
    need = make_need()
    enter(need, "given", 5)
    smuggle(need, "transferred_out", 5)
    assert "other end of this transfer does not fit" in only_sentence()


def test_a_transfer_of_which_one_end_was_reversed_is_found():
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 5)
    left, _arrived = transfer(need, other, Decimal(5), on=DAY, by=None)
    smuggle(need, "transferred_out", -5, reverses=left)
    assert "only one end was reversed" in only_sentence()


@pytest.mark.parametrize(
    ("unit", "facts", "wrong"),
    [
        ("set", {"quantity": Decimal("0.5")}, "there is no part of a piece."),
        (None, {}, "goods stand on a sum of money."),
        (
            "set",
            {"kind": "purchased", "amount": Decimal("0.5"), "currency": "JPY"},
            "its currency has no smaller unit.",
        ),
        (
            "set",
            {"happened_on": date(2100, 1, 1)},
            "its day comes after the day on which it was entered.",
        ),
    ],
)
def test_a_line_that_cannot_be_is_found(unit, facts, wrong):
    smuggle(make_need(unit=unit), **facts)
    assert only_sentence().endswith(wrong)


def test_a_line_without_detail_is_found():
    Entry.objects.create(need=make_need(), kind="given", quantity=1, happened_on=DAY)
    assert only_sentence().endswith("it has no detail.")


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"kind": "stolen"}, "there is no such kind of line."),
        ({"entered_at": datetime(2100, 1, 1, tzinfo=UTC)}, "entered in time to come."),
        (
            {"kind": "purchased", "amount": Decimal(-5), "currency": "USD"},
            "its money goes another way than its quantity.",
        ),
    ],
)
def test_a_line_of_no_kind_or_with_money_turned_round_is_found(facts, wrong):
    smuggle(make_need(), **facts)
    assert only_sentence().endswith(wrong)


@pytest.mark.parametrize(
    ("torn", "wrong"),
    [
        ("DELETE FROM campaigns_need", "Line No. {} of a ledger: its need is gone."),
        ("DELETE FROM campaigns_entry", "Line No. {} of a ledger is gone."),
    ],
)
def test_what_was_torn_apart_past_all_rules_is_found(torn, wrong):
    line = enter(make_need(), "given", 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no reference
        cursor.execute(torn)
        assert only_sentence() == wrong.format(line.pk)
        cursor.execute("DELETE FROM campaigns_entry")
        cursor.execute("DELETE FROM campaigns_entrydetail")
        cursor.execute("SET LOCAL session_replication_role = origin")


def make_expense(**facts):
    given = {"category": "goods", "amount": 5, "currency": "USD", "spent_on": DAY}
    return Expense.objects.create(**given | facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": -4},
        {"currency": "EUR"},
        {"category": "office"},
        {"spent_on": date(2007, 3, 1)},
        {"campaign": "another"},
    ],
    ids=str,
)
def test_an_expense_that_takes_back_something_else_is_found(facts):
    if "campaign" in facts:
        facts = {"campaign": make_campaign()}
    wrong = make_expense(**{"amount": -5, "reverses": make_expense()} | facts)
    wrong.refresh_from_db()
    assert only_sentence() == (
        f"Expense No. {wrong.pk} ({wrong}):"
        " it does not take back exactly the expense that it names."
    )


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"amount": Decimal("0.5"), "currency": "JPY"}, "its currency has no smaller unit."),
        (
            {"spent_on": date(2100, 1, 1)},
            "its day comes after the day on which it was entered.",
        ),
    ],
)
def test_an_expense_that_cannot_be_is_found(facts, wrong):
    make_expense(**facts)
    assert only_sentence().endswith(wrong)


def test_a_sum_that_is_shown_otherwise_is_found(monkeypatch):
    enter(make_need(), "given", 5)
    monkeypatch.setattr("campaigns.models.appeals.RECEIVED", ({"funded"}, set()))
    assert "“received” is shown as 0, but the lines give 5" in only_sentence()


@pytest.mark.parametrize("balance", ["IN_STOCK", "ON_THE_WAY", "PLEDGED", "DELIVERED"])
def test_an_equation_that_was_changed_in_the_program_is_found(monkeypatch, balance):
    need = make_busy_need()
    enter(need, "pledged", 5)
    monkeypatch.setattr(f"campaigns.models.appeals.{balance}", ({"given"}, set()))
    assert "is shown as 30.000, but the lines give " in " ".join(discrepancies())


def test_a_delivery_of_which_more_is_told_than_was_delivered_is_found(monkeypatch):
    need = make_need()
    (told,) = tell([need.campaign])[need.campaign_id]
    told.delivered += 1
    monkeypatch.setattr("campaigns.proof.tell", lambda campaigns: {need.campaign_id: [told]})
    assert only_sentence().endswith("more is told than was delivered.")


def test_a_changed_line_is_found():
    need = make_need()
    line = enter(need, "given", 5)
    enter(need, "dispatched", 5)
    with pgtrigger.ignore("campaigns.Entry:entry_is_never_changed"):
        Entry.objects.filter(pk=line.pk).update(quantity=4)
    assert "less than nothing is in stock" in only_sentence()


@pytest.mark.parametrize(
    "opened",
    [
        "CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE ON campaigns_entry FOR EACH ROW"
        " WHEN (false) EXECUTE FUNCTION {function}()",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
    ],
    ids=["never called", "always excepted"],
)
def test_a_protection_that_lets_everybody_pass_is_found(opened):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgfoid::regproc FROM pg_trigger WHERE tgname LIKE %s",
            ["pgtrigger_entry_is_never_changed%"],
        )
        name, function = cursor.fetchone()
        cursor.execute(opened.format(name=name, function=function))
    assert any("“entry_is_never_changed” is missing" in found for found in discrepancies())


@pytest.mark.parametrize("table", ["campaigns_entry", "campaigns_expense"])
def test_a_line_that_is_negative_and_takes_nothing_back_is_found(table):
    enter(make_need(), "given", 5)
    make_expense()
    column = {"campaigns_entry": "quantity", "campaigns_expense": "amount"}[table]
    rule = {"campaigns_entry": "entry", "campaigns_expense": "expense"}[table]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {rule}_negative_only_to_reverse")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET {column} = -1")
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = list(discrepancies())
    assert any(sentence.endswith("it is negative, but takes nothing back.") for sentence in found)


def test_a_protection_that_was_emptied_is_found():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgfoid::regproc FROM pg_trigger WHERE tgname LIKE %s",
            ["pgtrigger_entry_is_never_changed%"],
        )
        (function,) = cursor.fetchone()
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'"
        )
    assert only_sentence().startswith(
        "Table campaigns_entry: its protection “entry_is_never_changed” is missing"
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_proof_costs_the_same_however_many_lines(django_assert_num_queries, count):
    for _need in range(count):
        make_busy_need()
    with django_assert_num_queries(30):
        assert list(discrepancies()) == []


def test_what_is_seeded_for_benchmarks_is_right():
    seed(campaigns=3, entries=300)
    assert Entry.objects.count() == EntryDetail.objects.count() == 300
    assert set(Entry.objects.values_list("kind", flat=True)) >= {"delivered", "lost_in_store"}
    assert list(discrepancies()) == []


@pytest.mark.parametrize("table", ["campaigns_entry", "campaigns_expense"])
def test_a_protection_that_is_switched_off_is_found(table):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sentences = list(discrepancies())
    assert len(sentences) == {"campaigns_entry": 2, "campaigns_expense": 3}[table]
    assert all(f"Table {table}: its protection" in sentence for sentence in sentences)
