"""Receipts: numbered without gaps, one a gift, void for ever when the gift is taken back."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pgtrigger
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone, translation

from donations.booking import Part, book, give_back, void
from donations.models import Donation, Donor, Receipt
from donations.printing import print_receipts, print_statement, receipt_response
from donations.proof import discrepancies
from donations.receipts import issue, receipts_of, reissue
from pages.letterhead import letterhead
from pages.models import Organisation
from tests.donations_factories import confirmed, give, make_donor, priced_need
from tests.factories import make_user
from tests.pdf import text_of

pytestmark = pytest.mark.django_db


def given(amount=5000, currency="JPY", donor=None, **facts):
    return give(amount, currency=currency, donor=donor or make_donor(), **facts)


def given_goods(goods="3 sets", donor=None, **facts):
    return book(
        by=None, received_on=timezone.localdate(), goods=goods, donor=donor or make_donor(), **facts
    )


def numbers():
    return [str(receipt) for receipt in Receipt.objects.order_by("year", "number")]


def test_receipts_are_numbered_from_one_in_each_fiscal_year():
    for day in ["2026-03-31", "2026-03-31", "2026-04-01", "2027-03-31", "2027-04-01"]:
        with time_machine.travel(f"{day}T12:00+09:00"):
            issue(given(), by=None)
    assert numbers() == ["2025-00001", "2025-00002", "2026-00001", "2026-00002", "2027-00001"]


def test_a_receipt_tells_who_issued_it_and_when():
    treasurer = make_user("treasurer")
    with time_machine.travel("2026-11-25T12:00+09:00"):
        receipt = issue(given(amount="10.50", currency="USD"), by=treasurer)
    assert (receipt.issued_by, receipt.issued_on) == (treasurer, date(2026, 11, 25))
    assert (receipt.amount, receipt.text) == (Decimal("10.50"), "US$10.50")


def test_a_gift_has_one_receipt_however_often_it_is_asked_for():
    gift = given()
    assert issue(gift, by=None) == issue(gift, by=None)
    assert Receipt.objects.count() == 1


def test_the_database_refuses_a_second_valid_receipt():
    receipt = issue(given(), by=None)
    with (
        pytest.raises(IntegrityError, match="receipt_valid_once_a_gift"),
        transaction.atomic(),
    ):
        Receipt.objects.create(year=receipt.year, number=2, donation=receipt.donation)


def test_the_database_refuses_a_number_twice():
    receipt = issue(given(), by=None)
    with (
        pytest.raises(IntegrityError, match="receipt_number_once_a_year"),
        transaction.atomic(),
    ):
        Receipt.objects.create(year=receipt.year, number=1, donation=given())


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("receipt_void_for_a_cause", {"void_on": date(2030, 1, 1)}),
        ("receipt_void_for_a_cause", {"void_cause": "void"}),
        ("receipt_issued_before_again", {"reissued_on": date(2000, 1, 1)}),
    ],
)
def test_the_database_refuses_a_receipt_that_contradicts_itself(rule, change):
    issue(given(), by=None)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Receipt.objects.update(**change)


def test_the_database_refuses_a_number_of_nothing():
    with pytest.raises(IntegrityError, match="receipt_numbered_from_one"), transaction.atomic():
        Receipt.objects.create(year=2026, number=0, donation=given())


@pytest.mark.parametrize("change", [{"number": 7}, {"year": 2000}, {"amount": 1}])
def test_figures_of_a_receipt_stay(change):
    issue(given(), by=None)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Receipt.objects.update(**change)


def test_no_receipt_is_ever_deleted():
    receipt = issue(given(), by=None)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        receipt.delete()


def test_a_failure_after_the_number_leaves_no_gap():
    with pytest.raises(ValidationError), transaction.atomic():
        issue(given(), by=None)
        raise ValidationError("the rest of the act failed")
    issue(given(), by=None)
    assert [receipt.number for receipt in Receipt.objects.all()] == [1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: give(5, donor=None), "made out to a name"),
        (lambda: given(donor=make_donor(name="")), "made out to a name"),
        (lambda: void(given(), by=None), "takes a gift back"),
    ],
)
def test_what_cannot_be_confirmed_gets_no_number(make, words):
    with pytest.raises(ValidationError, match=words):
        issue(make(), by=None)
    assert numbers() == []


@pytest.mark.parametrize(
    ("gift", "take_back"),
    [
        (given, lambda gift: void(gift, by=None)),
        (given_goods, lambda gift: void(gift, by=None)),
        (given, lambda gift: go_back(gift, 5000)),
    ],
)
def test_nothing_is_confirmed_of_which_nothing_is_left(gift, take_back):
    gift = gift()
    take_back(gift)
    with pytest.raises(ValidationError, match="Nothing is left"):
        issue(gift, by=None)


def go_back(gift, amount, cause="refund"):
    return give_back(gift, Decimal(amount), cause=cause, by=None, on=timezone.localdate())


@pytest.mark.parametrize(
    ("cause", "take_back"),
    [
        ("void", lambda gift: void(gift, by=None)),
        ("refund", lambda gift: go_back(gift, 5000)),
        ("chargeback", lambda gift: go_back(gift, 5000, "chargeback")),
    ],
)
def test_the_receipt_of_a_gift_taken_back_is_void_and_keeps_its_number(cause, take_back):
    gift = given()
    receipt = issue(gift, by=None)
    take_back(gift)
    receipt.refresh_from_db()
    assert (receipt.void_on, receipt.void_cause) == (timezone.localdate(), cause)
    assert issue(given(), by=None).number == receipt.number + 1


def test_what_is_left_of_a_gift_gets_a_receipt_of_its_own():
    gift = given()
    first = issue(gift, by=None)
    go_back(gift, 2000)
    second = issue(gift, by=None)
    assert (second.number, second.amount) == (first.number + 1, 3000)
    assert list(Receipt.objects.valid()) == [second]


def test_a_receipt_issued_again_keeps_its_number():
    with time_machine.travel("2026-11-25T12:00+09:00"):
        receipt = issue(given(), by=None)
    with time_machine.travel("2027-05-05T12:00+09:00"):
        again = reissue(receipt)
    assert (again.pk, str(again), again.reissued_on) == (
        receipt.pk,
        "2026-00001",
        date(2027, 5, 5),
    )


def test_a_void_receipt_is_not_issued_again():
    gift = given()
    receipt = issue(gift, by=None)
    void(gift, by=None)
    with pytest.raises(ValidationError, match="is void"):
        reissue(receipt)


@pytest.mark.django_db(transaction=True)
def test_eight_who_issue_at_once_get_eight_numbers_in_a_row():
    gifts = [given() for _one in range(8)]
    start = Barrier(8)

    def press(gift):
        start.wait()
        issue(gift, by=None)
        connection.close()

    run([(press, gift) for gift in gifts])
    assert sorted(receipt.number for receipt in Receipt.objects.all()) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_for_one_gift_at_once_get_the_same_receipt():
    gift, start, got = given(), Barrier(4), []

    def press(_number):
        start.wait()
        got.append(issue(gift, by=None).pk)
        connection.close()

    run([(press, number) for number in range(4)])
    assert (len(got), len(set(got)), Receipt.objects.count()) == (4, 1, 1)


def run(acts):
    threads = [Thread(target=act, args=[argument]) for act, argument in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Proved


def test_receipts_as_they_were_issued_are_right():
    gift = given()
    issue(gift, by=None)
    go_back(gift, 2000)
    issue(gift, by=None)
    goods = given_goods()
    issue(goods, by=None)
    void(goods, by=None)
    assert list(discrepancies()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [({"number": 2}, "a number before it is missing"), ({"amount": 1}, "what is left of its gift")],
)
def test_a_receipt_that_cannot_be_is_found(change, words):
    receipt = issue(given(), by=None)
    with pgtrigger.ignore("donations.Receipt:receipt_figures_stay"):
        Receipt.objects.update(**change)
    (sentence,) = discrepancies()
    assert sentence.startswith(f"Receipt No. {receipt.pk}: ")
    assert words in sentence


@pytest.mark.parametrize("gift", [given, given_goods])
def test_a_valid_receipt_of_a_gift_taken_back_is_found(gift):
    gift = gift()
    issue(gift, by=None)
    void(gift, by=None)
    Receipt.objects.update(void_on=None, void_cause="")
    (sentence,) = discrepancies()
    assert "what is left of its gift" in sentence


# On paper


def test_the_paper_says_what_the_gift_counts_for():
    need = priced_need()
    gift = given(30, "USD", parts=[Part(Decimal(20), need=need)], method=None)
    text = text_of(print_receipts([issue(gift, by=None)]))
    said = f"{need} ({need.campaign}); general funds"
    assert "For" + "".join(said.split()) in text
    assert "30.00USdollars" in text
    assert "".join(gift.donor.name.split()) in text


def test_the_paper_speaks_the_donors_language():
    receipt = issue(given(donor=make_donor(language="ja", name="髙橋")), by=None)
    with translation.override("ko"):
        assert "5,000円" in text_of(print_receipts([receipt]))


def test_the_paper_of_goods_names_their_own_valuation():
    gift = given_goods(valuation=Decimal(30), valuation_currency="USD")
    text = text_of(print_receipts([issue(gift, by=None)]))
    assert "3setsGoods;thedonor'sownvaluation:US$30" in text


def test_the_paper_of_a_void_receipt_says_so():
    gift = given()
    receipt = issue(gift, by=None)
    void(gift, by=None)
    assert "VOIDsince" in text_of(print_receipts([receipt]))


@pytest.mark.parametrize("count", [1, 3])
def test_receipts_cost_three_queries_however_many(count, django_assert_num_queries):
    receipts = [issue(given(), by=None) for _one in range(count)]
    with django_assert_num_queries(3):
        print_receipts(receipts)


def test_receipts_are_bound_in_the_order_of_their_numbers():
    receipts = [issue(given(), by=None) for _one in range(3)]
    text = text_of(print_receipts(receipts[::-1]))
    places = [text.index(f"ReceiptNo.{receipt}Page1") for receipt in receipts]
    assert places == sorted(places)


def test_a_receipt_is_handed_out_to_nobody_after():
    receipt = issue(given(), by=None)
    response = receipt_response(receipt)
    assert response.content.startswith(b"%PDF-")
    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="receipt-{receipt}.pdf"',
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, noarchive",
    }


def test_the_letterhead_is_the_one_that_the_office_wrote():
    Organisation.objects.update(
        name_ja="北朝鮮難民救援基金", address_en="A\nB", email="o@x.example"
    )
    with translation.override("ja"):
        assert letterhead().name == "北朝鮮難民救援基金"
    assert (letterhead().address, letterhead().email) == ("A\nB", "o@x.example")


def test_receipts_of_a_pledge_are_those_of_its_gifts():
    pledge = confirmed()
    mine = issue(give(30, pledge), by=None)
    issue(given(), by=None)
    assert list(receipts_of(pledge)) == [mine]


# The yearly statement


def statement_of(donor, year=2026):
    return text_of(print_statement(donor, year))


def test_a_statement_holds_the_gifts_of_its_calendar_year_alone():
    donor = make_donor()
    for day in [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]:
        with time_machine.travel("2027-06-01"):
            given(100, donor=donor, received_on=day)
    text = statement_of(donor)
    assert "2entries,together200Japaneseyen" in text
    assert "2026-01-01generalfunds100" in text


def test_a_statement_takes_off_what_went_back_and_forgets_mistakes():
    donor = make_donor()
    with time_machine.travel("2026-06-01"):
        refunded, wrong = given(5000, donor=donor), given(700, donor=donor)
        go_back(refunded, 2000)
        void(wrong, by=None)
        text = statement_of(donor)
    assert "Givenback" in text
    assert "2entries,together3,000Japaneseyen" in text


def test_a_statement_names_the_receipts_and_nobody_elses_gifts():
    donor = make_donor()
    with time_machine.travel("2026-06-01"):
        receipt = issue(given(donor=donor), by=None)
        given(999)
        given_goods("20 caps", donor=donor)
        text = statement_of(donor)
    assert f"2026-06-01{receipt}generalfunds5,000" in text
    assert "2026-06-0120caps" in text
    assert "999" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_a_statement_costs_four_queries_however_long(count, django_assert_num_queries):
    donor = make_donor()
    for _one in range(count):
        issue(given(donor=donor), by=None)
    donor = Donor.objects.get(pk=donor.pk)
    with django_assert_num_queries(4):
        print_statement(donor, timezone.localdate().year)


def test_refunds_stay_with_the_gift_whose_donor_was_learnt_late():
    donor = make_donor()
    with time_machine.travel("2026-06-01"):
        gift = give(5000, currency="JPY")
        go_back(gift, 2000)
        Donation.objects.filter(pk=gift.pk).update(donor=donor)
        assert "2entries,together3,000Japaneseyen" in statement_of(donor)
