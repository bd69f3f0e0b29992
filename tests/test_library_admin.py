"""Colleagues add, find, replace and delete photos and documents, and are told what is wrong."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from factories import make_user
from library_files import SECRET, encoded, exif, pdf, picture, upload, written

from library import uploads
from library.models import Document, Photo
from library.variants import make_variants

pytestmark = pytest.mark.django_db

PHOTOS = reverse("admin:library_photo_changelist")
NEW_PHOTO = reverse("admin:library_photo_add")
WORDS = {"alt_en": "A red wall", "caption_en": "In Chiba", "credit": "LFNKR"} | dict.fromkeys(
    ["alt_ja", "caption_ja", "alt_ko", "caption_ko"], ""
)


@pytest.fixture
def admin_client(client):
    client.force_login(make_user("superuser"))
    return client


def make_photo(**fields):
    file = upload(encoded("JPEG", picture((600, 300))))
    return Photo.objects.create(**{"file": file, "alt": "A red wall"} | fields)


def address(stored):
    return reverse(f"admin:library_{stored._meta.model_name}_change", args=[stored.pk])


def errors(response):
    return response.context["adminform"].form.errors


def test_a_photo_is_added_clean_and_in_one_language(admin_client):
    file = upload(encoded("JPEG", exif=exif()))
    assert admin_client.post(NEW_PHOTO, WORDS | {"file": file}).status_code == 302
    photo = Photo.objects.get()
    assert (photo.alt, photo.caption, photo.credit) == ("A red wall", "In Chiba", "LFNKR")
    assert (photo.width, photo.height) == (64, 48)
    assert SECRET not in photo.file.read()


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_photo_without_english_description_is_asked_for_one(admin_client, alt):
    words = WORDS | {"alt_en": alt, "alt_ja": "赤い壁", "file": upload(encoded())}
    assert set(errors(admin_client.post(NEW_PHOTO, words))) == {"alt_en"}
    assert not Photo.objects.exists()


def test_a_refused_file_is_explained_and_the_words_are_kept(admin_client):
    svg = upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "map.jpg")
    response = admin_client.post(NEW_PHOTO, WORDS | {"file": svg})
    assert "Export it as PNG" in errors(response)["file"][0]
    assert 'value="In Chiba"' in response.text


def test_a_file_above_the_limit_is_explained_and_the_words_are_kept(admin_client, monkeypatch):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    response = admin_client.post(NEW_PHOTO, WORDS | {"file": upload(bytes(1001))})
    assert errors(response)["file"] == [uploads.FILE_TOO_LARGE]
    assert 'value="In Chiba"' in response.text


def test_a_replaced_photo_leaves_no_old_file(admin_client, django_capture_on_commit_callbacks):
    photo = make_photo()
    make_variants(photo)
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(address(photo), WORDS | {"file": upload(encoded())})
    photo.refresh_from_db()
    assert (photo.width, photo.variant_widths) == (64, [])
    assert default_storage.listdir("photos")[1] == [photo.file.name.removeprefix("photos/")]


def test_words_are_corrected_without_choosing_the_file_again(admin_client):
    photo = make_photo()
    make_variants(photo)
    admin_client.post(address(photo), WORDS | {"alt_ko": "붉은 벽", "file": ""})
    name = photo.file.name
    photo.refresh_from_db()
    assert (photo.file.name, photo.alt_ko, photo.variant_widths) == (name, "붉은 벽", [480, 600])


def test_deleting_the_chosen_ones_deletes_their_files(
    admin_client, django_capture_on_commit_callbacks
):
    for _number in range(2):
        make_variants(make_photo())
    chosen = [photo.pk for photo in Photo.objects.all()]
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(PHOTOS, action)
    assert default_storage.listdir("photos") == ([], [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_photos(
    admin_client, django_assert_num_queries, count
):
    for _number in range(count):
        make_variants(make_photo())
    admin_client.get(PHOTOS)
    with django_assert_num_queries(5):  # session, user, two counts, rows
        response = admin_client.get(PHOTOS)
    assert response.text.count("-480.webp") == count


@pytest.mark.parametrize("word", ["wall", "赤い", "붉은", "Chiba", "Tanaka"])
def test_words_of_every_language_find_a_photo(admin_client, word):
    words = {"alt_ja": "赤い壁", "caption_ko": "붉은 벽", "caption_en": "In Chiba"}
    wanted = make_photo(credit="Tanaka", **words)
    make_photo(alt="A river")
    found = admin_client.get(PHOTOS, {"q": word}).context["cl"].result_list
    assert list(found) == [wanted]


def test_the_form_shows_the_photo_in_the_lightest_form(admin_client):
    photo = make_photo()
    before = admin_client.get(address(photo)).text
    assert f'<img src="{photo.file.url}" width="480" height="240" alt="A red wall"' in before
    assert "600 × 300 pixels" in before
    make_variants(photo)
    after = admin_client.get(address(photo)).text
    assert f'<img src="/media/{photo.variant_name(480, "webp")}" width="480"' in after
    assert "480, 600 pixels wide" in after


def test_a_small_photo_is_not_blown_up(admin_client):
    photo = make_photo(file=upload(encoded()))
    assert 'width="64" height="48"' in admin_client.get(PHOTOS).text
    assert 'width="64" height="48"' in admin_client.get(address(photo)).text


def test_the_empty_form_shows_nothing_of_a_file_that_is_not_there(admin_client):
    response = admin_client.get(NEW_PHOTO)
    assert "The stored photo" not in response.text
    assert 'name="alt_ko"' in response.text


def test_a_document_is_added_and_listed_with_size_and_pages(admin_client):
    words = {"title_en": "Report", "title_ja": "", "title_ko": ""}
    file = upload(written(pdf(pages=3)), "Kim.pdf")
    admin_client.post(reverse("admin:library_document_add"), words | {"file": file})
    document = Document.objects.get()
    assert (document.title, document.pages) == ("Report", 3)
    text = admin_client.get(reverse("admin:library_document_changelist")).text
    assert f"{document.size}\xa0bytes" in text or "KB" in text
    assert "The stored document" in admin_client.get(address(document)).text


@pytest.mark.parametrize("address", [PHOTOS, NEW_PHOTO])
def test_strangers_are_sent_to_the_sign_in(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.django_db(transaction=True)
def test_the_pages_keep_to_the_content_policy(admin_client, page, live_server):
    photo = make_photo()
    make_variants(photo)
    cookie = admin_client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    for path in (PHOTOS, NEW_PHOTO, address(photo)):
        page.goto(path)
    preview = page.locator(".field-preview img")
    assert preview.evaluate("image => image.complete && image.naturalWidth") == 480
