"""The office of campaigns in a real browser: whole tasks, also on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from campaigns_factories import enter, make_need, make_region
from django.test import Client
from django.urls import reverse
from factories import make_user
from looks import WIDER

from campaigns.models import Need

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(page, live_server):
    """The browser, signed in as a campaigner."""
    client = Client()
    client.force_login(make_user("campaigner"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def ledger_of(need):
    return reverse("admin:campaigns_need_change", args=[need.pk])


def send(office, act, **typed):
    """Press the button of an act, fill in its form and send it; return what the office answers."""
    office.get_by_role("link", name=act, exact=True).click()
    for name, value in typed.items():
        office.fill(f"[name={name}]", value)
    office.get_by_role("button", name=act, exact=True).click()
    return office.locator(".messagelist, .errorlist").first.inner_text().strip()


def test_goods_go_from_the_purchase_to_the_people_and_a_mistake_is_taken_back(office):
    need = make_need(target=100)
    office.goto(ledger_of(need))
    assert send(office, "Record a purchase", quantity="120", amount="1,200") == "Entered."
    refusal = "120 sets are in stock, so 130 cannot be dispatched."
    assert send(office, "Dispatch", quantity="130") == refusal
    office.fill("[name=quantity]", "100")
    office.get_by_role("button", name="Dispatch").click()
    assert send(office, "Deliver", quantity="40 sets", people_reached="40") == "Entered."
    office.get_by_role("link", name="Reverse").first.click()
    office.get_by_role("button", name="Reverse this line").click()
    have = Need.objects.with_quantities().get()
    assert (have.in_stock, have.on_the_way, have.delivered) == (20, 100, 0)


def test_a_ledger_is_read_on_a_telephone_without_scrolling_sideways(office):
    need = make_need(target=100)
    enter(need, "given", 20, detail={"private_place": "a house by the river"})
    enter(need, "dispatched", 20)
    enter(need, "delivered", 20, detail={"region": make_region(), "people_reached": 20})
    office.set_viewport_size({"width": 320, "height": 640})
    office.goto(ledger_of(need))
    assert office.evaluate(WIDER) == 0
    lines = office.locator(".ledger-lines")
    assert lines.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    assert lines.get_by_text("Reverse").first.is_visible()
    # What a screen reader needs to know a private place by stands before it, in words.
    assert "never public: a house by the river" in lines.inner_text()
    assert office.complaints == []
    assert Axe().run(office).violations_count == 0
    office.complaints.clear()  # to measure, axe writes a style of its own, which our policy stops
