"""Stored files are handed out to whoever knows their name, and nothing else ever is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.http import http_date
from library_files import encoded, pdf, upload, written

from library.models import Document, Photo
from library.variants import make_variants

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo():
    photo = Photo.objects.create(file=upload(encoded()), alt="A red wall")
    make_variants(photo)
    return photo


def body(response):
    return b"".join(response.streaming_content)


def test_a_photo_is_handed_out_for_a_year_as_what_it_is(client, photo):
    response = client.get(photo.file.url)
    assert body(response) == photo.file.read()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Length"] == str(photo.file.size)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_lighter_copies_are_handed_out_too(client, photo, suffix):
    response = client.get(f"/media/{photo.variant_name(64, suffix)}")
    assert response["Content-Type"] == f"image/{suffix}"
    assert body(response) == default_storage.open(photo.variant_name(64, suffix)).read()


def test_a_document_is_shown_as_pdf(client):
    document = Document.objects.create(file=upload(written(pdf()), "Kim.pdf"), title="Report")
    response = client.get(document.file.url)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert body(response) == document.file.read()


def test_handing_out_costs_no_query(client, photo, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(photo.file.url).close()


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
        response.close()


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
