"""Campaigns in a real browser: for everybody, on every screen, without scripts."""

from datetime import date, timedelta

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_region, make_supply
from django.utils import timezone
from factories import make_article, make_photo
from looks import faults_of
from pages_factories import make_organisation, make_page

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/", "/campaigns/", "/campaigns/finished/", "/campaigns/rice/", "/ja/campaigns/summer/"]


@pytest.fixture(autouse=True)
def campaigns():
    """Two campaigns that show every part that a campaign's page can have."""
    make_organisation(telephone="+81 3 1234 5678")
    make_page(title="Write to us", slug="write", has_contact_form=True)
    today, photo = timezone.localdate(), make_photo(caption="A field.", credit="LFNKR")
    summer = make_campaign(
        slug="summer", title="Fifty summer sets", title_ja="夏服五十組", teaser="Light things.",
        story="<p>Text.</p>", lead_photo=photo, is_featured=True, ends_on=today + timedelta(9),
    )  # fmt: skip
    clothing = make_supply(name="Clothing", contains="Shoes, underwear", photo=photo)
    sets = make_need(summer, supply=clothing, unit_cost=10, quoted_on=date(2006, 9, 1))
    enter(sets, "pledged", 31)
    make_need(summer, unit=None, target=3000, purpose="An" + " extraordinarilylongword" * 3)
    rice = make_campaign(slug="rice", title="Rice for all", ends_on=date(2007, 5, 31))
    need = make_need(rice, "kg", 2000, grams_a_day=500, people=133, days=30, target_source="List")
    for kind, kg in (("given", 2600), ("dispatched", 2600)):
        enter(need, kind, kg)
    detail = {"region": make_region("North-east"), "report": make_article(title="It came")}
    enter(need, "delivered", 2500, detail=detail)


def test_everybody_can_read_every_page_of_campaigns_on_every_screen(page):
    for address in PAGES:
        page.goto(address)
        assert faults_of(page) == []


def test_each_number_is_read_out_with_its_name_and_its_day(page):
    page.goto("/campaigns/rice/")
    for name, value in (("Needed", "2 t"), ("Received", "2.6 t"), ("Delivered", "at least 2.5 t")):
        row = page.locator(".need-numbers .numbers > div").filter(has_text=name)
        term, definition = row.get_by_role("term"), row.get_by_role("definition")
        assert term.inner_text() == name
        assert definition.inner_text().startswith(value) and "20" in definition.inner_text()
        assert row.locator("svg").get_attribute("aria-hidden") == "true"


def test_what_was_received_beyond_the_target_is_longer_than_the_target(page):
    page.goto("/campaigns/rice/")
    bar = page.locator(".need-numbers .numbers > div").filter(has_text="Received").locator("svg")
    received = bar.locator(".bar-received").evaluate("line => line.getBBox().width")
    target = bar.locator(".bar-target").evaluate("line => line.getBBox().width")
    assert received / target == pytest.approx(1.3, abs=0.01)


def test_a_visitor_with_a_keyboard_gets_from_the_list_to_how_to_help(page):
    page.goto("/campaigns/")
    page.get_by_role("link", name="Fifty summer sets").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="How to help").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/summer/#help")
    page.get_by_role("link", name="Write to us").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/write/")


def test_everything_is_there_without_scripts(plain):
    plain.goto("/")
    plain.get_by_role("link", name="Campaigns", exact=True).click()
    plain.get_by_role("link", name="Finished campaigns").click()
    plain.get_by_role("link", name="Rice for all").click()
    assert "This campaign finished on May 31, 2007." in plain.get_by_role("note").inner_text()
    plain.get_by_role("cell", name="North-east").wait_for()
    with plain.expect_download() as download:
        plain.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "rice-deliveries.csv"


def test_a_printed_campaign_keeps_its_bars_and_leaves_out_the_navigation(page):
    page.goto("/campaigns/rice/")
    page.emulate_media(media="print")
    assert page.locator("svg:has(.bar-delivered)").is_visible()
    assert not page.locator(".jumps").is_visible()
    stroke = "getComputedStyle(document.querySelector('.bar-received')).stroke"
    assert page.evaluate(stroke) == "rgb(0, 0, 0)"
