"""The private page: it is the donor's alone, reading it changes nothing, and it tells the truth."""

import io
import json
import logging
from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from correspondence.models import FormUse, OutgoingEmail
from correspondence.outbox import NothingToSay
from donations import links, pledging
from donations.letters import reminder
from donations.models import Donor, LostLink, Pledge
from donations.receipts import issue
from tests.campaigns_factories import enter, make_campaign, make_region
from tests.donations_factories import (
    confirmed,
    give,
    instalment_of,
    make_method,
    money_for,
    numbers_of,
    priced_need,
    promise,
    state_of,
)
from tests.factories import make_article, make_user
from tests.pledge_forms import hidden_in, old_stamp, stamp_in, text

pytestmark = pytest.mark.django_db
ANNA = {"name": "Anna Ö.", "email": "anna@example.org", "language": "en"}
PARTS = ["", "confirm/", "change/", "about-me/", "cancel/", "new-link/", "erase/", "my-data.json"]


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-04T12:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def need(noon):
    return priced_need(campaign=make_campaign(slug="summer", title="Summer clothing"))


def page_of(pledge, part=""):
    return f"/pledges/{links.token_of(Pledge.objects.get(pk=pledge.pk))}/{part}"


def three_sets(need):
    return {"need": need, "amount": Decimal(30), "quantity": Decimal(3)}


def mail(number=-1):
    written = list(OutgoingEmail.objects.order_by("pk"))[number].rendered()
    return message_from_bytes(written, policy=policy.default)


# Who may


@pytest.mark.parametrize("part", PARTS)
def test_a_forged_link_opens_nothing_and_offers_a_new_one(client, part):
    pledge = promise(donor=ANNA)
    forged = Signer(sep=".", salt="other").sign(f"{pledge.pk}-1")
    for token in (forged, "1-1.x", "x", f"{links.token_of(pledge)}x", links.token_of(pledge)[:-1]):
        response = client.get(f"/pledges/{token}/{part}")
        assert response.status_code == 404
        assert "This link does not work" in text(response)
        assert 'action="/pledges/lost-link/"' in text(response)
        assert "Anna" not in text(response)


@pytest.mark.parametrize("part", PARTS)
def test_a_revoked_link_opens_nothing(client, part):
    pledge = promise()
    old = page_of(pledge, part)
    links.revoke(pledge)
    assert client.get(old).status_code == client.post(old).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_nobody_keeps_the_page_or_learns_its_address(client, part):
    response = client.get(page_of(confirmed(donor=ANNA), part))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_no_page_names_its_own_address_to_search_engines(client):
    body = text(client.get(page_of(promise())))
    assert "canonical" not in body and 'rel="alternate" hreflang' not in body
    assert 'name="robots" content="noindex' in body


