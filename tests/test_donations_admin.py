"""The treasurer's office: gifts are booked, looked up and taken back; others see nothing of it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from factories import make_user
from office import change_url, list_url, send, told

from campaigns.models import Entry
from donations import booking
from donations.booking import void
from donations.models import Donation, Donor, Pledge
from donations.pledging import cancel
from tests.campaigns_factories import make_need
from tests.donations_factories import (
    confirmed,
    give,
    instalment_of,
    make_donor,
    make_method,
    money_for,
    numbers_of,
    priced_need,
    promise,
    set_rate,
    state_of,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/donations/donation/add/"


@pytest.fixture
def treasurer(client):
    user = make_user("treasurer")
    client.force_login(user)
    return user


def book(client, **typed):
    facts = {"amount": "30", "currency": "USD"}
    return send(client, ADD, "gift_form", **facts | typed)


def sentences(response):
    form = response.context["form"]
    forms = [form, *form.parts] if hasattr(form, "parts") else [form]
    return [str(e) for form in forms for errors in form.errors.values() for e in errors]


def test_a_gift_with_a_reference_code_keeps_its_pledge(client, treasurer):
    need = priced_need()
    pledge = confirmed(money_for(need, 30))
    response = book(client, pledge=pledge.spaced_reference.lower(), fee="1.20")
    gift = Donation.objects.get()
    assert response.url == change_url(gift)
    assert (gift.amount, gift.fee, gift.donor) == (30, Decimal("1.20"), pledge.donor)
    assert gift.entered_by == treasurer
    assert numbers_of(need) == (0, 3)
    assert state_of(pledge) == "fulfilled"


def test_a_mistyped_code_is_answered_with_the_one_it_is_near_to(client, treasurer):
    pledge = confirmed()
    code = pledge.reference
    wrong = code[:2] + ("A" if code[2] != "A" else "C") + code[3:]
    response = book(client, pledge=wrong)
    assert sentences(response) == [
        f"No pledge has this code. Did you mean {pledge.spaced_reference}?"
    ]
    assert not Donation.objects.exists()


def test_a_gift_is_shared_among_purposes_by_hand(client, treasurer):
    need, other = priced_need(), priced_need()
    purposes = {
        "parts-0-purpose": f"need:{need.pk}",
        "parts-0-share": "20",
        "parts-1-purpose": f"campaign:{other.campaign_id}",
        "parts-1-share": "5.50",
    }
    book(client, donor=make_donor().pk, **purposes)
    rows = Donation.objects.get().allocations.order_by("pk")
    assert [(row.need, row.campaign, row.amount) for row in rows] == [
        (need, None, 20),
        (None, other.campaign, Decimal("5.50")),
        (None, None, Decimal("4.50")),
    ]


def test_goods_are_received_for_a_need_and_keep_what_was_promised(client, treasurer):
    need = make_need()
    pledge = confirmed({"need": need, "quantity": Decimal(4), "in_kind": True})
    book(
        client,
        amount="",
        goods="4 summer sets, new",
        valuation="40",
        pledge=pledge.reference,
        **{"parts-0-purpose": f"need:{need.pk}", "parts-0-share": "4 sets"},
    )
    gift = Donation.objects.get()
    assert (gift.valuation, gift.valuation_currency, gift.currency) == (40, "USD", "")
    assert numbers_of(need) == (0, 4)
    assert state_of(pledge) == "fulfilled"


def test_uncounted_goods_keep_their_promise_whatever_they_count_for(client, treasurer):
    pledge = confirmed({"in_kind": True, "goods": "Hand-knitted caps"})
    book(client, amount="", goods="17 caps", pledge=pledge.reference)
    assert state_of(pledge) == "fulfilled"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": ""}, "Enter either an amount of money or which goods came."),
        ({"goods": "caps"}, "Enter either an amount of money or which goods came."),
        ({"amount": "0"}, "Write a sum of more than nothing."),
        ({"amount": "30.50", "currency": "JPY"}, "JPY has no smaller unit: write a whole number."),
        ({"fee": "31"}, "The fee is a part of the sum: it cannot be more than that."),
        ({"received_on": "2999-01-01"}, "January 1, 2999 has not come yet: enter what happened, once"
         " it has."),
        ({"pledge": "nonsense"}, "No pledge has this code. Look it up in the list of pledges."),
        ({"parts-0-share": "5 apples"}, "Write a sum of money as a number alone, like 3,000 or 2.50."),
        ({"parts-0-share": "31"}, "US$30 came, so no more than that can be given out: US$1 too much."),
        ({"slip": "nonsense"}, "This form was damaged on its way. Go back and open it anew."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_answered_with_a_sentence(client, treasurer, typed, sentence):
    response = book(client, **typed)
    assert response.status_code == 200
    assert sentences(response) == [sentence]
    assert sentence.replace("'", "&#x27;") in response.content.decode()
    assert not Donation.objects.exists()
    assert not Entry.objects.exists()


def test_who_pays_has_confirmed_the_pledge(client, treasurer):
    pledge = promise()
    book(client, pledge=pledge.reference)
    assert state_of(pledge) == "fulfilled"
    assert Donor.objects.get().email_proved_at is None


def test_a_pledge_that_was_cancelled_before_it_counted_takes_no_gift(client, treasurer):
    pledge = cancel(promise())
    response = book(client, pledge=pledge.reference)
    assert sentences(response) == ["This pledge was cancelled before it counted. Leave it out."]


def test_a_pledge_is_not_confirmed_by_a_gift_that_is_refused(client, treasurer):
    pledge = promise()
    book(client, pledge=pledge.reference, fee="31")
    assert state_of(pledge) == "unconfirmed"


def test_pressing_twice_books_once(client, treasurer):
    slip = "0d1f0f9e-8f53-4a2b-9d1b-6b0a3b2a4d11"
    for _ in range(2):
        assert book(client, slip=slip).status_code == 302
    assert Donation.objects.count() == 1


def test_a_gift_entered_by_mistake_is_taken_back_for_a_reason(client, treasurer):
    gift = give(30)
    url = reverse("admin:donations_donation_void", args=[gift.pk])
    assert sentences(send(client, url, "back_form")) == ["This field is required."]
    response = send(client, url, "back_form", note="It was a loan")
    assert response.url == change_url(gift)
    reversal = Donation.objects.exclude(reverses=None).get()
    assert (reversal.cause, reversal.note, reversal.entered_by) == (
        "void",
        "It was a loan",
        treasurer,
    )
    assert "void" in client.get(change_url(gift)).content.decode()


def test_money_that_went_back_is_booked(client, treasurer):
    gift = give(30)
    url = reverse("admin:donations_donation_back", args=[gift.pk])
    response = send(client, url, "back_form", amount="31", cause="refund", note="asked for it")
    assert sentences(response) == ["US$30 of this gift are left, so US$31 cannot go back."]
    send(client, url, "back_form", amount="12", cause="chargeback", note="asked for it")
    assert Donation.objects.with_kept().get(pk=gift.pk).kept == 18


def test_late_knowledge_changes_nothing_but_itself(client, treasurer):
    gift, donor = give(30), make_donor()
    response = send(
        client, change_url(gift), "donation_form", donor=donor.pk, note="By fax", amount="99"
    )
    assert response.status_code == 302
    gift.refresh_from_db()
    assert (gift.donor, gift.note, gift.amount) == (donor, "By fax", 30)


# Pledges


def test_a_pledge_is_found_by_its_code_however_it_is_typed_and_by_its_donor(client, treasurer):
    pledge, _other = confirmed(donor={"name": "Anna Sato"}), confirmed()
    code = pledge.reference
    for typed in (code.lower(), pledge.spaced_reference, code[:7], "sato"):
        found = client.get(list_url("donations_pledge"), {"q": typed}).context["cl"].result_list
        assert list(found) == [pledge], typed


def test_a_pledge_by_fax_is_confirmed_without_proving_its_address(client, treasurer):
    pledge = promise()
    client.post(reverse("admin:donations_pledge_act", args=[pledge.pk, "confirm"]))
    assert state_of(pledge) == "confirmed"
    assert pledge.donor.__class__.objects.get().email_proved_at is None


def test_what_is_still_to_come_is_cancelled_by_a_button(client, treasurer):
    need = priced_need()
    pledge = confirmed(money_for(need, 30))
    url = reverse("admin:donations_pledge_act", args=[pledge.pk, "cancel"])
    assert client.get(url).status_code == 405
    client.post(url)
    assert state_of(pledge) == "cancelled"
    assert numbers_of(need) == (0, 0)


def test_a_wrong_act_is_answered_with_a_sentence(client, treasurer):
    pledge = confirmed()
    client.post(reverse("admin:donations_pledge_act", args=[pledge.pk, "cancel"]))
    response = client.post(reverse("admin:donations_pledge_act", args=[pledge.pk, "confirm"]))
    assert told(response)[-1].startswith("This pledge is over.")
    assert client.post(f"/admin/donations/pledge/{pledge.pk}/act/dance/").status_code == 404


def test_a_pledge_shows_what_came_and_what_is_still_to_come(client, treasurer):
    pledge = confirmed(money_for(priced_need(), 30))
    give(10, pledge)
    page = client.get(change_url(pledge)).content.decode()
    assert "US$20" in page
    assert "part came" in page
    assert instalment_of(pledge).donations.count() == 1


# Who may what


ADDRESSES = [
    "/admin/donations/",
    ADD,
    *(f"/admin/donations/{name}/" for name in ("donation", "pledge", "donor", "dayrate",
                                              "paymentmethod")),
]  # fmt: skip


@pytest.mark.parametrize("role", ["editor", "publisher", "campaigner"])
def test_who_has_nothing_to_do_with_donors_sees_nothing_of_them(client, role):
    client.force_login(make_user(role))
    pledge = confirmed()
    gift = give(30, pledge)
    own = [change_url(gift), change_url(pledge), change_url(pledge.donor)]
    for address in [*ADDRESSES, *own]:
        assert client.get(address).status_code in (403, 404), address
    assert pledge.donor.name not in client.get("/admin/").content.decode()


def test_an_auditor_reads_everything_and_changes_nothing(client):
    client.force_login(make_user("auditor"))
    pledge = confirmed()
    gift = give(30, pledge)
    for address in [*ADDRESSES[2:], change_url(gift), change_url(pledge), "/admin/"]:
        assert client.get(address).status_code == 200, address
    assert client.get(ADD).status_code == 403
    for name in ("void", "back"):
        url = reverse(f"admin:donations_donation_{name}", args=[gift.pk])
        assert client.post(url).status_code == 403
    url = reverse("admin:donations_pledge_act", args=[pledge.pk, "cancel"])
    assert client.post(url).status_code == 403
    assert client.post(change_url(gift), {"note": "x"}).status_code == 403
    assert "Book a gift" not in client.get("/admin/").content.decode()


def test_a_campaigner_takes_back_no_line_of_a_gift(client):
    client.force_login(make_user("campaigner"))
    need = make_need()
    booking.book(
        by=None,
        received_on=timezone.localdate(),
        goods="3 sets",
        parts=[booking.Part(quantity=Decimal(3), need=need)],
    )
    line = Entry.objects.get()
    url = reverse("admin:campaigns_need_reverse", args=[need.pk, line.pk])
    assert client.post(url).status_code == 404
    assert url not in client.get(change_url(need)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_a_fixed_number_of_queries(
    client, treasurer, count, django_assert_num_queries
):
    for _ in range(count):
        give(30, confirmed(money_for(priced_need(), 30)), method=make_method())
        void(give(5), by=None)
    client.get("/admin/")  # what is asked for once in a process
    for model, queries in (("donation", 9), ("pledge", 9)):
        with django_assert_num_queries(queries):
            client.get(list_url(f"donations_{model}"))
    with django_assert_num_queries(10):
        client.get("/admin/")


def test_rates_and_ways_to_give_are_kept_in_the_office(client, treasurer):
    add = "/admin/donations/dayrate/add/"
    response = send(
        client, add, "dayrate_form", day="2026-11-20", currency="USD", into="JPY", rate="151.3"
    )
    assert response.status_code == 302
    set_rate("EUR", "JPY", "160")
    response = send(
        client, add, "dayrate_form", day="2026-11-20", currency="USD", into="USD", rate="1"
    )
    assert "Choose two different currencies." in response.content.decode()
    assert Pledge.objects.count() == 0
