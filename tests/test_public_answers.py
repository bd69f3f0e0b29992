"""What every public answer has in common."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from factories import make_article, make_photo, make_user

from pages import urls

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
PAGES = ["/", "/news/", "/news/boats/", "/ja/", "/ko/news/boats/", "/news/none/", "/news/gone/"]


@pytest.fixture(autouse=True)
def newsroom():
    make_article(slug="boats", title="Boats arrive", body="<p>Text.</p>")
    make_article("withdrawn", slug="gone")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_the_same_bytes_for_everybody(client, address):
    stranger = client.get(address)
    client.force_login(make_user("publisher"))
    signed_in = client.get(address, headers={"accept-language": "ja", "user-agent": "x"})
    assert stranger.content == signed_in.content
    assert not stranger.cookies
    assert stranger.get("Vary", "") == "Accept-Encoding"


@pytest.mark.parametrize("address", PAGES)
def test_the_content_policy_allows_nothing_inline_and_nobody_else(client, address):
    policy = client.get(address)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    for word in ("unsafe", "nonce", "http", "data:", "*"):
        assert word not in policy


@pytest.mark.parametrize("address", PAGES)
def test_a_page_holds_data_but_no_script_no_style_and_no_foreign_address(client, address):
    page = client.get(address).content.decode()
    assert not re.search(r'<script(?! type="application/ld\+json">)|<style|\sstyle=|\son\w+=', page)
    linked = re.findall(r'(?:src|href)="(https?://[^"]+)"', page)
    assert all(address.startswith(settings.SITE_URL) for address in linked)


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OTHER_ANSWERS = [
    "/admin/login/",
    "/admin/",
    "/healthz",
    "/robots.txt",
    "/%00",
    "/news",
    "/static/none.css",
]


@pytest.mark.parametrize("address", [*PAGES, *OTHER_ANSWERS])
def test_headers_of_safety_stand_on_every_answer(client, address):
    response = client.get(address)
    assert {name: response.get(name) for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "camera=()" in response["Permissions-Policy"]


def test_they_stand_on_an_answer_to_a_method_that_we_do_not_know_too(client):
    response = client.delete("/news/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert {name: response.get(name) for name in HEADERS} == HEADERS


def test_with_https_browsers_keep_to_it(settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    header = Client().get("/", secure=True)["Strict-Transport-Security"]
    assert header == "max-age=31536000; includeSubDomains; preload"


def test_an_unchanged_page_is_not_sent_again(client):
    first = client.get("/news/boats/")
    again = client.get("/news/boats/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_page_is_sent_again(client):
    first = client.get("/news/boats/")
    make_article(title="A neighbour")
    assert client.get("/news/boats/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_public_pages_are_compressed_to_the_same_bytes_each_time(client):
    packed = [client.get("/", headers={"accept-encoding": "gzip"}) for _ in range(2)]
    assert packed[0]["Content-Encoding"] == "gzip"
    assert packed[0].content == packed[1].content
    assert gzip.decompress(packed[0].content) == client.get("/").content


def test_a_compressed_page_can_be_confirmed_too(client):
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    headers = {"accept-encoding": "gzip", "if-none-match": packed["ETag"]}
    assert client.get("/", headers=headers).status_code == 304


def test_photos_are_sent_as_they_are(client):
    photo = make_photo()
    make_article(lead_photo=photo)
    response = client.get(photo.file.url, headers={"accept-encoding": "gzip"})
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


def test_pages_with_a_secret_are_not_compressed(client):
    assert (
        "Content-Encoding"
        not in client.get("/admin/login/", headers={"accept-encoding": "gzip"}).headers
    )


def test_every_page_names_its_canonical_address(client):
    page = client.get("/news/?utm_source=letter").content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}/news/">' in page


def test_a_later_page_of_a_list_is_its_own_canonical_address(client):
    for _ in range(45):
        make_article()
    older = client.get("/news/").context["page"].older
    page = client.get(f"/news/{older}").content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}/news/{older}">' in page
    assert '<link rel="prev"' in page and '<link rel="next"' in page


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/none/", 404, "There is no such page"),
        ("/news/gone/", 410, "This page is no longer here"),
        ("/ja/none/", 404, 'lang="ja"'),
    ],
)
def test_errors_speak_to_people(client, address, status, sentence):
    response = client.get(address)
    assert response.status_code == status
    assert sentence in response.content.decode()


def test_a_broken_page_answers_without_the_database(client, monkeypatch):
    def broken(request):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(urls.urlpatterns[0], "callback", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "secret detail" not in response.content.decode()


def test_the_stylesheet_stays_small():
    assert (ROOT / "static/css/site.css").stat().st_size <= 25_000


def test_the_front_page_with_its_stylesheet_stays_small(client):
    for number in range(60):
        make_article(teaser="Rice, clothes and medicine. " * 8, is_highlight=number % 2)
    page = client.get("/", headers={"accept-encoding": "gzip"}).content
    assert len(page) + len(gzip.compress((ROOT / "static/css/site.css").read_bytes())) <= 60_000


def test_who_asks_for_the_head_alone_learns_the_version_and_whether_it_is_still_that(client):
    make_article(title="Boats")
    whole = client.get("/news/")
    head = client.head("/news/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    again = client.head("/news/", headers={"if-none-match": whole["ETag"]})
    assert again.status_code == 304
