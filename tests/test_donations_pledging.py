"""Promises: they count once confirmed, once only, and leave the numbers when nobody keeps them."""

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from campaigns.models import Entry
from correspondence.models import OutgoingEmail
from donations import pledging
from donations.booking import book
from donations.models import Donor, Instalment, Pledge, PledgeEntry, PledgeLine
from donations.pledging import cancel, change, confirm, instalment_for, keep_time, months_after
from tests.campaigns_factories import make_need
from tests.donations_factories import (
    confirmed,
    give,
    instalment_of,
    money_for,
    numbers_of,
    priced_need,
    promise,
    state_of,
)

pytestmark = pytest.mark.django_db
DONOR = {"name": "Anna", "email": "anna@example.org", "language": "en"}
THREE_SETS = {"amount": Decimal(30), "quantity": Decimal(3)}


def letters():
    return list(OutgoingEmail.objects.order_by("pk").values_list("letter", flat=True))


def test_an_unconfirmed_pledge_counts_nowhere():
    need = priced_need()
    promise({"need": need} | THREE_SETS)
    assert numbers_of(need) == (0, 0)
    assert not Entry.objects.exists()


def test_a_confirmed_pledge_counts_in_the_unit_of_its_need():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    assert numbers_of(need) == (3, 0)
    assert pledge.state == "confirmed"
    entry = Entry.objects.get()
    assert (entry.kind, entry.amount, entry.currency) == ("pledged", 30, "USD")


def test_money_counts_as_what_it_buys_at_the_unit_cost():
    need = priced_need()
    confirmed(money_for(need, 25))
    assert numbers_of(need) == (Decimal("2.5"), 0)


def test_money_for_what_has_no_price_counts_as_money_and_as_nothing_else():
    need = make_need()
    confirmed(money_for(need, 25))
    assert numbers_of(need) == (0, 0)
    assert Entry.objects.get().amount == 25


def test_money_for_a_sum_of_money_counts_as_itself():
    need = make_need(unit=None, target=18000)
    confirmed(money_for(need, 25))
    assert numbers_of(need) == (25, 0)


def test_goods_count_by_the_piece():
    need = make_need()
    confirmed({"need": need, "quantity": Decimal(4), "in_kind": True})
    assert numbers_of(need) == (4, 0)
    assert Entry.objects.get().amount is None


def test_confirming_twice_counts_once():
    need = priced_need()
    pledge = promise({"need": need} | THREE_SETS)
    confirm(pledge)
    confirm(pledge)
    assert numbers_of(need) == (3, 0)
    assert pledge.instalments.count() == 1


def test_a_pledge_in_another_currency_than_its_need_is_refused():
    need = priced_need()
    with pytest.raises(ValidationError, match="counted in USD"):
        promise(money_for(need, 3000), currency="JPY")
    assert not Pledge.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_the_same_form_sent_twice_promises_once():
    slip = uuid.uuid4()
    first = promise(slip=slip, donor=DONOR)
    again = promise(slip=slip, donor=DONOR)
    assert first == again
    assert Pledge.objects.count() == Donor.objects.count() == 1
    assert letters() == ["donations.please_confirm"]


def test_an_unconfirmed_pledge_takes_over_what_its_form_says_when_sent_again():
    slip = uuid.uuid4()
    promise(slip=slip, donor=DONOR)
    again = promise({"amount": Decimal(50)}, slip=slip, donor=DONOR)
    assert [line.amount for line in again.lines.all()] == [50]
    assert letters() == ["donations.please_confirm"]


def test_a_corrected_address_gets_a_letter_and_the_wrong_one_can_confirm_nothing():
    slip = uuid.uuid4()
    first = promise(slip=slip, donor=DONOR | {"email": "ana@example.org"})
    again = promise(slip=slip, donor=DONOR)
    assert again.token_version == first.token_version + 1
    assert [mail.recipients for mail in OutgoingEmail.objects.order_by("pk")] == [
        ["ana@example.org"],
        ["anna@example.org"],
    ]


def test_a_confirmed_pledge_is_not_changed_by_its_form():
    slip = uuid.uuid4()
    confirm(promise(slip=slip, donor=DONOR))
    again = promise({"amount": Decimal(50)}, slip=slip, donor=DONOR)
    assert [line.amount for line in again.lines.all()] == [30]


