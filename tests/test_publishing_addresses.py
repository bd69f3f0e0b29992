"""Old addresses live, and tell nothing about what is not public."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from factories import make_article, make_category
from pages_factories import make_page

from publishing.models import OldAddress

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["/2017/09/boats/", "/2017/09/boats"])
def test_an_old_address_redirects_for_good(client, asked):
    OldAddress.objects.remember("/2017/09/boats/", make_article(slug="boats"))
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (301, "/news/boats/")


def test_an_old_address_may_be_japanese_and_longer_than_a_screen(client):
    path = "/ニュース/" + "救助" * 200
    OldAddress.objects.remember(path, make_article(slug="boats"))
    assert client.get(path)["Location"] == "/news/boats/"


def test_an_old_address_in_japanese_leads_to_the_japanese_page(client):
    OldAddress.objects.remember("/news/old/", make_article(slug="new"))
    assert client.get("/ja/news/old/")["Location"] == "/ja/news/new/"


def test_an_old_address_may_have_had_a_language_of_its_own(client):
    OldAddress.objects.remember("/ja/2016/03/04/poly/", make_article(slug="new"))
    assert client.get("/ja/2016/03/04/poly/")["Location"] == "/ja/news/new/"
    assert client.get("/ko/2016/03/04/poly/").status_code == 404


@pytest.mark.parametrize("goes_to", ["/news/category/rescue/", "/ja/news/category/rescue/"])
@pytest.mark.parametrize(
    ("asked", "below"), [("/ja/cat/", ""), ("/ja/cat/page/2/", ""), ("/ja/cat/feed/", "feed.rss")]
)
def test_so_may_that_of_a_list(client, goes_to, asked, below):
    make_article().categories.add(make_category(slug="rescue"))
    OldAddress.objects.create(path="/ja/cat", goes_to=goes_to)
    assert client.get(asked)["Location"] == f"/ja/news/category/rescue/{below}"


@pytest.mark.parametrize("old", ["/archive/page/2/", "/media-old/boat-300x200.jpg", "/news/feed/"])
def test_an_old_address_is_taken_as_it_is_before_it_is_shortened(client, old):
    OldAddress.objects.remember(old, make_article(slug="itself"))
    shorter = {"/archive/page/2/": "/archive", "/news/feed/": "/news"}.get(
        old, "/media-old/boat.jpg"
    )
    OldAddress.objects.remember(shorter, make_article(slug="shorter"))
    assert client.get(old)["Location"] == "/news/itself/"


@pytest.mark.parametrize("slug", ["ja-guide", "ko-readers", "en-guide"])
def test_a_word_that_begins_like_a_language_is_none(client, slug):
    make_page(slug=slug, title="Guide")
    response = client.get(f"/{slug}/")
    assert (response.status_code, response["Content-Language"]) == (200, "en")
    assert client.get(f"/ja/{slug}/")["Content-Language"] == "ja"


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_an_old_address_of_something_not_public_is_not_found(client, state):
    OldAddress.objects.remember("/old", make_article(state))
    assert client.get("/old").status_code == 404


def test_a_live_page_goes_before_an_old_address(client):
    OldAddress.objects.remember("/news/boats/", make_article(slug="elsewhere"))
    make_article(slug="boats", title="The boats of today")
    assert "The boats of today" in client.get("/news/boats/").content.decode()


def test_an_address_remembered_again_leads_to_the_newer_target(client):
    OldAddress.objects.remember("/old", make_article(slug="first"))
    OldAddress.objects.remember("/old/", make_article(slug="second"))
    assert client.get("/old")["Location"] == "/news/second/"
    assert OldAddress.objects.count() == 1


@pytest.mark.parametrize("path", ["no-slash", "/slash-at-the-end/"])
def test_the_database_keeps_paths_bare(path):
    with pytest.raises(IntegrityError, match="old_address_is_bare_path"), transaction.atomic():
        OldAddress.objects.create(path=path, target=make_article())


# Lists, which are no rows


def list_of_september():
    article = make_article(dated_on=date(2017, 9, 5), slug="boats")
    OldAddress.objects.remember_all({"/2017/09": "/news/2017/09/", "/?m=201709": "/news/2017/09/"})
    return article


def test_an_old_list_redirects_to_ours_in_the_language_that_was_asked_for(client):
    list_of_september()
    assert client.get("/2017/09/")["Location"] == "/news/2017/09/"
    assert client.get("/ja/2017/09/")["Location"] == "/ja/news/2017/09/"
    assert client.get("/?m=201709").status_code == 301


def test_an_old_list_is_not_found_while_nothing_public_is_in_it(client):
    article = list_of_september()
    article.withdraw()
    assert client.get("/2017/09/").status_code == 404
    assert client.get("/?m=201709").status_code == 404


def test_what_leads_somewhere_already_is_left_as_staff_put_it():
    chosen = make_article()
    OldAddress.objects.remember("/boats/", chosen)
    OldAddress.objects.remember_all({"/boats": make_article(), "/ships/": chosen})
    assert OldAddress.objects.get(path="/boats").target == chosen
    assert OldAddress.objects.get(path="/ships").target == chosen


@pytest.mark.parametrize("fields", [{}, {"goes_to": "https://elsewhere.example/"}])
def test_an_old_address_leads_to_a_row_or_to_a_path(fields):
    with pytest.raises(IntegrityError, match="old_address_leads_somewhere"), transaction.atomic():
        OldAddress.objects.create(path="/old", **fields)


# By number, as WordPress has it


@pytest.mark.parametrize("asked", ["/?p=12", "/?p=12&preview=true", "/ja/?p=12"])
def test_the_front_page_redirects_when_asked_for_a_number(client, asked):
    OldAddress.objects.remember("/?p=12", make_article(slug="boats"))
    response = client.get(asked)
    assert response.status_code == 301
    assert response["Location"].removeprefix("/ja") == "/news/boats/"


@pytest.mark.parametrize("asked", ["/?p=13", "/?page_id=12", "/?attachment_id=12", "/?cat=12"])
def test_a_number_that_nobody_knows_is_not_found(client, asked):
    OldAddress.objects.remember("/?p=12", make_article())
    assert client.get(asked).status_code == 404


def test_a_number_of_something_not_public_is_not_found(client):
    OldAddress.objects.remember("/?p=12", make_article("draft"))
    assert client.get("/?p=12").status_code == 404


@pytest.mark.parametrize("asked", ["/", "/?utm_source=p=12", "/?p=abc", "/?page=12"])
def test_the_front_page_answers_whatever_else_it_is_asked(client, asked):
    assert client.get(asked).status_code == 200


def test_a_number_is_found_below_the_folder_where_wordpress_lived(client):
    OldAddress.objects.remember("/blog/?p=12", make_article(slug="boats"))
    assert client.get("/blog/?p=12")["Location"] == "/news/boats/"
