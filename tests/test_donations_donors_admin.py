"""Donors, receipts and thanks in the office: for the treasurer, read by the auditor, by nobody else."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from factories import make_user
from office import change_url, told

from correspondence.models import OutgoingEmail
from donations.booking import give_back, void
from donations.models import Donation, Donor, Merge, NameOnWall, Receipt
from donations.receipts import issue
from tests.donations_factories import confirmed, give, make_donor
from tests.pdf import text_of

pytestmark = pytest.mark.django_db
THIS_YEAR = timezone.localdate().year
GIFTS = "/admin/donations/donation/"
DONORS = "/admin/donations/donor/"
RECEIPTS = "/admin/donations/receipt/"


@pytest.fixture
def treasurer(client):
    user = make_user("treasurer")
    client.force_login(user)
    return user


def act(client, url, action, *rows):
    return client.post(url, {"action": action, "_selected_action": [row.pk for row in rows]})


def listed(response):
    return list(response.context["cl"].queryset)


# Receipts


def test_ticked_gifts_get_receipts_in_the_order_in_which_they_came(client, treasurer):
    gifts = [give(10, donor=make_donor()) for _one in range(3)]
    nobody = give(10)
    response = act(client, GIFTS, "issue_receipts", *gifts[::-1], nobody)
    issued = Receipt.objects.order_by("number")
    assert [receipt.donation for receipt in issued] == gifts
    assert {receipt.issued_by for receipt in issued} == {treasurer}
    sentences = told(response)
    assert f"3 receipts issued: {issued[0]} to {issued[2]}." in sentences
    assert any("Enter the donor's name first" in sentence for sentence in sentences)


def test_a_gift_with_a_receipt_gets_no_second_one(client, treasurer):
    gift = give(10, donor=make_donor())
    act(client, GIFTS, "issue_receipts", gift)
    client.get(GIFTS)  # shows the sentence
    response = act(client, GIFTS, "issue_receipts", gift)
    assert Receipt.objects.count() == 1
    assert told(response) == []


def test_the_treasurer_hears_of_names_that_the_typeface_lacks(client, treasurer):
    response = act(client, GIFTS, "issue_receipts", give(10, donor=make_donor(name="Ana 🧶")))
    assert any("has no 🧶, so a 〓 stands there" in sentence for sentence in told(response))


def test_gifts_without_a_receipt_are_found(client, treasurer):
    without, with_one, void_one = [give(10, donor=make_donor()) for _one in range(3)]
    give(10)
    for gift in (with_one, void_one):
        issue(gift, by=None)
    give_back(void_one, 3, cause="refund", by=None, on=timezone.localdate())
    found = listed(client.get(f"{GIFTS}?receipt=none"))
    assert sorted(gift.pk for gift in found) == [without.pk, void_one.pk]
    assert listed(client.get(f"{GIFTS}?receipt=valid")) == [with_one]


def test_a_receipt_is_downloaded_and_kept_by_nobody(client, treasurer):
    receipt = issue(give(10, donor=make_donor(name="Hanako")), by=None)
    response = client.get(reverse("admin:receipt_paper", args=[receipt.pk]))
    assert "Hanako" in text_of(response.content)
    assert "no-store" in response["Cache-Control"]


def test_ticked_receipts_are_one_file(client, treasurer):
    receipts = [issue(give(10, donor=make_donor()), by=None) for _one in range(2)]
    text = text_of(act(client, RECEIPTS, "download", *receipts).content)
    assert all(f"ReceiptNo.{receipt}Page1" in text for receipt in receipts)


def test_too_many_receipts_for_one_file_are_refused(client, treasurer, monkeypatch):
    monkeypatch.setattr("donations.admin.acts.MOST_PAGES", 1)
    receipts = [issue(give(10, donor=make_donor()), by=None) for _one in range(2)]
    response = act(client, RECEIPTS, "download", *receipts)
    assert told(response) == ["Tick 1 receipts at most: more make no file that opens quickly."]


def test_a_receipt_is_issued_again_by_its_button(client, treasurer):
    receipt = issue(give(10, donor=make_donor()), by=None)
    page = client.get(change_url(receipt))
    assert "again_form" in page.content.decode()
    client.post(reverse("admin:receipt_again", args=[receipt.pk]))
    receipt.refresh_from_db()
    assert receipt.reissued_on == timezone.localdate()


def test_a_void_receipt_says_so_and_is_not_issued_again(client, treasurer):
    gift = give(10, donor=make_donor())
    receipt = issue(gift, by=None)
    void(gift, by=None)
    assert "again_form" not in client.get(change_url(receipt)).content.decode()
    response = act(client, RECEIPTS, "issue_again", receipt)
    assert any("is void" in sentence for sentence in told(response))
    assert listed(client.get(f"{RECEIPTS}?state=void")) == [receipt]
    assert listed(client.get(f"{RECEIPTS}?state=valid")) == []


def test_a_receipt_is_found_by_its_number_or_its_donor(client, treasurer):
    first, second = [issue(give(10, donor=make_donor(name=n)), by=None) for n in ("Aoi", "Ben")]
    assert listed(client.get(RECEIPTS, {"q": str(second)})) == [second]
    assert listed(client.get(RECEIPTS, {"q": "aoi"})) == [first]
    assert listed(client.get(RECEIPTS, {"q": "2026-x"})) == []


# Thanks


def test_ticked_gifts_are_thanked_for_each_by_itself(client, treasurer):
    gifts = [give(10, donor=make_donor()), give(10, donor=make_donor(email=""))]
    response = act(client, GIFTS, "send_thanks", *gifts)
    assert OutgoingEmail.objects.get().about == gifts[0].pk
    assert "1 letter of thanks is on its way." in told(response)
    assert listed(client.get(f"{GIFTS}?thanks=due")) == [gifts[1]]
    assert listed(client.get(f"{GIFTS}?thanks=post")) == [gifts[1]]
    act(client, GIFTS, "note_thanks", gifts[1])
    assert listed(client.get(f"{GIFTS}?thanks=due")) == []
    assert len(listed(client.get(f"{GIFTS}?thanks=done"))) == 2


def test_gifts_not_yet_thanked_lie_on_the_desk(client, treasurer):
    give(10, donor=make_donor(name="Waits"))
    thanked = give(10, donor=make_donor(name="Thanked"))
    Donation.objects.filter(pk=thanked.pk).update(thanked_on=timezone.localdate())
    page = client.get("/admin/").content.decode()
    shelf = page[page.index("Not yet thanked") : page.index("Newest gifts")]
    assert "Waits" in shelf
    assert "Thanked" not in shelf
    assert "?thanks=due" in shelf


# Donors


def test_a_donor_shows_sums_by_year_and_currency_never_together(client, treasurer):
    donor = make_donor()
    give(10, donor=donor, fee=1)
    gift = give(5000, currency="JPY", donor=donor)
    give_back(gift, 2000, cause="refund", by=None, on=timezone.localdate())
    void(give(7, donor=donor), by=None)
    context = client.get(change_url(donor)).context
    assert context["sums"] == [
        (THIS_YEAR, "¥3,000", "¥0", 2),
        (THIS_YEAR, "US$10", "US$1", 1),
    ]
    assert context["years"] == [THIS_YEAR]


@pytest.mark.parametrize("count", [1, 3])
def test_a_donor_costs_the_same_queries_however_much_was_given(
    client, treasurer, count, django_assert_num_queries
):
    donor = make_donor()
    for _one in range(count):
        issue(give(10, donor=donor), by=None)
    with django_assert_num_queries(15):
        client.get(change_url(donor))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [(DONORS, 7), (RECEIPTS, 8)])
def test_lists_cost_the_same_queries_however_long(
    client, treasurer, count, url, queries, django_assert_num_queries
):
    for _one in range(count):
        issue(give(10, donor=make_donor()), by=None)
    with django_assert_num_queries(queries):
        client.get(url)


def test_the_list_of_donors_tells_how_many_gifts_stand(client, treasurer):
    donor = make_donor()
    give(10, donor=donor)
    void(give(7, donor=donor), by=None)
    (row,) = listed(client.get(DONORS))
    assert (row.gift_count, row.last_gift_on) == (1, timezone.localdate())


def test_a_statement_is_downloaded(client, treasurer):
    donor = make_donor(name="Hanako")
    give(10, donor=donor)
    response = client.get(reverse("admin:donor_statement", args=[donor.pk, THIS_YEAR]))
    assert "1entry,together10.00USdollars" in text_of(response.content)
    assert client.get(f"{DONORS}{donor.pk}/gifts-9999.pdf").status_code == 404


def test_an_address_that_the_treasurer_types_is_not_proved(client, treasurer):
    donor = make_donor(email="a@x.example", email_proved_at=timezone.now())
    typed = {"name": "Aoi", "email": "B@x.example", "language": "en", "shown": "nothing"}
    client.post(change_url(donor), typed)
    donor.refresh_from_db()
    assert (donor.name, donor.email, donor.email_proved_at) == ("Aoi", "b@x.example", None)


def test_all_that_is_kept_is_handed_out_as_a_file(client, treasurer):
    donor = make_donor(name="Hanako")
    response = client.get(reverse("admin:donor_all", args=[donor.pk]))
    assert json.loads(response.content)["donor"]["name"] == "Hanako"
    assert "no-store" in response["Cache-Control"]


def test_a_donor_is_erased_after_being_asked(client, treasurer):
    donor = make_donor(name="Hanako")
    url = reverse("admin:donor_erase", args=[donor.pk])
    assert "cannot be undone" in client.get(url).content.decode()
    assert Donor.objects.get().name == "Hanako"
    client.post(url)
    assert Donor.objects.get().erased_at
    page = client.get(change_url(donor)).content.decode()
    assert f"Donor No. {donor.pk}" in page
    assert client.post(change_url(donor), {"name": "X", "language": "en"}).status_code == 403


def test_erased_donors_are_found_or_left_out(client, treasurer):
    kept, erased = make_donor(), Donor.objects.create(erased_at=timezone.now())
    assert listed(client.get(f"{DONORS}?erased=no")) == [kept]
    assert listed(client.get(f"{DONORS}?erased=yes")) == [erased]


def test_donors_alike_are_found(client, treasurer):
    alike = [make_donor(name="Aoi"), make_donor(name="aoi")]
    alike += [make_donor(name=name, email="one@donor.example") for name in ("Ada", "A. Example")]
    make_donor(name="")
    for _number in range(2):
        make_donor(name="", email="")
        Donor.objects.create(erased_at=timezone.now())
    found = listed(client.get(f"{DONORS}?alike=yes"))
    assert {donor.pk for donor in found} == {donor.pk for donor in alike}


def test_two_donors_are_merged_after_choosing_whose_words_stay(client, treasurer):
    one, other = make_donor(name="Aoi"), make_donor(name="青井")
    give(10, donor=one)
    url = act(client, DONORS, "merge_two", one, other).url
    page = client.get(url)
    assert ("name", "Aoi", "青井", True) in page.context["rows"]
    assert client.post(url).context["refusal"] == ["Choose whose words stay."]
    client.post(url, {"keep": other.pk})
    assert Donation.objects.get().donor == other
    assert (Merge.objects.get().gone, Merge.objects.get().merged_by) == (one.pk, treasurer)


@pytest.mark.parametrize("count", [1, 3])
def test_only_two_donors_are_merged_at_once(client, treasurer, count):
    response = act(client, DONORS, "merge_two", *[make_donor() for _one in range(count)])
    assert told(response) == ["Tick two donors, not more or less."]


def test_a_name_stands_on_the_page_of_thanks_as_it_was_read(client, treasurer):
    donor = make_donor(name="Hanako", shown="name")
    url = reverse("admin:donor_wall", args=[donor.pk])
    client.post(url, {"name": "Someone else"})
    assert not NameOnWall.objects.exists()
    client.post(url, {"name": "Hanako"})
    assert NameOnWall.objects.get().name == "Hanako"
    client.post(url, {"name": ""})
    assert not NameOnWall.objects.exists()


# Who may


def addresses(donor, receipt):
    return [
        DONORS, GIFTS, RECEIPTS, "/admin/donations/merge/", change_url(donor), change_url(receipt),
        reverse("admin:receipt_paper", args=[receipt.pk]),
        reverse("admin:donor_statement", args=[donor.pk, THIS_YEAR]),
        reverse("admin:donor_all", args=[donor.pk]),
        f"{DONORS}table.csv/", f"{GIFTS}table.csv/", f"{RECEIPTS}table.xlsx/",
    ]  # fmt: skip


def writing(donor, other, receipt):
    return [
        reverse("admin:receipt_again", args=[receipt.pk]),
        reverse("admin:donor_erase", args=[donor.pk]),
        reverse("admin:donor_wall", args=[donor.pk]),
        reverse("admin:donor_merge", args=[donor.pk, other.pk]),
    ]


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("treasurer", 200, 302),
        ("auditor", 200, 403),
        ("campaigner", 403, 403),
        ("editor", 403, 403),
        ("publisher", 403, 403),
    ],
)
def test_only_treasurers_write_and_auditors_read(client, role, reads, writes):
    donor, other = make_donor(shown="name"), make_donor()
    receipt = issue(give(10, donor=donor), by=None)
    client.force_login(make_user(role))
    for url in addresses(donor, receipt):
        assert (url, client.get(url).status_code) == (url, reads)
    for url in writing(donor, other, receipt)[:: -1 if writes == 302 else 1]:
        posted = {"keep": donor.pk, "name": donor.name}
        assert (url, client.post(url, posted).status_code) == (url, writes)


@pytest.mark.parametrize("action", ["issue_receipts", "send_thanks", "note_thanks"])
def test_an_auditor_only_looks(client, action):
    gift = give(10, donor=make_donor())
    client.force_login(make_user("auditor"))
    act(client, GIFTS, action, gift)
    gift.refresh_from_db()
    assert (gift.thanked_on, Receipt.objects.count()) == (None, 0)


def test_what_does_not_exist_is_not_found(client, treasurer):
    for name in ("receipt_paper", "donor_all", "donor_erase"):
        assert client.get(reverse(f"admin:{name}", args=[999])).status_code == 404


# Tables


def rows(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def test_the_accountant_gets_gifts_with_purpose_and_receipt(client, treasurer):
    pledge = confirmed()
    gift = give(30, pledge, fee=Decimal("1.20"), note="=1+1", transaction_id="T1")
    receipt = issue(gift, by=None)
    (row,) = rows(client.get(f"{GIFTS}table.csv/"))
    assert (row["amount"], row["currency"], row["fee"]) == ("30.00", "USD", "1.20")
    assert (row["pledge"], row["receipt"]) == (pledge.reference, str(receipt))
    assert (row["purpose"], row["transaction_id"]) == ("general funds", "T1")
    assert row["note"] == "'=1+1"


def test_the_accountant_gets_receipts_and_donors(client, treasurer):
    donor = make_donor(name="=cmd()", address="+cmd")
    receipt = issue(give(30, donor=donor), by=None)
    (row,) = rows(client.get(f"{RECEIPTS}table.csv/"))
    assert (row["number"], row["amount"], row["donor"]) == (str(receipt), "30.00", str(donor.pk))
    (row,) = rows(client.get(f"{DONORS}table.csv/"))
    assert (row["name"], row["address"]) == ("'=cmd()", "'+cmd")


@pytest.mark.parametrize("count", [1, 3])
def test_a_table_costs_the_same_queries_however_long(client, treasurer, count):
    for _one in range(count):
        issue(give(30, donor=make_donor()), by=None)
    with CaptureQueriesContext(connection) as asked:
        assert len(rows(client.get(f"{GIFTS}table.csv/"))) == count
    assert len(asked) == 8


def test_what_a_gift_counts_for_is_said_in_the_language_of_who_asks(client, treasurer):
    give(30, donor=make_donor())
    response = client.get(f"{GIFTS}table.csv/", headers={"accept-language": "ja"})
    assert [row["purpose"] for row in rows(response)] == ["一般資金"]


def test_a_gift_names_each_purpose_once_and_only_its_valid_receipt(client, treasurer):
    gift = give(30, donor=make_donor())
    void(issue(gift, by=None).donation, by=None)
    taken, back = rows(client.get(f"{GIFTS}table.csv/"))
    assert (taken["receipt"], taken["purpose"], back["receipt"]) == ("", "", "")