@pytest.mark.django_db(transaction=True)
def test_of_forms_that_arrive_at_the_same_moment_one_pledge_is_made():
    slip, made, start = uuid.uuid4(), [], threading.Barrier(6)

    def send():
        start.wait()
        made.append(promise(slip=slip, donor=DONOR).pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == Pledge.objects.count() == OutgoingEmail.objects.count() == 1


def test_who_proves_an_address_twice_is_one_donor_with_the_newest_words():
    first = confirmed(donor=DONOR)
    second = confirmed(donor=DONOR | {"name": "Anna Sato", "shown": "name"})
    assert first.donor == second.donor
    donor = Donor.objects.get()
    assert (donor.name, donor.shown) == ("Anna Sato", "name")
    assert set(donor.pledges.all()) == {first, second}


def test_nobody_becomes_a_known_donor_without_proving_the_address():
    confirmed(donor=DONOR)
    stranger = promise(donor=DONOR | {"name": "Not Anna"})
    assert stranger.donor.email_proved_at is None
    assert Donor.objects.at("anna@example.org").get().name == "Anna"


def test_a_cancelled_pledge_leaves_the_numbers_and_cannot_come_back():
    need = priced_need()
    pledge = cancel(confirmed({"need": need} | THREE_SETS))
    assert numbers_of(need) == (0, 0)
    assert instalment_of(pledge).state == "cancelled"
    with pytest.raises(ValidationError, match="is over"):
        confirm(pledge)


def test_what_is_promised_instead_replaces_what_was_promised():
    need, other = priced_need(), priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    change(pledge, [money_for(other, 20)])
    assert numbers_of(need) == (0, 0)
    assert numbers_of(other) == (2, 0)
    assert [line.need for line in pledge.lines.standing()] == [other]


def test_a_pledge_of_which_part_came_is_not_changed():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    give(10, pledge)
    with pytest.raises(ValidationError, match="Part of it has come"):
        change(pledge, [money_for(need, 20)])
    assert numbers_of(need) == (2, 1)


def test_a_pledge_that_nobody_keeps_is_reminded_of_once_and_lapses(settings):
    need = priced_need()
    with time_machine.travel("2026-03-01T03:00Z"):
        pledge = confirmed({"need": need} | THREE_SETS)
    assert instalment_of(pledge).due_on == date(2026, 3, 15)
    with time_machine.travel("2026-03-21T03:00Z"):
        assert keep_time() == 0
    with time_machine.travel("2026-03-22T03:00Z"):
        assert keep_time() == 1
        assert keep_time() == 0
        assert letters() == ["donations.please_confirm", "donations.reminder"]
        assert numbers_of(need) == (3, 0)
    with time_machine.travel("2026-04-11T02:00Z"):
        assert keep_time() == 0
    with time_machine.travel("2026-04-12T03:01Z"):
        assert keep_time() == 1
    assert state_of(pledge) == "lapsed"
    assert instalment_of(pledge).state == "missed"
    assert numbers_of(need) == (0, 0)


def test_months_that_were_missed_do_not_pile_up():
    need = priced_need()
    with time_machine.travel("2026-01-17T03:00Z"):
        pledge = confirmed({"need": need} | THREE_SETS, rhythm="monthly")
    assert instalment_of(pledge).due_on == date(2026, 1, 31)
    with time_machine.travel("2026-02-28T03:00Z"):
        keep_time()
        assert instalment_of(pledge).due_on == date(2026, 2, 28)
        assert numbers_of(need) == (3, 0)
    states = [i.state for i in pledge.instalments.in_order()]
    assert states == ["missed", "open"]


def test_a_monthly_pledge_goes_on_after_each_gift_and_lapses_after_three_months_without():
    need = priced_need()
    with time_machine.travel("2026-01-17T03:00Z"):
        pledge = confirmed({"need": need} | THREE_SETS, rhythm="monthly")
        give(30, pledge)
        assert numbers_of(need) == (0, 3)
        assert state_of(pledge) == "confirmed"
    for month in ("02-28", "03-31", "04-30"):
        with time_machine.travel(f"2026-{month}T03:00Z"):
            keep_time()
            assert numbers_of(need) == (3, 3)
    with time_machine.travel("2026-05-31T03:00Z"):
        keep_time()
    assert state_of(pledge) == "lapsed"
    assert numbers_of(need) == (0, 3)
    assert [i.state for i in pledge.instalments.in_order()] == ["paid", *["missed"] * 3]


def test_who_pays_every_month_before_it_is_due_keeps_each_promise_and_is_never_reminded():
    need = priced_need()
    with time_machine.travel("2026-11-28T03:00Z"):
        pledge = confirmed({"need": need} | THREE_SETS, rhythm="monthly")
    for day in ("2026-11-28", "2026-12-28", "2027-01-28", "2027-02-28"):
        with time_machine.travel(f"{day}T03:00Z"):
            keep_time()
            instalment = instalment_for(pledge, date.fromisoformat(day))
            book(by=None, received_on=date.fromisoformat(day), amount=Decimal(30),
                 currency="USD", instalment=instalment)  # fmt: skip
    assert numbers_of(need) == (0, 12)
    assert [i.state for i in pledge.instalments.in_order()] == ["paid"] * 4
    assert not pledge.instalments.exclude(reminded_at=None).exists()
    assert "donations.reminder" not in letters()


def test_a_second_gift_in_a_month_is_not_taken_for_the_next_month():
    with time_machine.travel("2026-11-28T03:00Z"):
        pledge = confirmed(rhythm="monthly")
        give(30, pledge)
        assert instalment_for(pledge, date(2026, 11, 29)).number == 1
        assert instalment_for(pledge, date(2026, 12, 12)).number == 2


def test_the_days_of_instalments_keep_to_the_month():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 31), 2) == date(2026, 3, 31)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"amount": None}, "pledge_line_is_money_or_goods"),
        ({"amount": Decimal(0)}, "pledge_line_is_money_or_goods"),
        ({"amount": Decimal(5), "in_kind": True}, "pledge_line_is_money_or_goods"),
        ({"amount": None, "in_kind": True}, "pledge_line_says_which_goods"),
        ({"amount": Decimal(5), "quantity": Decimal(1)}, "pledge_line_quantity_of_a_need"),
    ],
)
def test_the_database_refuses_a_line_that_promises_nothing_clear(fields, rule):
    pledge = promise()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        PledgeLine.objects.create(pledge=pledge, **fields)


def test_the_database_keeps_each_instalment_once():
    pledge = confirmed()
    with pytest.raises(IntegrityError, match="instalment_number_once"), transaction.atomic():
        Instalment.objects.create(pledge=pledge, number=1, due_on=date(2026, 1, 1))


def test_a_promise_in_the_ledger_is_never_changed():
    confirmed({"need": priced_need()} | THREE_SETS)

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        PledgeEntry.objects.update(allocation=None)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        PledgeEntry.objects.all().delete()


@pytest.mark.parametrize("days", [0, 6])
def test_nobody_is_reminded_before_the_time(days):
    pledge = confirmed()
    due = instalment_of(pledge).due_on
    with time_machine.travel(due + timedelta(days=days)):
        assert pledging.remind_late() == 0
