"""The form for pledges: two steps, every mistake in a sentence, and one pledge of each form."""

import logging
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from campaigns.models import Entry
from correspondence.models import FormUse, OutgoingEmail
from donations.models import Donor, Pledge
from tests.campaigns_factories import make_campaign, make_need
from tests.donations_factories import make_method, priced_need, promise
from tests.factories import make_user
from tests.pledge_forms import TYPED, hidden_in, old_stamp, stamp_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-04T12:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def need(noon):
    """Fifty sets at US$10 each, for the campaign at /campaigns/summer/."""
    return priced_need(campaign=make_campaign(slug="summer", title="Summer clothing"))


ADDRESS = "/campaigns/summer/pledge/"


def typed_for(need, **typed):
    names = {"money": f"need-{need.pk}-money", "goods_of_need": f"need-{need.pk}-goods"}
    return {names.get(name, name): value for name, value in typed.items()}


def send(client, noon, address="/donate/", **typed):
    """Open the form, wait, fill it in and press through both steps."""
    stamp = stamp_in(client.get(address))
    noon.shift(10)
    return client.post(address, TYPED | {"stamp": stamp, "step": "send"} | typed)


def lines_of(pledge):
    return [(line.text, line.purpose, line.in_kind) for line in pledge.lines.order_by("pk")]


# What is promised


def test_an_amount_for_general_funds(client, noon):
    assert send(client, noon).status_code == 302
    pledge = Pledge.objects.get()
    assert lines_of(pledge) == [("US$30", "wherever it is needed most", False)]
    assert (pledge.state, pledge.rhythm, pledge.method) == ("unconfirmed", "once", None)


def test_three_sets_are_three_times_their_price(client, noon, need):
    send(client, noon, ADDRESS, **typed_for(need, amount="", money="3 sets"))
    assert lines_of(Pledge.objects.get()) == [("3 sets, US$30", f"{need} (Summer clothing)", False)]


def test_goods_of_a_need_other_goods_and_a_sum_in_one_pledge(client, noon, need):
    typed = {"goods": "20 hand-knitted caps", "comes": "in December", "amount": "1,200.50"}
    send(client, noon, ADDRESS, **typed_for(need, goods_of_need="４", **typed))
    pledge = Pledge.objects.get()
    assert lines_of(pledge) == [
        ("4 sets", f"{need} (Summer clothing)", True),
        ("US$1,200.50", "Summer clothing", False),
        ("20 hand-knitted caps", "Summer clothing", True),
    ]
    assert [line.comes for line in pledge.lines.order_by("pk")] == [
        "in December",
        "",
        "in December",
    ]


def test_money_for_what_has_no_price_and_for_a_sum_of_money(client, noon, need):
    rice = make_need(need.campaign, "kg", 2000)
    rescue = make_need(need.campaign, None, 3000)
    typed = {f"need-{rice.pk}-money": "25", f"need-{rescue.pk}-money": "100", "amount": ""}
    send(client, noon, ADDRESS, **typed)
    assert [line[0] for line in lines_of(Pledge.objects.get())] == ["US$25", "US$100"]


def test_weights_are_typed_as_people_type_them(client, noon, need):
    rice = make_need(
        need.campaign, "kg", 2000, unit_cost=Decimal("0.75"), quoted_on=date(2026, 1, 1)
    )
    typed = {f"need-{rice.pk}-money": "0.5 t", f"need-{rice.pk}-goods": "1500 g", "amount": ""}
    send(client, noon, ADDRESS, **typed)
    assert [line[0] for line in lines_of(Pledge.objects.get())] == ["500 kg, US$375", "1.5 kg"]


def test_who_promises_is_kept_as_it_was_said(client, noon):
    bank = make_method()
    said = {
        "name": "Anna\r\n Ö.", "email": "Anna@Example.org", "country": "JP", "language": "ja",
        "shown": "name", "public_name": "A friend", "may_write": "on", "message": "Be well.",
        "rhythm": "monthly", "method": bank.pk,
    }  # fmt: skip
    send(client, noon, **said)
    pledge, donor = Pledge.objects.get(), Donor.objects.get()
    assert (donor.name, donor.email, donor.country) == ("Anna Ö.", "anna@example.org", "JP")
    assert (donor.language, donor.shown, donor.public_name) == ("ja", "name", "A friend")
    assert donor.may_write and donor.email_proved_at is None
    assert (pledge.message, pledge.rhythm, pledge.method) == ("Be well.", "monthly", bank)
    assert pledge.language == OutgoingEmail.objects.get().language == "ja"


