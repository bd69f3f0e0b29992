"""Gifts: what arrived counts once, for what it was promised, at the price and rate of its day."""

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.utils import ProgrammingError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Entry, Need
from campaigns.posting import post
from donations.booking import Part, book, give_back, shared, void
from donations.models import Allocation, Donation, Pledge
from donations.pledging import cancel, end
from donations.proof import discrepancies
from tests.campaigns_factories import make_campaign, make_need
from tests.donations_factories import (
    confirmed,
    give,
    instalment_of,
    money_for,
    numbers_of,
    priced_need,
    set_rate,
    state_of,
)

pytestmark = pytest.mark.django_db
THREE_SETS = {"amount": Decimal(30), "quantity": Decimal(3)}


def parts_of(donation):
    """Return (need or campaign, amount) of what counts now."""
    rows = donation.allocations.standing().order_by("pk")
    return [(row.need or row.campaign, row.amount) for row in rows]


def refund(donation, amount, **facts):
    cause = Donation.Cause.REFUND
    return give_back(
        donation, Decimal(amount), cause=cause, by=None, on=timezone.localdate(), **facts
    )


# Fulfilling a promise


def test_a_gift_fulfils_its_pledge_and_moves_from_pledged_to_received():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    donation = give(30, pledge)
    assert numbers_of(need) == (0, 3)
    assert state_of(pledge) == "fulfilled"
    assert instalment_of(pledge).state == "paid"
    assert donation.donor == pledge.donor
    assert parts_of(donation) == [(need, 30)]


def test_of_a_part_payment_the_rest_stays_pledged():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    give(10, pledge)
    assert numbers_of(need) == (2, 1)
    assert (state_of(pledge), instalment_of(pledge).state) == ("partly", "partly")
    give(20, pledge)
    assert numbers_of(need) == (0, 3)
    assert (state_of(pledge), instalment_of(pledge).state) == ("fulfilled", "paid")


def test_what_comes_beyond_the_promise_is_for_general_funds():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    donation = give(35, pledge)
    assert parts_of(donation) == [(need, 30), (None, 5)]
    assert (state_of(pledge), instalment_of(pledge).state) == ("fulfilled", "overpaid")


def test_a_gift_goes_through_the_lines_in_their_order():
    need, campaign = priced_need(), make_campaign()
    pledge = confirmed(
        money_for(need, 20), {"campaign": campaign, "amount": Decimal(15)}, {"amount": Decimal(5)}
    )
    donation = give(37, pledge)
    assert parts_of(donation) == [(need, 20), (campaign, 15), (None, 2)]
    assert (state_of(pledge), instalment_of(pledge).state) == ("partly", "partly")


def test_the_price_of_the_day_of_the_gift_decides_how_much_it_buys():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    Need.objects.filter(pk=need.pk).update(unit_cost=15)
    donation = give(30, pledge)
    assert numbers_of(need) == (0, 2)
    assert donation.allocations.get().unit_cost == 15


def test_a_gift_without_a_pledge_is_for_general_funds_unless_parts_say_more():
    need = priced_need()
    assert parts_of(give(30)) == [(None, 30)]
    assert parts_of(give(30, parts=[Part(Decimal(20), need=need)])) == [(need, 20), (None, 10)]
    assert numbers_of(need) == (0, 2)


def test_more_than_came_is_not_given_out():
    need = priced_need()
    with pytest.raises(ValidationError, match="US\\$30 came, .* US\\$10 too much"):
        give(30, parts=[Part(Decimal(40), need=need)])
    assert not Donation.objects.exists()
    assert not Entry.objects.exists()


def test_goods_fulfil_what_was_promised_in_kind():
    need = make_need()
    pledge = confirmed({"need": need, "quantity": Decimal(4), "in_kind": True})
    line = pledge.lines.get()
    part = Part(quantity=Decimal(3), need=need, line=line, settles=Decimal(3))
    facts = {"by": None, "received_on": timezone.localdate(), "goods": "3 summer sets"}
    book(instalment=instalment_of(pledge), parts=[part], **facts)
    assert numbers_of(need) == (1, 3)
    assert state_of(pledge) == "partly"
    assert Need.objects.with_quantities().get(pk=need.pk).in_stock == 3


