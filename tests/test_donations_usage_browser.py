"""“How your donations are used” in a real browser: for everybody, on every screen and on paper."""

from datetime import date

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_supply
from django.utils import timezone
from donations_factories import make_gifts
from looks import WIDTHS, faults_of

from campaigns.models import Expense
from donations.usage.telling import last_month_over, tell
from donations.years import fiscal_year

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/donations/", "/ja/donations/", "/ko/donations/columns/"]


@pytest.fixture(autouse=True)
def year():
    """A year that shows every part that the page can have; returns it."""
    day = last_month_over().replace(day=1)
    title = "An extraordinarily long title of a campaign for clothing and rice"
    campaign = make_campaign(slug="rice", title=title, title_ja="夏服五十組と米と薬" * 3)
    need = make_need(campaign, "kg", 2000, supply=make_supply("kg", name="Rice"))
    for _ in range(5):
        enter(need, "given", 320, on=day)
    make_gifts(6, 40, campaign=campaign, on=day, fee=2)
    make_gifts(5, 123_456_789, currency="KRW", on=day)
    for number in range(3):
        Expense.objects.create(
            category=["goods", "office", "medical"][number], currency="USD", amount=40,
            spent_on=date(timezone.localdate().year - 1, 5, 1), campaign=campaign,
        )  # fmt: skip
    tell()
    return fiscal_year(day)


def test_everybody_can_read_how_donations_are_used_on_every_screen(page):
    for address in PAGES:
        page.goto(address)
        assert faults_of(page) == []


def test_the_words_of_a_chart_stay_on_the_screen(page):
    page.goto("/donations/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for text in page.locator(".chart text").all():
            box = text.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, text.inner_text()


def test_a_chart_has_a_name_and_stands_beside_its_table(page):
    page.goto("/donations/")
    chart = page.get_by_role("img", name="Received and spent in USD")
    table = page.get_by_role("table", name="Received and spent in USD")
    assert chart.is_visible() and table.is_visible()
    received = table.get_by_role("row", name="An extraordinarily long title")
    assert received.get_by_role("cell").first.inner_text() == "US$240"


def test_bars_differ_without_colour(page):
    page.emulate_media(forced_colors="active")
    page.goto("/donations/")
    look = """line => { const {stroke, strokeWidth, strokeDasharray} = getComputedStyle(line);
        return [stroke, strokeWidth, strokeDasharray] }"""
    received, needed = (
        page.locator(f".chart-{kind}").first.evaluate(look) for kind in ("received", "needed")
    )
    assert received[0] == needed[0]
    assert received[1:] != needed[1:]


def test_on_paper_charts_are_black_and_the_navigation_is_left_out(page):
    page.goto("/donations/")
    page.emulate_media(media="print")
    assert page.locator(".chart").first.is_visible()
    assert not page.locator(".sections").is_visible()
    stroke = "line => getComputedStyle(line).stroke"
    assert page.locator(".chart-received").first.evaluate(stroke) == "rgb(0, 0, 0)"


def test_a_journalist_gets_to_the_file_without_scripts(plain, year):
    plain.goto("/campaigns/rice/")
    plain.get_by_role("link", name="How donations are used").click()
    with plain.expect_download() as download:
        plain.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == f"donations-{year}.csv"
    plain.get_by_role("link", name="What the columns mean").click()
    assert plain.get_by_role("heading", level=1).inner_text() == "What the columns mean"