def test_nobody_agrees_to_letters_by_leaving_a_tick_as_it_is(client, noon):
    assert 'name="may_write" id="id_may_write" checked' not in text(client.get("/donate/"))
    send(client, noon)
    assert not Donor.objects.get().may_write


# Two steps


def test_the_first_step_shows_everything_and_keeps_nothing(client, noon, need):
    typed = typed_for(need, money="3", amount="20", message="Line one\nLine <two>")
    response = send(client, noon, ADDRESS, **typed | {"step": "check"})
    body = text(response)
    assert response.status_code == 200
    for shown in (
        "3 sets, US$30",
        "US$20",
        "<strong>US$50</strong>",
        "anna@example.org",
        "&lt;two&gt;",
    ):
        assert shown in body
    assert not Pledge.objects.exists() and not OutgoingEmail.objects.exists()


def test_the_second_step_sends_what_was_shown(client, noon, need):
    typed = typed_for(need, money="3", amount="", shown="amount", may_write="on")
    shown = send(client, noon, ADDRESS, **typed | {"step": "check"})
    response = client.post(ADDRESS, hidden_in(shown) | {"step": "send"})
    assert response.status_code == 302
    assert lines_of(Pledge.objects.get())[0][0] == "3 sets, US$30"
    assert Donor.objects.get().may_write and Donor.objects.get().shown == "amount"


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_promised(client, noon, need):
    shown = send(client, noon, ADDRESS, **typed_for(need, money="3", amount="", step="check"))
    need.unit_cost = 12
    need.save()
    again = client.post(ADDRESS, hidden_in(shown) | {"step": "send"})
    assert "A price has changed meanwhile." in text(again)
    assert "3 sets, US$36" in text(again) and not Pledge.objects.exists()
    assert client.post(ADDRESS, hidden_in(again) | {"step": "send"}).status_code == 302
    assert Pledge.objects.get().lines.get().amount == 36


def test_going_back_from_the_second_step_loses_no_word(client, noon, need):
    typed = typed_for(need, money="3 sets", amount="20", message="Hello\nyou", goods="Caps")
    shown = send(client, noon, ADDRESS, **typed | {"step": "check"})
    body = text(client.post(ADDRESS, hidden_in(shown) | {"step": "change"}))
    for kept in (
        'value="3 sets"',
        'value="20"',
        "Hello\nyou</textarea>",
        'value="Caps"',
        "Anna Ö.",
    ):
        assert kept in body
    assert "Not sent yet" not in body
    assert not Pledge.objects.exists()


def test_currencies_are_not_added(client, noon, need):
    response = send(client, noon, ADDRESS, **typed_for(need, money="3", currency="JPY"))
    assert "is counted in USD: choose it here too" in text(response)
    assert not Pledge.objects.exists()


# Once


def test_pressing_again_and_reloading_is_one_pledge_with_one_letter(client, noon):
    typed = TYPED | {"stamp": old_stamp(noon), "step": "send"}
    answers = {client.post("/donate/", typed)["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert Pledge.objects.count() == OutgoingEmail.objects.count() == Donor.objects.count() == 1


def test_who_goes_back_after_sending_corrects_the_same_pledge(client, noon):
    typed = TYPED | {"stamp": old_stamp(noon), "step": "send"}
    first = client.post("/donate/", typed)
    again = client.post("/donate/", typed | {"amount": "50"})
    assert again["Location"] == first["Location"]
    assert "US$50" in text(client.get(again["Location"]))
    assert Pledge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_the_same_moment_are_one_pledge(monkeypatch):
    monkeypatch.setattr("correspondence.guard.FASTEST", 0)
    stamp, start, answers = stamp_in(Client().get("/donate/")), threading.Barrier(8), []

    def press():
        start.wait()
        answers.append(Client().post("/donate/", TYPED | {"stamp": stamp, "step": "send"}))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [answer.status_code for answer in answers] == [302] * 8
    assert len({answer["Location"] for answer in answers}) == 1
    assert Pledge.objects.count() == OutgoingEmail.objects.count() == Donor.objects.count() == 1


# Mistakes


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": ""}, "Say what you promise"),
        ({"amount": "66,5"}, "Write a sum of money as a number alone"),
        ({"amount": "-5"}, "Write a sum of more than nothing."),
        ({"amount": "10.005"}, "USD has 2 digits after the point"),
        ({"amount": "10.5", "currency": "JPY"}, "JPY has no smaller unit"),
        ({"amount": "9" * 15}, "more money than there can be"),
        ({"amount": "9" * 41}, "at most 40 characters"),
        ({"currency": "XXX"}, "XXX is not one of the available choices"),
        ({"name": " "}, "Tell us what to call you."),
        ({"email": "anna"}, "This is not a whole e-mail address."),
        ({"message": "x" * 2001}, "at most 2000 characters (it has 2001)"),
        ({"comes": "soon"}, "Say which ones, too."),
        ({"method": "999999999999999999999999"}, "Choose one of these ways."),
        ({"website": "http://spam.example"}, "This field is a trap for robots."),
        ({"stamp": ""}, "open for more than a day"),
        ({"stamp": "x:y:z"}, "open for more than a day"),
    ],
)
def test_a_mistake_gets_a_sentence_and_nothing_is_lost(client, noon, typed, sentence):
    response = send(client, noon, **typed)
    body = text(response)
    assert response.status_code == 200
    assert sentence in body and "What you typed is still below." in body
    assert ("anna@example.org" in body) or "email" in typed
    assert not Pledge.objects.exists() and not OutgoingEmail.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"money": "2.5"}, "There is no half of it"),
        ({"money": "three"}, "write a whole number, like 50."),
        ({"money": "51"}, "50 sets are asked for in all."),
        ({"goods_of_need": "0"}, "Write a quantity of more than nothing."),
    ],
)
def test_a_quantity_that_cannot_be_gets_a_sentence(client, noon, need, typed, sentence):
    response = send(client, noon, ADDRESS, **typed_for(need, **typed))
    assert sentence in text(response)
    assert not Pledge.objects.exists()


