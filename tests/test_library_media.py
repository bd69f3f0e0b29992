"""Stored files are handed out to whoever may see what shows them, and nothing else ever is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.http import http_date
from factories import make_article, make_user
from library_files import encoded, pdf, upload, written

from library.models import Document, Photo
from library.variants import make_variants
from news.models import Article, ArticleDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo():
    photo = Photo.objects.create(file=upload(encoded()), alt="A red wall")
    make_variants(photo)
    make_article(lead_photo=photo)
    return photo


def make_document():
    return Document.objects.create(file=upload(written(pdf()), "Kim.pdf"), title="Annual report")


def body(response):
    return b"".join(response.streaming_content)


def test_a_photo_is_handed_out_for_a_year_as_what_it_is(client, photo):
    response = client.get(photo.file.url)
    assert body(response) == photo.file.read()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Length"] == str(photo.file.size)
    assert response["Cache-Control"] == "public, max-age=31536000, s-maxage=600, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_lighter_copies_are_handed_out_too(client, photo, suffix):
    response = client.get(f"/media/{photo.variant_name(64, suffix)}")
    assert response["Content-Type"] == f"image/{suffix}"
    assert body(response) == default_storage.open(photo.variant_name(64, suffix)).read()


def test_a_document_is_stored_under_its_title_and_not_shown(client):
    document = make_document()
    ArticleDocument.objects.create(article=make_article(), document=document, position=0)
    response = client.get(document.file.url)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="annual-report.pdf"'
    assert body(response) == document.file.read()


def test_a_file_runs_and_loads_nothing(client, photo):
    policy = client.get(photo.file.url)["Content-Security-Policy"]
    assert policy == "default-src 'none'; sandbox"


def test_readers_of_feeds_may_show_photos_on_pages_of_their_own(client, photo):
    response = client.get(photo.file.url)
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_handing_out_a_public_photo_costs_one_query(client, photo, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(photo.file.url).close()


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_what_nothing_public_shows_is_handed_out_to_staff_alone(client, photo, state):
    Article.objects.update(state=state)
    addresses = [photo.file.url, f"/media/{photo.variant_name(64, 'avif')}"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(make_user("volunteer"))
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(make_user("editor"))
    for address in addresses:
        response = client.get(address)
        assert body(response) and response["Cache-Control"] == "private, no-store"


def test_a_photo_that_waits_for_consent_is_handed_out_to_staff_alone(client, photo):
    Photo.objects.update(people_recognisable=True)
    assert client.get(photo.file.url).status_code == 404
    client.force_login(make_user("editor"))
    assert client.get(photo.file.url).status_code == 200


def test_the_paper_of_an_expense_is_for_staff_alone(client):
    document = make_document()
    assert client.get(document.file.url).status_code == 404
    client.force_login(make_user("campaigner"))
    assert client.get(document.file.url).status_code == 200


def test_head_tells_the_same_without_the_bytes(client, photo):
    response = client.head(photo.file.url)
    assert response.status_code == 200
    assert response["Content-Length"] == str(photo.file.size)
    assert response["Content-Type"] == "image/jpeg"
    assert response.content == b"" if not response.streaming else body(response) == b""


def test_a_browser_that_has_it_gets_304(client, photo):
    stored = default_storage.get_modified_time(photo.file.name)
    for moment, status in ((stored, 304), (stored - timedelta(days=1), 200)):
        since = {"If-Modified-Since": http_date(moment.timestamp())}
        response = client.get(photo.file.url, headers=since)
        assert response.status_code == status
        assert status == 304 or body(response)


def test_a_deleted_photo_is_gone_even_for_who_had_it(client, photo):
    default_storage.delete(photo.file.name)
    assert client.get(photo.file.url).status_code == 404
    since = {"If-Modified-Since": http_date(datetime(2100, 1, 1, tzinfo=UTC).timestamp())}
    assert client.get(photo.file.url, headers=since).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "secret.txt",
        "statements/00000000000000000000000000000000.pdf",
        "photos/../statements/00000000000000000000000000000000.pdf",
        "photos/%2e%2e/secret.txt",
        "photos/..%2fsecret.txt",
        "../secret.txt",
        "photos/",
        "photos/readable-name.jpg",
        "photos/00000000000000000000000000000000.svg",
        "photos/00000000000000000000000000000000.pdf",
        "documents/00000000000000000000000000000000.jpg",
        "photos/00000000000000000000000000000000.jpg%0a",
        "photos/00000000000000000000000000000000.jpg/",
    ],
)
def test_nothing_else_in_the_storage_is_handed_out(client, name):
    empty = "0" * 32
    for stored in (
        "secret.txt",
        f"statements/{empty}.pdf",
        "photos/readable-name.jpg",
        f"photos/{empty}.svg",
        f"photos/{empty}.pdf",
        f"documents/{empty}.jpg",
    ):
        default_storage.save(stored, ContentFile(b"not for everybody"))
    assert client.get(f"/media/{name}").status_code == 404


def test_only_get_and_head_are_answered(client, photo):
    assert client.post(photo.file.url).status_code == 405