@pytest.mark.parametrize(
    "part", ["", "confirm/", "cancel/", "new-link/", "erase/", "change/", "about-me/"]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(client, need, part, method):
    pledge = promise(three_sets(need), donor=ANNA)
    before = Pledge.objects.values().get(), Donor.objects.values().get()
    getattr(client, method)(page_of(pledge, part))
    assert (Pledge.objects.values().get(), Donor.objects.values().get()) == before
    assert OutgoingEmail.objects.count() == 1 and numbers_of(need) == (0, 0)


def test_the_link_in_the_letter_leads_to_the_page(client):
    promise(donor=ANNA)
    (link,) = [line for line in mail().get_content().split() if "/pledges/" in line]
    body = text(client.get(link.removeprefix("http://testserver")))
    assert "Do you confirm it?" in body


def test_the_letter_speaks_the_language_of_its_donor_and_tells_how_to_pay():
    make_method(name="Bank", instructions="Write {code}.")
    pledge = promise(donor=ANNA, language="ja")
    assert f"Write {pledge.reference}." in mail().get_content()
    assert "/ja/pledges/" in mail().get_content()


def test_no_private_link_lies_in_the_outbox():
    pledge = promise(donor=ANNA)
    kept = str(list(OutgoingEmail.objects.values()))
    assert links.token_of(pledge) not in kept and "/pledges/" not in kept


# Logs


def log_of(monkeypatch):
    """Return what the site's own log will say, as its settings write it."""
    (handler,) = (
        h for h in logging.getLogger("django").handlers if type(h) is logging.StreamHandler
    )
    monkeypatch.setattr(handler, "stream", written := io.StringIO())
    return written


def test_an_error_on_a_private_page_logs_no_link(client, monkeypatch):
    pledge = promise(donor=ANNA)
    token, written = links.token_of(pledge), log_of(monkeypatch)
    monkeypatch.setattr("donations.private.terms_of", lambda pledge: 1 / 0)
    client.raise_request_exception = False
    assert client.get(f"/pledges/{token}/").status_code == 500
    assert "Internal Server Error: /pledges/[link]/" in written.getvalue()
    assert "ZeroDivisionError" in written.getvalue()
    assert token not in written.getvalue() and token.split(".")[1] not in written.getvalue()


def test_an_error_that_quotes_the_link_logs_none(client, monkeypatch):
    token, written = links.token_of(promise()), log_of(monkeypatch)

    def broken(pledge):
        raise ValueError(f"no page at /pledges/{token}/")

    monkeypatch.setattr("donations.private.terms_of", broken)
    client.raise_request_exception = False
    client.get(f"/pledges/{token}/")
    assert "no page at /pledges/[link]/" in written.getvalue()
    assert token not in written.getvalue()


# Confirming


def test_the_button_confirms_once(client, need):
    pledge = promise(three_sets(need), donor=ANNA)
    for _ in range(2):
        response = client.post(page_of(pledge, "confirm/"), follow=True)
        assert "is confirmed and counts from now on." in text(response)
    assert state_of(pledge) == "confirmed"
    assert numbers_of(need) == (3, 0)


def test_no_cookie_is_needed_to_confirm():
    pledge = promise()
    assert Client(enforce_csrf_checks=True).post(page_of(pledge, "confirm/")).status_code == 302
    assert state_of(pledge) == "confirmed"


def test_what_is_over_cannot_be_confirmed_and_says_so(client):
    pledge = pledging.cancel(promise())
    body = text(client.post(page_of(pledge, "confirm/")))
    assert "This pledge is over. Make a new one" in body


# What it tells


def test_each_line_says_how_far_it_is(client, need):
    pledge = confirmed(three_sets(need), {"need": need, "quantity": Decimal(4), "in_kind": True})
    assert text(client.get(page_of(pledge))).count("awaited by") == 2
    give(10, pledge)
    body = text(client.get(page_of(pledge)))
    assert "US$10 of it has come; the rest is awaited by" in body
    assert f'<strong>US$10</strong> <time datetime="{timezone.localdate()}' in body
    give(20, pledge)
    assert "has come: thank you" in text(client.get(page_of(pledge)))


def test_a_cancelled_pledge_says_what_came_and_what_not(client, need):
    pledge = confirmed(three_sets(need))
    give(10, pledge)
    pledging.cancel(pledge)
    assert "US$10 of it has come; the rest: cancelled" in text(client.get(page_of(pledge)))


def test_months_stand_one_by_one_with_what_each_promised(client, need, noon):
    pledge = confirmed(three_sets(need), rhythm="monthly")
    give(30, pledge)
    noon.shift(60 * 24 * 3600)
    pledging.keep_time()
    pledging.change(pledge, [money_for(need, 20)])
    body = text(client.get(page_of(pledge)))
    assert body.index("No. 2, due on") < body.index("US$20</strong>") < body.index("No. 1, due on")
    assert body.index("No. 1, due on") < body.index("3 sets, US$30</strong>")


def test_it_tells_of_the_campaign_what_everybody_can_read_and_no_more(client, need, noon):
    report = make_article(title="The clothes arrived")
    detail = {"region": make_region(), "people_reached": 20, "report": report}
    for day, sets, more in ((date(2025, 5, 5), 20, detail), (date(2026, 3, 1), 7, {})):
        enter(need, "given", sets, on=day)
        enter(need, "dispatched", sets, on=day)
        enter(need, "delivered", sets, on=day, detail=more)
    body = text(client.get(page_of(confirmed(three_sets(need)))))
    assert "at least 20 sets" in body and "North-east" in body and "The clothes arrived" in body
    assert "27 sets" not in body.split("Delivered")[1]


def test_it_tells_nothing_of_a_campaign_that_was_withdrawn(client, need):
    pledge = confirmed({"campaign": need.campaign, "amount": Decimal(5)})
    need.campaign.withdraw()
    body = text(client.get(page_of(pledge)))
    assert "What became of the campaign" not in body
    assert "/campaigns/summer/" not in body


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_came(
    client, need, noon, count, django_assert_num_queries
):
    pledge = confirmed(*[three_sets(need)] * count, rhythm="monthly")
    for _ in range(count):
        give(30 * count, pledge)
        noon.shift(45 * 24 * 3600)
        pledging.keep_time()
    client.get(page_of(pledge))
    address = page_of(pledge)
    with django_assert_num_queries(18):
        assert text(client.get(address)).count(", due on") == count + 1


# Receipts


def test_a_donor_downloads_the_receipts_of_this_pledge_alone(client):
    pledge, other = confirmed(donor=ANNA), confirmed()
    receipt, others = (issue(give(30, row), by=make_user("editor")) for row in (pledge, other))
    address = page_of(pledge, f"receipts/{receipt.pk}.pdf")
    assert address in text(client.get(page_of(pledge)))
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf" and response.content[:5] == b"%PDF-"
    assert "no-store" in response["Cache-Control"]
    assert client.get(page_of(pledge, f"receipts/{others.pk}.pdf")).status_code == 404


# Changing


def test_what_was_promised_is_changed_after_it_was_looked_through(client, need):
    pledge = confirmed(three_sets(need))
    address = page_of(pledge, "change/")
    assert f'name="need-{need.pk}-money" value="3"' in text(client.get(address))
    shown = client.post(address, {f"need-{need.pk}-money": "5", "step": "check"})
    assert "5 sets, US$50" in text(shown) and numbers_of(need) == (3, 0)
    response = client.post(address, hidden_in(shown) | {"step": "send"}, follow=True)
    assert "Your pledge is changed." in text(response)
    assert numbers_of(need) == (5, 0)


def test_a_mistake_in_a_change_is_told_and_changes_nothing(client, need):
    pledge = confirmed(three_sets(need))
    address = page_of(pledge, "change/")
    response = client.post(address, {f"need-{need.pk}-money": "2.5", "step": "send"})
    assert "There is no half of it" in text(response) and 'value="2.5"' in text(response)
    assert numbers_of(need) == (3, 0)


def test_a_pledge_of_which_part_came_says_why_it_stays(client, need):
    pledge = confirmed(three_sets(need))
    give(10, pledge)
    typed = {f"need-{need.pk}-money": "5", "step": "send"}
    response = client.post(page_of(pledge, "change/"), typed, follow=True)
    assert "Part of it has come already." in text(response)
    assert "Promise something else" not in text(response)
    assert pledge.lines.get().quantity == 3


def test_a_promise_that_was_replaced_is_awaited_no_longer(client, need):
    pledge = confirmed(three_sets(need))
    pledging.change(pledge, [money_for(need, 50, quantity=5)])
    body = text(client.get(page_of(pledge)))
    assert "5 sets, US$50" in body and "3 sets" not in body
    told = json.loads(client.get(page_of(pledge, "my-data.json")).content)["pledges"][0]
    assert told["lines"][0].startswith("5 sets, US$50")
    assert told["lines_before"][0].startswith("3 sets, US$30")


def test_who_paid_a_part_is_asked_for_the_rest_alone(client, need):
    make_method(instructions="Send {amount}.", link="https://pay.example/{sum}")
    pledge = confirmed(three_sets(need))
    give(10, pledge)
    body = text(client.get(page_of(pledge)))
    assert "Send US$20." in body and "https://pay.example/20.00" in body
    letter = reminder(instalment_of(pledge))[1]
    assert "3 sets, US$30: US$10 of it has come; the rest is awaited by" in letter
    assert "Send US$20." in letter


def test_a_price_that_changed_meanwhile_is_shown_before_the_promise_is_changed(client, need):
    pledge = confirmed(three_sets(need))
    address = page_of(pledge, "change/")
    shown = client.post(address, {f"need-{need.pk}-money": "5", "step": "check"})
    need.unit_cost = 12
    need.save()
    again = client.post(address, hidden_in(shown) | {"step": "send"})
    assert "A price has changed meanwhile." in text(again) and "US$60" in text(again)
    assert numbers_of(need) == (3, 0)
    client.post(address, hidden_in(again) | {"step": "send"})
    assert numbers_of(need) == (5, 0)


def test_a_pledge_stays_in_its_currency(client):
    pledge = confirmed()
    typed = {"amount": "50", "currency": "JPY", "step": "send"}
    client.post(page_of(pledge, "change/"), typed)
    pledge.refresh_from_db()
    assert (pledge.currency, pledge.lines.standing().get().amount) == ("USD", 50)


def test_for_a_campaign_that_finished_nothing_new_can_be_promised(client, need):
    pledge = confirmed(three_sets(need))
    type(need.campaign).objects.update(ends_on=date(2007, 1, 1))
    assert "Promise something else" not in text(client.get(page_of(pledge)))
    typed = {f"need-{need.pk}-money": "5", "step": "send"}
    assert client.post(page_of(pledge, "change/"), typed)["Location"] == page_of(pledge)
    assert numbers_of(need) == (3, 0)


def test_cancelling_is_asked_once_and_releases(client, need):
    pledge = confirmed(three_sets(need))
    assert "Cancel this pledge?" in text(client.get(page_of(pledge, "cancel/")))
    assert numbers_of(need) == (3, 0)
    body = text(client.post(page_of(pledge, "cancel/"), follow=True))
    assert "Your pledge is cancelled." in body and "cancelled" in body
    assert (state_of(pledge), numbers_of(need)) == ("cancelled", (0, 0))


def test_a_monthly_pledge_is_stopped(client, need):
    pledge = confirmed(three_sets(need), rhythm="monthly")
    assert "Stop this monthly pledge?" in text(client.get(page_of(pledge, "cancel/")))
    client.post(page_of(pledge, "cancel/"))
    assert state_of(pledge) == "cancelled"


def test_a_donor_changes_what_the_public_sees_and_takes_consent_back(client):
    pledge = confirmed(donor=ANNA | {"may_write": True, "shown": "name"})
    address = page_of(pledge, "about-me/")
    assert 'value="Anna Ö."' in text(client.get(address))
    typed = {"name": "Anna Sato", "language": "ko", "shown": "nothing", "country": "KR"}
    assert "is kept" in text(client.post(address, typed, follow=True))
    donor = Donor.objects.get()
    assert (donor.name, donor.language, donor.shown) == ("Anna Sato", "ko", "nothing")
    assert not donor.may_write and donor.email == "anna@example.org"


def test_a_donor_takes_all_data_along(client, need):
    first = confirmed(three_sets(need), donor=ANNA)
    confirmed({"goods": "Caps", "in_kind": True}, donor=ANNA)
    give(30, first)
    promise(donor={"name": "Somebody else"})
    response = client.get(page_of(first, "my-data.json"))
    told = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert told["donor"]["email"] == "anna@example.org"
    assert [len(pledge["lines"]) for pledge in told["pledges"]] == [1, 1]
    assert [gift["amount"] for gift in told["donations"]] == ["30.00"]
    assert "Somebody else" not in text(response)


def test_erasing_is_asked_once_and_forgets_who_it_was(client, need, noon):
    pledge = confirmed(three_sets(need), donor=ANNA)
    ask(client, noon, "anna@example.org")
    address = page_of(pledge)
    assert "Erase all that names you?" in text(client.get(page_of(pledge, "erase/")))
    assert Donor.objects.get().name == "Anna Ö."
    body = text(client.post(page_of(pledge, "erase/"), follow=True))
    assert "Nothing that names you is kept any more." in body
    assert client.get(address).status_code == 404
    kept = [*Donor.objects.values(), *OutgoingEmail.objects.values(), *LostLink.objects.values()]
    assert "anna" not in str(kept).lower()
    assert numbers_of(need) == (3, 0)


# Links, lost and replaced


def test_replacing_the_link_closes_the_old_one_and_mails_the_new(client):
    pledge = confirmed(donor=ANNA)
    old = page_of(pledge)
    client.post(page_of(pledge, "new-link/"))
    assert client.get(old).status_code == 404
    assert page_of(pledge) in mail().get_content()
    assert mail()["To"] == "anna@example.org"


def ask(client, noon, email):
    return client.post(
        "/pledges/lost-link/", {"email": email, "stamp": old_stamp(noon), "website": ""}
    )


def test_a_lost_link_comes_by_mail_for_each_pledge_of_the_address(client, noon):
    kept, over = [promise(donor=ANNA), confirmed(donor=ANNA)], pledging.cancel(promise(donor=ANNA))
    other = promise()
    ask(client, noon, "Anna@Example.org")
    letter = mail().get_content()
    for pledge in kept:
        assert f"http://testserver{page_of(pledge)}" in letter
        assert pledge.spaced_reference in letter
    for pledge in (over, other):
        assert page_of(pledge) not in letter


def test_the_answer_is_the_same_whether_an_address_is_known_or_not(
    client, noon, django_assert_num_queries
):
    promise(donor=ANNA)
    ask(client, noon, "first@example.org")
    answers, queries = [], []
    for email in ("anna@example.org", "stranger@example.org"):
        with django_assert_num_queries(12):
            response = ask(client, noon, email)
        answers.append((response.status_code, response["Location"], response.content))
    assert answers[0] == answers[1]
    assert "If pledges were made with this address" in text(client.get(answers[0][1]))
    assert queries == []


def test_to_a_stranger_nothing_is_written(client, noon):
    ask(client, noon, "stranger@example.org")
    with pytest.raises(NothingToSay):
        OutgoingEmail.objects.get().rendered()


def test_an_address_gets_three_letters_an_hour_and_the_answer_stays_the_same(client, noon):
    promise(donor=ANNA)
    answers = {ask(client, noon, "anna@example.org").status_code for _ in range(5)}
    assert answers == {302}
    assert OutgoingEmail.objects.filter(letter="donations.new_link").count() == 3


def test_a_network_that_asks_too_often_is_told(client, noon, settings):
    settings.LINKS_AN_HOUR = 1
    ask(client, noon, "a@example.org")
    response = ask(client, noon, "b@example.org")
    assert response.status_code == 429
    assert "Too many links were asked for" in text(response) and "b@example.org" in text(response)


def test_who_asked_is_forgotten_once_the_letter_cannot_wait_any_more(client, noon):
    ask(client, noon, "a@example.org")
    noon.shift(4 * 24 * 3600)
    ask(client, noon, "b@example.org")
    assert [lost.email for lost in LostLink.objects.all()] == ["b@example.org"]
    assert "a@example.org" not in str(list(FormUse.objects.values()))


@pytest.mark.parametrize("email", ["", "anna", "a@example.org, b@example.org", "a\0@example.org"])
def test_what_is_no_address_gets_a_sentence(client, noon, email):
    response = ask(client, noon, email)
    assert response.status_code == 200 and "errorlist" in text(response)
    assert not LostLink.objects.exists()


def test_the_page_without_a_link_brings_the_form_for_a_new_one(client, noon):
    response = client.get("/pledges/1-1.forged/")
    noon.shift(10)
    typed = {"email": "a@example.org", "stamp": stamp_in(response), "website": ""}
    assert client.post("/pledges/lost-link/", typed).status_code == 302


def test_a_pledge_of_somebody_else_cannot_be_taken_over_by_its_address(client):
    """Who only knows an address makes a pledge, but gets no link to it, nor to another."""
    mine = confirmed(donor=ANNA)
    theirs = promise(donor=ANNA | {"name": "Mallory"})
    assert instalment_of(mine) is not None
    assert Donor.objects.at("anna@example.org").get().name == "Anna Ö."
    assert {m.recipients[0] for m in OutgoingEmail.objects.all()} == {"anna@example.org"}
    assert page_of(theirs) not in text(client.get(page_of(mine)))