def test_a_way_that_does_not_take_what_is_promised_is_told(client, noon):
    parcel = make_method(takes_money=False, takes_goods=True)
    response = send(client, noon, method=parcel.pk)
    assert "This way does not fit what you promise." in text(response)
    euros = make_method(currencies=["EUR"])
    assert "does not fit" in text(send(client, noon, method=euros.pk))


def test_a_way_that_is_not_offered_any_more_cannot_be_chosen(client, noon):
    old = make_method(name="By cheque", is_offered=False)
    assert "By cheque" not in text(client.get("/donate/"))
    assert "Choose one of these ways." in text(send(client, noon, method=old.pk))


def test_a_form_that_lay_open_for_a_day_is_kept_and_can_be_sent(client, noon):
    stamp = stamp_in(client.get("/donate/"))
    noon.shift(timedelta(days=2))
    late = client.post("/donate/", TYPED | {"stamp": stamp, "step": "send"})
    assert "open for more than a day" in text(late)
    noon.shift(10)
    typed = TYPED | {"stamp": stamp_in(late), "step": "send"}
    assert client.post("/donate/", typed).status_code == 302


def test_a_network_that_pledges_too_much_is_told_and_keeps_what_it_typed(client, noon, settings):
    settings.PLEDGES_AN_HOUR = 2
    for number in range(2):
        assert send(client, noon, email=f"a{number}@example.org").status_code == 302
    response = send(client, noon, email="more@example.org")
    assert response.status_code == 429
    assert "Too many pledges came from your network." in text(response)
    assert hidden_in(response)["email"] == "more@example.org"
    assert Pledge.objects.count() == 2


def test_nobody_floods_an_address_with_letters(client, noon):
    for _ in range(10):
        assert send(client, noon).status_code == 302
    response = send(client, noon)
    assert response.status_code == 429
    assert "Many letters went to this address." in text(response)
    assert OutgoingEmail.objects.count() == 10


# Which campaigns take pledges


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("review", 404), ("withdrawn", 410)])
def test_a_campaign_that_is_not_public_takes_no_pledge(client, noon, state, status):
    make_campaign(state, slug="summer")
    assert client.get(ADDRESS).status_code == client.get("/campaigns/summer/").status_code == status
    stamp = old_stamp(noon)
    assert client.post(ADDRESS, TYPED | {"stamp": stamp, "step": "send"}).status_code == status
    assert not Pledge.objects.exists()


def test_a_finished_campaign_says_so_and_takes_no_pledge(client, noon):
    make_campaign(slug="summer", ends_on=date(2026, 3, 3))
    assert "This campaign finished on March 3, 2026" in text(client.get(ADDRESS))
    response = client.post(ADDRESS, TYPED | {"stamp": old_stamp(noon), "step": "send"})
    assert "takes no pledges any more" in text(response)
    assert not Pledge.objects.exists()


def test_a_campaign_takes_pledges_until_the_end_of_its_last_day(client, noon):
    make_campaign(slug="summer", ends_on=timezone.localdate())
    assert send(client, noon, ADDRESS).status_code == 302


def test_needs_of_other_campaigns_are_not_taken(client, noon, need):
    hidden = priced_need(campaign=make_campaign("draft"))
    other = priced_need()
    typed = {f"need-{row.pk}-money": "3" for row in (hidden, other)} | {"amount": ""}
    assert "Say what you promise" in text(send(client, noon, ADDRESS, **typed))
    assert not Pledge.objects.exists()


