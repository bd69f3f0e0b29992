"""The public pages in a real browser: for everybody, on every screen, without scripts."""

from datetime import date

import pytest
from factories import make_article, make_category, make_photo
from looks import faults_of

from news.models import ArticlePhoto, Signatory

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = [
    "/",
    "/news/",
    "/news/2012/",
    "/news/category/rescue/",
    "/news/boats/",
    "/news/letter/",
    "/ja/",
    "/ko/news/boats/",
    "/none/",  # not found
    "/news/gone/",
]


@pytest.fixture(autouse=True)
def newsroom():
    """A small newsroom that shows every part that a public page can have."""
    rescue = make_category("Rescue", slug="rescue", name_ja="救出", name_ko="구출")
    boats = make_article(
        slug="boats", title="Boats arrive", title_ja="船が着く", teaser="Two boats came in.",
        body="<h2>One</h2><p>Text with a <a href='https://e.example/'>link</a>.</p><ul><li><p>a</p></li></ul>"
        "<table><tbody><tr><th><p>kg</p></th><td><p>2,000</p></td></tr></tbody></table>",
        dated_on=date(2012, 7, 23), lead_photo=make_photo(caption="A field.", credit="LFNKR"),
        content_warning="Describes hunger", source_name="A partner", is_highlight=True,
    )  # fmt: skip
    boats.categories.add(rescue)
    boats.tags.add("boats")
    ArticlePhoto.objects.create(article=boats, photo=make_photo(caption="Another."))
    letter = make_article(
        slug="letter", title="A" + "n extraordinarily long word" * 3, kind="letter", follows=boats,
        addressee="The Secretary-General", sent_on=date(2006, 10, 19), delivery="By fax",
        dated_on=date(2012, 7, 20),
    )  # fmt: skip
    letter.categories.add(rescue)
    Signatory.objects.create(article=letter, name="Anna", affiliation="An organisation")
    for number in range(25):
        make_article(title=f"News {number}", teaser="Short.", dated_on=date(2012, 1, 1 + number))
    make_article("withdrawn", slug="gone")


def go(page, address):
    """Open a page; a status of 404 or 410 is the page's own and no complaint."""
    page.goto(address)
    page.complaints[:] = [
        c for c in page.complaints if not ("status of 4" in c and c.endswith(page.url))
    ]


def test_everybody_can_read_every_public_page_on_every_screen(page):
    for address in PAGES:
        go(page, address)
        assert faults_of(page) == []


def test_the_first_tab_leads_past_the_navigation(page):
    go(page, "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_a_reader_finds_an_old_article_without_scripts(plain):
    plain.goto("/")
    plain.get_by_role("link", name="All news").first.click()
    plain.get_by_role("link", name="Older").click()
    plain.get_by_role("link", name="News 3", exact=True).click()
    assert plain.get_by_role("heading", level=1).inner_text() == "News 3"
    plain.get_by_role("link", name="日本語").click()
    assert plain.locator("html").get_attribute("lang") == "ja"
    assert plain.get_by_role("heading", level=1).get_attribute("lang") == "en"


def test_a_printed_article_leaves_out_the_navigation(page):
    go(page, "/news/boats/")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