def test_a_late_gift_for_a_lapsed_pledge_still_counts_for_its_purpose():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    instalment = instalment_of(pledge)
    end(Pledge.objects.get(pk=pledge.pk), "lapsed", "missed")
    assert numbers_of(need) == (0, 0)
    book(
        by=None,
        received_on=timezone.localdate(),
        amount=Decimal(30),
        currency="USD",
        instalment=instalment_of(pledge),
    )
    assert numbers_of(need) == (0, 3)
    assert state_of(pledge) == "fulfilled"
    assert instalment_of(pledge).pk == instalment.pk


# Currencies


def test_a_gift_in_another_currency_needs_a_rate_and_keeps_it():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    with pytest.raises(ValidationError, match="Enter the rate of USD in JPY"):
        give(4500, pledge, currency="JPY")
    set_rate("USD", "JPY", "150")
    donation = give(4500, pledge, currency="JPY")
    allocation = donation.allocations.get()
    assert allocation.rate == Decimal("0.0066666667")
    assert allocation.entry.amount == 30
    assert numbers_of(need) == (0, 3)


def test_a_sum_in_another_currency_counts_as_the_whole_promise_within_five_percent():
    need = priced_need()
    set_rate("USD", "JPY", "150")
    near, far = (confirmed({"need": need} | THREE_SETS) for _ in range(2))
    give(4275, near, currency="JPY")
    give(4274, far, currency="JPY")
    assert state_of(near) == "fulfilled"
    assert state_of(far) == "partly"


def test_a_rate_older_than_a_month_is_asked_for_anew():
    set_rate("USD", "JPY", "150", timezone.localdate() - timedelta(days=31))
    pledge = confirmed(money_for(priced_need(), 30))
    with pytest.raises(ValidationError, match="Enter the rate"):
        give(4500, pledge, currency="JPY")


def test_yen_have_no_cents():
    with pytest.raises(ValidationError, match="JPY has no smaller unit"):
        give("10.50", currency="JPY")
    with pytest.raises(IntegrityError, match="donation_in_whole_units"), transaction.atomic():
        Donation.objects.create(
            received_on=timezone.localdate(), amount=Decimal("10.50"), currency="JPY"
        )


# Once only


def test_a_form_that_is_sent_twice_books_once():
    slip = uuid.uuid4()
    assert give(30, slip=slip) == give(30, slip=slip)
    assert Donation.objects.count() == Allocation.objects.count() == 1


def test_a_transaction_is_booked_once():
    give(30, transaction_id="9XY")
    with pytest.raises(ValidationError, match="booked already"):
        give(30, transaction_id="9XY")
    with pytest.raises(IntegrityError, match="transaction_id"), transaction.atomic():
        Donation.objects.create(
            received_on=timezone.localdate(),
            amount=Decimal(1),
            currency="USD",
            transaction_id="9XY",
        )


@pytest.mark.django_db(transaction=True)
def test_two_gifts_for_one_pledge_at_once_release_it_once():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    start = threading.Barrier(4)

    def pay():
        start.wait()
        give(30, pledge)
        connection.close()

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Donation.objects.count() == 4
    assert numbers_of(need) == (0, 3)
    assert instalment_of(pledge).state == "overpaid"


# Taking back


def test_a_void_gift_lets_its_promise_stand_again():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    donation = give(30, pledge)
    reversal = void(donation, by=None)
    assert (reversal.amount, reversal.cause) == (-30, "void")
    assert numbers_of(need) == (3, 0)
    assert (state_of(pledge), instalment_of(pledge).state) == ("confirmed", "open")
    assert parts_of(donation) == []
    with pytest.raises(ValidationError, match="taken back already"):
        void(donation, by=None)
    give(30, pledge)
    assert numbers_of(need) == (0, 3)


def test_a_void_gift_of_a_cancelled_pledge_is_not_waited_for_again():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    donation = give(10, pledge)
    cancel(pledge)
    void(donation, by=None)
    assert numbers_of(need) == (0, 0)
    assert (state_of(pledge), instalment_of(pledge).state) == ("cancelled", "cancelled")


def test_a_refund_leaves_the_promise_kept_and_the_rest_for_its_purpose():
    need = priced_need()
    pledge = confirmed({"need": need} | THREE_SETS)
    donation = give(30, pledge)
    refund(donation, 10)
    assert numbers_of(need) == (0, 2)
    assert state_of(pledge) == "fulfilled"
    assert parts_of(donation) == [(need, 20)]
    refund(donation, 20)
    assert numbers_of(need) == (0, 0)
    assert parts_of(donation) == []