def test_the_page_for_general_funds_leads_to_open_campaigns_alone(client, need):
    make_campaign("draft", title="Secret")
    make_campaign(title="Over", ends_on=date(2007, 1, 1))
    body = text(client.get("/donate/"))
    assert 'href="/campaigns/summer/pledge/">Summer clothing</a>' in body
    assert "Secret" not in body and "Over" not in body


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_of_a_campaign_costs_the_same_however_much_it_needs(
    client, need, django_assert_num_queries, count
):
    for _ in range(count - 1):
        priced_need(campaign=need.campaign)
    make_method()
    client.get(ADDRESS)
    with django_assert_num_queries(5):  # campaign, needs, deliveries, ways, furniture
        assert text(client.get(ADDRESS)).count("<legend>Supply") == count


@pytest.mark.parametrize("count", [1, 3])
def test_sending_costs_the_same_however_many_pledges_there_are(
    client, noon, django_assert_num_queries, count
):
    for _ in range(count):
        promise()
    typed = TYPED | {"stamp": old_stamp(noon), "step": "send"}
    client.post("/donate/", typed | {"email": "first@example.org", "stamp": old_stamp(noon)})
    with django_assert_num_queries(15):
        client.post("/donate/", typed)


# What everybody gets


def test_the_form_needs_no_cookie_and_keeps_no_address(noon):
    client = Client(enforce_csrf_checks=True)
    response = send(client, noon)
    assert response.status_code == 302 and not client.cookies
    kept = [*Pledge.objects.values(), *Donor.objects.values(), *FormUse.objects.values()]
    kept += [OutgoingEmail.objects.get().rendered().decode()]
    assert "127.0.0.1" not in str(kept)


@pytest.mark.parametrize("address", ["/donate/", ADDRESS, "/ja/donate/", "/pledges/lost-link/"])
def test_no_shared_cache_keeps_a_form_and_it_is_alike_for_staff(client, need, address):
    stranger = client.get(address)
    client.force_login(make_user("publisher"))
    staff = client.get(address)
    assert "private" in stranger["Cache-Control"] and "no-cache" in stranger["Cache-Control"]
    assert text(stranger).replace(stamp_in(stranger), "") == text(staff).replace(
        stamp_in(staff), ""
    )


def test_nothing_that_was_typed_reaches_a_log(client, noon, caplog):
    caplog.set_level(logging.DEBUG)
    send(client, noon)
    send(client, noon, email="anna")
    logged = " ".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
    assert "anna" not in logged.lower()


def test_an_unconfirmed_pledge_counts_nowhere(client, noon, need):
    send(client, noon, ADDRESS, **typed_for(need, money="3"))
    assert not Entry.objects.exists()


# The page of thanks


def thanks(client, noon, **typed):
    return text(client.get(send(client, noon, **typed)["Location"]))


def test_thanks_name_the_code_the_sum_and_how_to_pay_and_nobody(client, noon):
    make_method(name="Bank", instructions="Account 1. Name: {code}. Sum: {amount}.")
    make_method(name="PayPal", link="https://pay.example/?c={code}&a={sum}&u={currency}")
    body = thanks(client, noon, amount="1,200")
    code = Pledge.objects.get().reference
    assert f"<span>{code[:4]}</span> <span>{code[4:]}</span>" in body
    assert f"Name: {code}. Sum: US$1,200." in body
    assert f"https://pay.example/?c={code}&amp;a=1200.00&amp;u=USD" in body
    assert "Anna" not in body and "anna@" not in body


def test_a_chosen_way_stands_alone_for_what_it_takes(client, noon):
    bank, _other = make_method(name="By bank"), make_method(name="By PayPal")
    make_method(name="By parcel", takes_money=False, takes_goods=True)
    body = thanks(client, noon, method=bank.pk, goods="Caps")
    assert "By bank" in body and "By parcel" in body and "By PayPal" not in body


def test_thanks_are_of_the_database_and_open_no_private_page(client, noon):
    location = send(client, noon)["Location"]
    ticket = location.split("/")[-2]
    assert client.get(f"/pledges/{ticket}/").status_code == 404
    assert client.get(f"/pledges/thanks/{ticket[:-1]}x/").status_code == 404
    assert "/pledges/thanks/" in location and "amount" not in location
    Pledge.objects.get().lines.update(amount=70)
    assert "US$70" in text(client.get(location))


def test_thanks_stay_out_of_caches_referrers_and_search_engines(client, noon):
    response = client.get(send(client, noon)["Location"])
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"] and not response.cookies
