"""The donor's way in a real browser: without scripts, on every screen, with the keyboard, on paper."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from looks import faults_of

from correspondence.models import OutgoingEmail
from donations import links
from donations.models import Pledge
from tests.campaigns_factories import enter, make_campaign, make_region, make_supply
from tests.donations_factories import confirmed, give, make_method, priced_need, promise
from tests.pages_factories import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings, monkeypatch):
    """A campaign with a need, and ways to give, one of them with very long words."""
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
    monkeypatch.setattr("correspondence.guard.FASTEST", 0)
    make_organisation()
    make_method(name="Bank transfer", instructions="Account 0000. Name: {code}. Sum: {amount}.")
    make_method(name="PayPal", link="https://pay.example/" + "long" * 40, instructions="x" * 90)
    make_method(name="By parcel", kind="post", takes_goods=True, takes_money=False)
    summer = make_campaign(
        slug="summer", title="Fifty summer sets", ends_on=timezone.localdate() + timedelta(9)
    )
    need = priced_need(campaign=summer, supply=make_supply(name="Clothing"))
    for kind in ("given", "dispatched"):
        enter(need, kind, 20)
    enter(need, "delivered", 20, on=date(2007, 2, 16), detail={"region": make_region()})
    return need


def fill_in(page):
    page.get_by_label("I pay for so many").fill("3 sets")
    page.get_by_label("Your name", exact=False).first.fill("Anna")
    page.get_by_label("Your e-mail address").fill("anna@example.org")


def test_a_donor_promises_confirms_and_reads_what_became_of_it_without_scripts(plain, place):
    plain.goto("/campaigns/summer/")
    plain.get_by_role("link", name="Pledge", exact=True).click()
    fill_in(plain)
    plain.get_by_text("I give the goods themselves").click()
    plain.get_by_label("I send so many").fill("2")
    plain.get_by_label("every month").check()
    plain.get_by_role("button", name="Look it through").click()
    assert plain.get_by_role("heading", level=1).inner_text() == "Is everything right?"
    assert "US$30" in plain.locator(".total").inner_text()
    plain.get_by_role("button", name="Change something").click()
    assert plain.get_by_label("I pay for so many").input_value() == "3 sets"
    assert plain.get_by_label("every month").is_checked()
    plain.get_by_role("button", name="Look it through").click()
    plain.get_by_role("button", name="Send the pledge").click()
    pledge = Pledge.objects.get()
    assert pledge.reference[:4] in plain.locator(".code").inner_text()
    assert f"Name: {pledge.reference}. Sum: US$30." in plain.content()
    letter = OutgoingEmail.objects.get().rendered().decode()
    assert links.token_of(pledge) in letter.replace("=\r\n", "")
    plain.goto(f"/pledges/{links.token_of(pledge)}/")
    plain.get_by_role("button", name="Confirm").click()
    assert "is confirmed and counts" in plain.get_by_role("status").inner_text()
    assert "at least 20 sets" in plain.locator(".outcome").inner_text()
    plain.get_by_role("link", name="Stop this monthly pledge").click()
    plain.get_by_role("button", name="Yes, stop it").click()
    assert "Your pledge is cancelled." in plain.get_by_role("status").inner_text()


def test_going_back_and_reloading_stays_one_pledge(plain):
    plain.goto("/campaigns/summer/pledge/")
    fill_in(plain)
    plain.get_by_role("button", name="Look it through").click()
    plain.get_by_role("button", name="Send the pledge").dblclick(no_wait_after=True)
    plain.wait_for_url("**/pledges/thanks/**")
    plain.reload()
    plain.go_back()
    assert plain.get_by_role("heading", level=1).inner_text() == "Is everything right?"
    plain.get_by_role("button", name="Send the pledge").click()
    plain.wait_for_url("**/pledges/thanks/**")
    assert Pledge.objects.count() == OutgoingEmail.objects.count() == 1


def addresses(need):
    pledge, waiting = confirmed({"need": need, "amount": 30, "quantity": 3}), promise()
    give(10, pledge)
    token = links.token_of(pledge)
    return ["/donate/", "/campaigns/summer/pledge/", "/ja/donate/", "/pledges/lost-link/",
            links.thanks_of(pledge), links.thanks_of(waiting), f"/pledges/{token}/",
            f"/ko/pledges/{token}/", f"/pledges/{links.token_of(waiting)}/",
            f"/pledges/{links.token_of(waiting)}/change/",
            *(f"/pledges/{token}/{act}/" for act in ("about-me", "cancel", "erase"))]  # fmt: skip


def test_everybody_can_read_every_page_of_donors_on_every_screen(page, place):
    for address in addresses(place):
        page.goto(address)
        assert faults_of(page) == []


def test_everybody_can_read_a_form_full_of_mistakes_and_the_step_before_the_last(page):
    page.goto("/campaigns/summer/pledge/")
    page.get_by_role("button", name="Look it through").click()
    page.get_by_role("alert").wait_for()
    assert faults_of(page) == []
    fill_in(page)
    page.get_by_role("button", name="Look it through").click()
    assert faults_of(page) == []


def test_a_mistake_is_reached_from_its_sentence_with_the_keyboard(page):
    page.goto("/campaigns/summer/pledge/")
    page.get_by_role("button", name="Look it through").focus()
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_role("link", name="Your name").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    described = page.get_by_label("Your name", exact=False).first.get_attribute("aria-describedby")
    assert page.evaluate(f"document.getElementById('{described}').innerText") == (
        "Tell us what to call you."
    )


def test_the_printed_page_of_thanks_says_how_to_pay_and_nothing_else(page):
    pledge = promise()
    page.goto(links.thanks_of(pledge))
    page.emulate_media(media="print")
    assert page.locator(".code").is_visible()
    assert page.get_by_text(f"Name: {pledge.reference}.").is_visible()
    assert (
        not page.locator(".sections").is_visible() and not page.locator(".languages").is_visible()
    )
    printed = "getComputedStyle(document.querySelector('.way .button'), '::after').content"
    assert "https://pay.example/" in page.evaluate(printed)


def test_no_other_page_learns_the_private_address(page, live_server):
    heard = []
    page.on("request", lambda request: heard.append(request.headers.get("referer", "")))
    pledge = confirmed()
    page.goto(f"/pledges/{links.token_of(pledge)}/")
    page.get_by_role("link", name="News", exact=True).click()
    page.wait_for_url("**/news/")
    assert links.token_of(pledge) not in " ".join(heard)