def test_a_refund_counts_on_the_day_on_which_the_money_went_back():
    need, today = priced_need(), timezone.localdate()
    donation = give(30, confirmed({"need": need} | THREE_SETS), received_on=today - timedelta(400))
    refund(donation, 10)
    rows = donation.allocations.order_by("pk").values_list("amount", "changed_on")
    assert list(rows) == [(30, None), (-30, today), (20, today)]
    assert list(discrepancies()) == []


def test_no_more_goes_back_than_came():
    donation = give(30)
    refund(donation, 25)
    with pytest.raises(ValidationError, match="US\\$5 of this gift are left"):
        refund(donation, 6)
    assert Donation.objects.with_kept().get(pk=donation.pk).kept == 5


def test_what_takes_back_a_gift_is_not_taken_back_itself():
    reversal = void(give(30), by=None)
    with pytest.raises(ValidationError, match="cannot be taken back itself"):
        void(reversal, by=None)


def test_goods_that_left_the_store_cannot_be_made_undone():
    need = make_need()
    part = Part(quantity=Decimal(3), need=need)
    facts = {"by": None, "received_on": timezone.localdate(), "goods": "3 sets"}
    donation = book(parts=[part], **facts)
    post(need, "dispatched", Decimal(2), on=timezone.localdate(), by=None)
    with pytest.raises(ValidationError, match="1 set are in stock, so 3 cannot be taken back"):
        void(donation, by=None)
    assert not Donation.objects.exclude(reverses=None).exists()


def test_posted_figures_stay_and_what_is_learnt_late_may_change():
    donation = give(30)
    Donation.objects.update(note="thanked by telephone", thanked_on=timezone.localdate())
    for field, value in [("amount", 31), ("currency", "EUR"), ("received_on", "2020-01-01")]:
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            Donation.objects.update(**{field: value})
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        connection.cursor().execute("DELETE FROM donations_donation")
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        donation.allocations.update(amount=31)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"amount": Decimal(0), "currency": "USD"}, "donation_is_money_or_goods"),
        ({"amount": Decimal(-5), "currency": "USD"}, "donation_negative_only_to_reverse"),
        ({"amount": Decimal(5)}, "donation_is_money_or_goods"),
        ({"goods": "caps", "cause": "void"}, "donation_reversed_for_a_cause"),
        ({"goods": "caps", "valuation": Decimal(5)}, "donation_valuation_of_goods"),
    ],
)
def test_the_database_refuses_an_impossible_gift(fields, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Donation.objects.create(received_on=timezone.localdate(), **fields)


# Whatever comes in whatever order


@given(
    amount=st.integers(0, 10**9),
    wanted=st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
    currency=st.sampled_from(["JPY", "USD"]),
)
def test_shares_add_up_and_are_never_negative(amount, wanted, currency):
    amount = Decimal(amount) if currency == "JPY" else Decimal(amount) / 100
    shares = shared(amount, dict(enumerate(map(Decimal, wanted))), currency)
    assert sum(shares.values()) == amount
    assert min(shares.values()) >= 0


ACTS = st.lists(
    st.tuples(st.sampled_from(["give", "void", "refund", "cancel"]), st.integers(1, 6000)),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, amount=st.integers(100, 6000), sets=st.integers(1, 9))
def test_whatever_happens_the_sums_agree(acts, amount, sets):
    with transaction.atomic():
        need = priced_need()
        pledge = confirmed(
            {"need": need, "amount": Decimal(sets * 10), "quantity": Decimal(sets)},
            {"amount": Decimal(amount) / 100},
        )
        for name, number in acts:
            try:
                happen(name, Decimal(number) / 100, pledge)
            except ValidationError:
                continue
        assert list(discrepancies()) == []
        pledged, received = numbers_of(need)
        funded = Entry.objects.filter(kind="funded").aggregate(sum=Sum("amount"))["sum"] or Decimal(
            0
        )
        assert 0 <= pledged <= sets
        assert abs(received - funded / 10) < Decimal("0.01")
        assert (pledged == 0) or instalment_of(pledge).is_open
        transaction.set_rollback(True)


def happen(name, amount, pledge):
    last = Donation.objects.gifts().order_by("-pk").first()
    if name == "give":
        give(amount, pledge)
    elif name == "cancel":
        cancel(pledge)
    elif last:
        void(last, by=None) if name == "void" else refund(last, amount)
