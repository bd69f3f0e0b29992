"""What staff paint over is gone from the photo, from its copies and from the storage."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from factories import make_user
from library_files import encoded, picture, upload
from PIL import Image

from library.models import Photo
from library.redaction import Box, read_boxes, redact
from library.variants import make_variants

pytestmark = pytest.mark.django_db

BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


def make_photo(image=None, **fields):
    file = upload(encoded("PNG", image or picture((640, 480))))
    photo = Photo.objects.create(**{"file": file, "alt": "Two people"} | fields)
    make_variants(photo)
    return photo


def page(photo):
    return reverse("admin:library_photo_redact", args=[photo.pk])


def sent(photo, boxes="0 0 25 25", button="redact"):
    return {"boxes": boxes, "file_name": photo.file.name, button: ""}


def pixels(photo):
    return Image.open(io.BytesIO(photo.file.read())).convert("RGB")


def near(colour, wanted):
    return all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


@pytest.fixture
def editor_client(client):
    client.force_login(make_user("editor"))
    return client


def test_boxes_become_black_and_the_rest_stays(editor_client):
    photo = make_photo()
    response = editor_client.post(page(photo), sent(photo, "10 10 20 20\n75 50 25 50"))
    assert response["Location"] == reverse("admin:library_photo_change", args=[photo.pk])
    photo.refresh_from_db()
    image = pixels(photo)
    assert all(
        near(image.getpixel(at), BLACK) for at in [(66, 50), (190, 142), (482, 242), (639, 479)]
    )
    assert all(near(image.getpixel(at), WHITE) for at in [(20, 20), (250, 20), (20, 220)])
    assert all(near(image.getpixel(at), RED) for at in [(400, 100), (100, 400)])


def test_the_old_file_and_every_copy_of_it_are_deleted(
    editor_client, django_capture_on_commit_callbacks
):
    photo = make_photo()
    before = photo.file_names()
    assert all(default_storage.exists(name) for name in before) and len(before) == 5
    with django_capture_on_commit_callbacks(execute=True):
        editor_client.post(page(photo), sent(photo))
    photo.refresh_from_db()
    assert [name for name in before if default_storage.exists(name)] == []
    assert photo.file.name not in before and default_storage.exists(photo.file.name)
    assert photo.variant_widths == [] and photo.variants_due_at is not None


def test_new_copies_are_made_of_what_is_left(editor_client):
    photo = make_photo()
    editor_client.post(page(photo), sent(photo))
    photo.refresh_from_db()
    make_variants(photo)
    with default_storage.open(photo.variant_name(480, "webp")) as copy:
        assert near(Image.open(copy).convert("RGB").getpixel((20, 20)), BLACK)


def test_a_see_through_photo_is_covered_too():
    image = picture((64, 64), "RGBA")
    image.putalpha(Image.new("L", (64, 64), 100))
    photo = make_photo(image)
    redact(photo, [Box(0, 0, 50, 50)])
    stored = Image.open(io.BytesIO(photo.file.read()))
    assert stored.getpixel((5, 5)) == (*BLACK, 255) and stored.getpixel((50, 50)) == (*RED, 100)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(1, 1, 1, 1), (0, 0, 16, 16)),  # 6.4 to 12.8 pixels: within one square
        (Box(4, 4, 4, 4), (16, 16, 64, 64)),  # 25.6 to 51.2 pixels: touches three squares
        (Box(99, 99, 1, 1), (624, 624, 640, 640)),
        (Box(90, 90, 100, 100), (576, 576, 640, 640)),
    ],
)
def test_a_box_grows_to_the_squares_of_jpeg_and_stays_in_the_photo(box, expected):
    assert box.pixels(640, 640) == expected


@pytest.mark.parametrize(
    "line", ["40 25 12.5 15", "40, 25, 12.5, 15", "40% 25% 12.5% 15%", "40;25;12.5;15"]
)
def test_boxes_are_read_as_people_write_them(line):
    assert read_boxes(f"\n{line}\r\n\n") == [Box(40, 25, 12.5, 15)]


@pytest.mark.parametrize(
    "line",
    [
        "1 2 3",
        "1 2 3 4 5",
        "a b c d",
        "0 0 0 10",
        "100 0 5 5",
        "0 0 101 5",
        "-1 0 5 5",
        "1e3 0 5 5",
    ],
)
def test_a_line_that_is_no_box_is_named(line):
    with pytest.raises(ValidationError, match="Line 2, .* is no box. Write left, top, width"):
        read_boxes(f"1 1 1 1\n{line}")


@pytest.mark.parametrize(
    ("boxes", "sentence"), [("", "Draw at least one box"), ("1 2", "is no box")]
)
def test_without_a_sound_box_nothing_changes(editor_client, boxes, sentence):
    photo = make_photo()
    response = editor_client.post(page(photo), sent(photo, boxes))
    assert sentence in response.content.decode()
    assert Photo.objects.get().file.name == photo.file.name


def test_boxes_can_be_looked_at_before(editor_client):
    photo = make_photo()
    response = editor_client.post(page(photo), sent(photo, "10 20 30.5 40", "look"))
    assert '<rect x="10.0%" y="20.0%" width="30.5%" height="40.0%" />' in response.content.decode()
    assert Photo.objects.get().file.name == photo.file.name


def test_boxes_drawn_on_a_file_that_is_gone_do_not_land_on_another(editor_client):
    photo = make_photo()
    late = sent(photo, "50 50 10 10")
    editor_client.post(page(photo), sent(photo))
    first = Photo.objects.get().file.name
    response = editor_client.post(page(photo), late)
    assert "somebody gave this photo another file" in response.content.decode()
    assert Photo.objects.get().file.name == first
    again = {
        "boxes": "50 50 10 10",
        "redact": "",
        "file_name": response.context["form"]["file_name"].value(),
    }
    assert editor_client.post(page(photo), again).status_code == 302
    assert Photo.objects.get().file.name not in (first, photo.file.name)


@pytest.mark.parametrize("role", ["volunteer", "campaigner", "treasurer", None])
def test_only_who_may_change_photos_redacts(client, role):
    photo = make_photo()
    if role:
        client.force_login(make_user(role))
    status = {
        client.get(page(photo)).status_code,
        client.post(page(photo), sent(photo)).status_code,
    }
    may = role == "campaigner"  # who needs pictures for campaigns
    assert status == ({200, 302} if may else {403} if role == "treasurer" else {302})
    assert (Photo.objects.get().redacted_at is not None) is may


def test_a_new_file_is_not_redacted_any_more(editor_client):
    photo = make_photo(people_recognisable=True)
    editor_client.post(page(photo), sent(photo))
    photo = Photo.objects.get()
    assert (photo.redacted_at is not None, photo.is_withheld) == (True, False)
    photo.file = upload(encoded())
    photo.save()
    photo = Photo.objects.get()
    assert (photo.redacted_at, photo.is_withheld) == (None, True)


def test_the_page_holds_no_inline_style_or_script(editor_client):
    html = editor_client.get(page(make_photo())).content.decode()
    assert "style=" not in html and "<script>" not in html and 'nonce="' in html
