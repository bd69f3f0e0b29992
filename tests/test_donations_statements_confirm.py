"""What people decide of a statement's rows, and that each is booked once."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction

from donations.booking import void
from donations.confirming import confirm, confirm_all, discard, take_up
from donations.matching import match_again
from donations.models import Donation, StatementRow
from donations.pledging import cancel
from tests.donations_factories import (
    confirmed,
    give,
    make_donor,
    make_method,
    money_for,
    numbers_of,
    priced_need,
    promise,
    state_of,
)
from tests.factories import make_user
from tests.statements_factories import make_row, paypal, paypal_row, rakuten, take_in

pytestmark = pytest.mark.django_db


def row_for(pledge, amount="30.00", **cells):
    return make_row(paypal(paypal_row(amount, note=pledge.reference, **cells)))


def unmatched(**cells):
    return make_row(paypal(paypal_row(**cells)))


def booked(row):
    row.refresh_from_db()
    return row.state, row.donation


# Booking


def test_a_matched_row_becomes_a_donation_that_fulfils_its_pledge():
    need = priced_need()
    pledge = confirmed(money_for(need, 30))
    treasurer, method = make_user("treasurer"), make_method()
    take_in(
        paypal(paypal_row("30.00", note=pledge.reference, fee="-1.17", number="X1")), method=method
    )
    row = StatementRow.objects.get()
    donation = confirm(row, by=treasurer)
    assert (donation.amount, donation.fee, donation.currency) == (30, Decimal("1.17"), "USD")
    assert (donation.transaction_id, donation.method, donation.donor) == (
        "X1",
        method,
        pledge.donor,
    )
    assert (str(donation.received_on), donation.entered_by) == ("2026-07-03", treasurer)
    assert (state_of(pledge), numbers_of(need)) == ("fulfilled", (0, 3))
    assert booked(row) == ("booked", donation)
    assert row.settled_by == treasurer


def test_a_row_is_booked_once():
    row = row_for(confirmed())
    confirm(row, by=None)
    with pytest.raises(ValidationError, match=r"This row is booked already\."):
        confirm(row, by=None)
    assert Donation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_cannot_book_a_row_twice():
    row, start, outcomes = row_for(confirmed()), Barrier(2), []

    def run():
        start.wait()
        done = confirm_all(StatementRow.objects.filter(pk=row.pk), by=None)
        outcomes.append((done.booked, [sentences for _row, sentences in done.refused]))
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Donation.objects.count() == 1
    assert sum(number for number, _refused in outcomes) == 1


def test_a_row_without_match_asks_whom_it_came_from():
    with pytest.raises(ValidationError, match="Choose whom it came from first"):
        confirm(unmatched(), by=None)


def test_a_row_is_booked_for_the_pledge_that_somebody_chose():
    pledge, row = confirmed(), unmatched()
    donation = confirm(row, by=None, pledge=pledge)
    assert (donation.donor, state_of(pledge)) == (pledge.donor, "fulfilled")
    row.refresh_from_db()
    assert row.pledge == pledge


def test_a_proposal_may_be_refused_for_another_donor_or_for_nobody():
    pledge, donor = confirmed(), make_donor()
    for chosen in (donor, None):
        row = make_row(paypal(paypal_row(note=pledge.reference[:-1])))
        assert row.state == "proposed"
        assert confirm(row, by=None, donor=chosen).donor == chosen
        row.refresh_from_db()
        assert row.pledge is None
    assert state_of(pledge) == "confirmed"


def test_who_pays_a_pledge_has_confirmed_it_but_proved_no_address():
    need = priced_need()
    pledge = promise(money_for(need, 30))
    donation = confirm(row_for(pledge, "30.00"), by=None)
    assert (donation.donor, donation.donor.email_proved_at) == (pledge.donor, None)
    assert (state_of(pledge), numbers_of(need)) == ("fulfilled", (0, 3))


def test_money_for_a_pledge_that_was_cancelled_unconfirmed_keeps_its_donor():
    pledge = cancel(promise())
    donation = confirm(row_for(pledge), by=None)
    assert (donation.donor, donation.instalment) == (pledge.donor, None)


def test_a_monthly_pledge_has_its_oldest_open_instalment_paid():
    pledge = confirmed(rhythm="monthly")
    first, second = (confirm(row_for(pledge), by=None) for _ in range(2))
    assert first.instalment == second.instalment
    assert first.instalment.number == 1


def test_what_the_books_refuse_leaves_the_row_waiting():
    row = unmatched()
    StatementRow.objects.filter(pk=row.pk).update(pledge=confirmed(currency="EUR"), state="matched")
    with pytest.raises(ValidationError, match="Enter the rate of EUR in USD"):
        confirm(row, by=None)
    assert booked(row) == ("matched", None)


def test_an_id_that_was_booked_by_hand_meanwhile_is_refused():
    row = row_for(confirmed(), number="X1")
    give(30, transaction_id="X1")
    with pytest.raises(ValidationError, match="with this transaction id is booked already"):
        confirm(row, by=None)
    assert booked(row) == ("matched", None)


# Refunds


def refund(amount="-30.00", **cells):
    return paypal_row(amount, **{"kind": "Payment Refund", "refers": "X1"} | cells)


def test_a_refund_gives_back_the_donation_it_names():
    gift = give(30, transaction_id="X1")
    row = make_row(paypal(refund("-10.00", number="X2", day="2026-07-09")))
    back = confirm(row, by=None)
    assert (back.amount, back.reverses, back.cause) == (-10, gift, "refund")
    assert (str(back.received_on), back.transaction_id) == ("2026-07-09", "X2")
    assert booked(row) == ("booked", back)


@pytest.mark.parametrize("kind", ["Chargeback", "Payment Reversal"])
def test_what_a_bank_calls_back_is_a_chargeback(kind):
    give(30, transaction_id="X1")
    assert confirm(make_row(paypal(refund(kind=kind))), by=None).cause == "chargeback"


def test_a_refund_may_be_matched_by_hand():
    gift = give(30)
    row = make_row(paypal(refund()))
    assert confirm(row, by=None, refunds=gift).reverses == gift


def test_a_refund_of_nothing_known_is_refused():
    row = make_row(paypal(refund()))
    with pytest.raises(ValidationError, match="Choose whom it came from first"):
        confirm(row, by=None)
    with pytest.raises(ValidationError, match="Nobody knows which donation this gives back"):
        confirm(row, by=None, refunds=None)


def test_a_refund_in_another_currency_is_refused():
    with pytest.raises(ValidationError, match="another currency"):
        confirm(make_row(paypal(refund())), by=None, refunds=give(30, currency="EUR"))


def test_a_refund_of_more_than_is_left_is_refused():
    give(20, transaction_id="X1")
    with pytest.raises(ValidationError, match="cannot go back"):
        confirm(make_row(paypal(refund())), by=None)


# Many at once


def test_gift_and_refund_of_one_file_are_booked_in_one_go():
    pledge = confirmed()
    take_in(paypal(refund(), paypal_row(note=pledge.reference, number="X1")))
    done = confirm_all(StatementRow.objects.all(), by=None)
    assert (done.booked, done.refused) == (2, [])
    assert list(Donation.objects.order_by("pk").values_list("amount", flat=True)) == [30, -30]


def test_one_row_that_cannot_be_booked_holds_up_no_other():
    euro, dollar = confirmed(currency="EUR"), confirmed()
    take_in(paypal(*(paypal_row(note=pledge.reference) for pledge in (euro, dollar))))
    done = confirm_all(StatementRow.objects.all(), by=None)
    ((refused, sentences),) = done.refused
    assert (done.booked, refused.pledge) == (1, euro)
    assert sentences[0].startswith("Enter the rate of EUR in USD")


def test_only_matched_rows_are_booked_in_bulk():
    pledge = confirmed()
    take_in(paypal(paypal_row(note=pledge.reference[:-1]), paypal_row()))
    assert confirm_all(StatementRow.objects.all(), by=None).booked == 0
    assert Donation.objects.count() == 0


# Matching again, discarding, taking up


def test_a_pledge_that_came_after_the_statement_is_found_by_looking_again():
    row = unmatched(note="7KMX 3RT5")
    pledge = confirmed()
    type(pledge).objects.filter(pk=pledge.pk).update(reference="7KMX3RT5")
    assert match_again(StatementRow.objects.all()) == 1
    row.refresh_from_db()
    assert (row.state, row.pledge) == ("matched", pledge)
    assert match_again(StatementRow.objects.all()) == 0


def test_discarding_keeps_the_words_and_leaves_what_is_booked():
    done, row = row_for(confirmed()), unmatched()
    confirm(done, by=None)
    treasurer = make_user("treasurer")
    assert discard(StatementRow.objects.all(), why="membership fee", by=treasurer) == 1
    row.refresh_from_db()
    assert (row.state, row.why, row.settled_by) == ("out", "membership fee", treasurer)


def test_a_discarded_row_is_taken_up_with_its_match():
    pledge = confirmed()
    row = row_for(pledge)
    discard(StatementRow.objects.all(), why="a mistake", by=None)
    with pytest.raises(ValidationError, match="Take it up again first"):
        confirm(row, by=None)
    take_up(row, by=None)
    row.refresh_from_db()
    assert (row.state, row.reason, row.pledge) == ("matched", "", pledge)


def test_money_of_an_unknown_kind_may_be_taken_up():
    row = unmatched(kind="General Payment")
    take_up(row, by=None)
    assert booked(row) == ("unmatched", None)


@pytest.mark.parametrize("cells", [{"amount": "-5.00"}, {"amount": "0.00"}, {"day": "gestern"}])
def test_what_tells_of_no_money_cannot_be_taken_up(cells):
    row = (
        make_row(paypal(paypal_row(**cells), paypal_row()))
        if "day" in cells
        else unmatched(**cells)
    )
    row = StatementRow.objects.get(number=2)
    with pytest.raises(ValidationError, match="tells of no money that came"):
        take_up(row, by=None)


def test_a_row_that_was_not_discarded_cannot_be_taken_up():
    with pytest.raises(ValidationError, match="was not discarded"):
        take_up(unmatched(), by=None)


# What stays


def test_a_booked_row_cannot_be_deleted():
    row = row_for(confirmed())
    confirm(row, by=None)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        row.file.delete()


def test_a_donation_has_one_row():
    row, other = row_for(confirmed()), unmatched()
    donation = confirm(row, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementRow.objects.filter(pk=other.pk).update(state="booked", donation=donation)


def test_what_was_voided_comes_in_no_second_time():
    content = rakuten(("20260705", "1000", "ﾔﾏﾀﾞ"))
    row = make_row(content)
    void(confirm(row, by=None, donor=None), by=None)
    assert take_in(content).counts["known"] == 1
