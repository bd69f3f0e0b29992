"""Old addresses live, and tell nothing about what is not public."""

import pytest
from django.db import IntegrityError, transaction
from factories import make_article

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
