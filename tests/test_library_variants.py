"""Lighter copies are made apart from any request, by any number of workers."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from library_files import encoded, picture, upload
from PIL import Image

from library import variants
from library.models import Photo
from library.variants import make_due_variants, make_variants, take_due_photo


def make_photo(width=40, height=30, mode="RGB"):
    image = picture((width, height), mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    return Photo.objects.create(file=upload(encoded("PNG", image)), alt="A red wall")


def broken_photo():
    photo = make_photo()
    default_storage.delete(photo.file.name)
    return photo


def due_now():
    Photo.objects.update(variants_due_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (300, [300]),
        (480, [480]),
        (481, [480, 481]),
        (1000, [480, 960, 1000]),
        (1600, [480, 960, 1600]),
        (1601, [480, 960, 1600]),
    ],
)
def test_copies_are_never_larger_than_the_photo_nor_much_smaller(width, widths):
    assert Photo(width=width).widths_wanted() == widths


@pytest.mark.django_db
def test_every_copy_is_stored_in_its_width_and_format_without_metadata():
    photo = make_photo(1000, 500)
    assert make_variants(photo)
    photo.refresh_from_db()
    assert photo.variant_widths == [480, 960, 1000]
    assert photo.variants_due_at is None
    for width, height in ((480, 240), (960, 480), (1000, 500)):
        for suffix in ("avif", "webp"):
            content = default_storage.open(photo.variant_name(width, suffix)).read()
            copy = Image.open(io.BytesIO(content))
            assert (copy.format, copy.size) == (suffix.upper(), (width, height))
            assert not {"exif", "xmp", "icc_profile"} & set(copy.info)


@pytest.mark.django_db
def test_a_see_through_photo_has_see_through_copies():
    photo = make_photo(40, 30, "RGBA")
    make_variants(photo)
    for suffix in ("avif", "webp"):
        assert Image.open(default_storage.open(photo.variant_name(40, suffix))).mode == "RGBA"


@pytest.mark.django_db
def test_a_very_flat_photo_has_copies_of_at_least_one_pixel():
    photo = make_photo(2000, 1)
    make_variants(photo)
    assert Image.open(default_storage.open(photo.variant_name(480, "webp"))).size == (480, 1)


@pytest.mark.django_db
def test_half_a_file_left_by_a_dead_worker_is_replaced():
    photo = make_photo()
    default_storage.save(photo.variant_name(40, "webp"), ContentFile(b"RIFF"))
    make_variants(photo)
    assert Image.open(default_storage.open(photo.variant_name(40, "webp"))).size == (40, 30)
    assert len(default_storage.listdir("photos")[1]) == 3


@pytest.mark.django_db
def test_the_oldest_come_first_up_to_the_limit():
    _first, _second, third = make_photo(), make_photo(), make_photo()
    assert make_due_variants(2) == 2
    assert list(Photo.objects.exclude(variants_due_at=None)) == [third]
    assert make_due_variants(2) == 1
    assert make_due_variants(2) == 0


@pytest.mark.django_db
def test_a_photo_that_cannot_be_made_blocks_nobody_and_waits_an_hour(caplog):
    broken, sound = broken_photo(), make_photo()
    assert make_due_variants(10) == 2  # tried
    assert f"The variants of photo {broken.pk} could not be made." in caplog.text
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert sound.variant_widths == [40]
    assert timedelta(minutes=59) < broken.variants_due_at - timezone.now() <= variants.RETRY_AFTER
    assert take_due_photo() is None


@pytest.mark.django_db
def test_a_photo_whose_worker_died_is_taken_again_later():
    photo = make_photo()
    assert take_due_photo() == photo
    assert take_due_photo() is None
    due_now()
    assert take_due_photo() == photo


@pytest.mark.django_db(transaction=True)
def test_a_photo_replaced_meanwhile_keeps_no_copies_of_the_old_file(monkeypatch):
    def replace_then_store(photo, original, width):
        current = Photo.objects.get()
        current.file = upload(encoded("PNG", picture((20, 10))))
        current.save()
        store_variants(photo, original, width)

    store_variants = variants.store_variants
    monkeypatch.setattr(variants, "store_variants", replace_then_store)
    assert make_variants(make_photo()) is False
    current = Photo.objects.get()
    assert default_storage.listdir("photos")[1] == [current.file.name.removeprefix("photos/")]
    assert current.variant_widths == []
    assert current.variants_due_at is not None


@pytest.mark.django_db
def test_taking_a_photo_costs_two_queries(django_assert_num_queries):
    for _number in range(3):
        make_photo()
    with django_assert_num_queries(4):  # and a savepoint, set and released
        take_due_photo()


@pytest.mark.django_db
def test_the_command_tells_how_many_it_made(capsys):
    make_photo()
    broken_photo()
    call_command("make_variants")
    assert capsys.readouterr().out == "1 of 2 photos have their lighter copies now.\n"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_every_photo_once(monkeypatch):
    photos = [make_photo() for _number in range(8)]
    made, together = [], threading.Barrier(2, timeout=20)

    def make_and_note(photo):
        if not made:
            together.wait()  # both hold a photo at the same time
        made.append(photo.pk)
        return make_variants(photo)

    def work():
        make_due_variants(8)
        connection.close()

    monkeypatch.setattr(variants, "make_variants", make_and_note)
    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(made) == [photo.pk for photo in photos]
    assert not Photo.objects.exclude(variants_due_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_passes_by_a_photo_that_somebody_is_changing():
    changing, free = make_photo(), make_photo()
    locked, done = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            Photo.objects.select_for_update().get(pk=changing.pk)
            locked.set()
            done.wait(20)
        connection.close()

    editor = threading.Thread(target=change)
    editor.start()
    locked.wait(20)
    try:
        assert take_due_photo() == free
        assert take_due_photo() is None
    finally:
        done.set()
        editor.join()
