"""What somebody with bad intentions tried, and must not succeed with again."""

import pytest
from factories import make_article, make_category, make_user
from office import add_url, send
from pages_factories import make_page
from taggit.models import Tag

from correspondence.contact import ContactForm
from pages.models import Page
from pages.wordpress.addresses import Addresses
from pages.wordpress.html import LINE_BREAK_OF_AUTHOR
from pages.wordpress.shortcodes import Shortcodes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/%00", "/news/%00/", "/ja/news/%00/", "/news/tag/%00/", "/media/photos/%00", "/?q=%00"],
)
def test_an_address_with_a_nul_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/news/9999/", "/news/0000/", "/news/9999/12/"])
def test_a_year_that_no_calendar_ends_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("year", ["0000", "9999"])
def test_such_a_year_narrows_no_search(client, year):
    make_article(title="Rice")
    assert "One text was found" in client.get(f"/search/?q=rice&year={year}").content.decode()


@pytest.mark.parametrize("address", ["/news/", "/ja/news/", "/search/", "/news/category/open/"])
def test_the_name_of_a_category_of_drafts_stands_on_no_public_page(client, address):
    wide = make_category("Open", slug="open")
    make_article().categories.add(wide)
    secret = make_category("Safe house", slug="secret", parent=wide)
    other = make_category("Family K.", slug="other")
    make_article("draft").categories.add(secret, other)
    page = client.get(address).content.decode()
    assert "Open" in page
    assert "Safe house" not in page and "Family K." not in page


@pytest.mark.parametrize(("role", "moves"), [("editor", False), ("publisher", True)])
def test_only_a_publisher_brings_a_hidden_page_to_light_by_moving_it(client, role, moves):
    hidden = make_page("draft", slug="hidden")
    page = make_page(slug="kid", parent=hidden)
    client.force_login(make_user(role))
    address = f"/admin/pages/page/{page.pk}/change/"
    form = client.get(address).context["adminform"].form
    assert ("parent" in form.fields) == moves
    assert Page.objects.published().count() == 0


def test_the_address_of_a_tag_stays(client):
    tag = Tag.objects.create(name="Boats", slug="boats")
    client.force_login(make_user("editor"))
    client.post(f"/admin/taggit/tag/{tag.pk}/change/", {"name": "Ships", "slug": "ships"})
    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("Ships", "boats")


def test_an_address_that_no_mail_server_can_ask_for_is_told_in_a_sentence():
    form = ContactForm({"email": f"a@{'ü' * 60}.com", "name": "A", "message": "Hello"})
    assert "email" in form.errors


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("http://[old", "This is no address. Copy what the browser shows above the page."),
        ("/" + "x" * 3000, "This address is too long for any browser. Copy it once more."),
    ],
)
def test_an_absurd_old_address_gets_a_sentence(client, path, sentence):
    article = make_article()
    client.force_login(make_user("publisher"))
    typed = {"path": path, "leads_to": article.get_absolute_url()}
    response = client.post("/admin/publishing/oldaddress/add/", typed)
    assert response.context["adminform"].form.errors == {"path": [sentence]}


def test_more_synonyms_than_an_index_holds_get_a_sentence(client):
    client.force_login(make_user("publisher"))
    words = {"words": "a, " + "b" * 15_000}
    response = client.post("/admin/publishing/synonyms/add/", words)
    assert "at most 500 characters" in response.context["adminform"].form.errors["words"][0]


def test_a_tag_too_long_to_store_gets_a_sentence(client):
    client.force_login(make_user("editor"))
    response = send(client, add_url(), title_en="A", slug="a", tags="x" * 300)
    (sentence,) = response.context["adminform"].form.errors["tags"]
    assert sentence.startswith("“xxx") and sentence.endswith("write at most 100 letters.")


def test_long_words_and_blanks_of_an_export_are_read_once():
    """Each took minutes when every letter began anew; the test would not end."""
    assert Shortcodes().expand(f"[gallery {'a' * 200_000}]").strip() == ""
    assert LINE_BREAK_OF_AUTHOR.split("a" + " " * 200_000 + "b") == ["a" + " " * 200_000 + "b"]


def test_an_old_home_that_is_no_address_leads_nowhere():
    assert Addresses(["http://[old"]).path_of("https://old.example/a/") is None
