"""Whatever way a file takes into the storage, it arrives clean; and it leaves with its row."""

import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from library_files import (
    BLUE,
    HEIC,
    SECRET,
    encoded,
    exif,
    pdf,
    pdf_with_secret_everywhere,
    picture,
    upload,
    written,
)

from library.cleaning import Refused
from library.models import Document, Photo
from library.variants import make_variants

pytestmark = pytest.mark.django_db

NASTY = encoded("JPEG", picture((60, 40)), exif=exif(orientation=6), comment=SECRET)


def make_photo(content=NASTY, alt="A red wall", **fields):
    return Photo.objects.create(file=upload(content), alt=alt, **fields)


def stored_files(settings):
    """Return the bytes of every stored file by name."""
    root = Path(settings.MEDIA_ROOT)
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def by_create():
    return make_photo()


def by_save():
    photo = Photo(file=upload(NASTY), alt="A red wall")
    photo.save()
    return photo


def by_bulk_create():
    return Photo.objects.bulk_create([Photo(file=upload(NASTY), alt="A red wall")])[0]


def by_the_file_itself():
    photo = Photo(alt="A red wall")
    photo.file.save("Kim.jpg", ContentFile(NASTY))
    return photo


def by_get_or_create():
    return Photo.objects.get_or_create(alt="A red wall", defaults={"file": upload(NASTY)})[0]


def by_replacing_with_update_fields():
    photo = make_photo(encoded("JPEG", picture((20, 10), color=BLUE)))
    make_variants(photo)
    photo.file = upload(NASTY)
    photo.save(update_fields=["file"])
    return photo


@pytest.mark.parametrize(
    "way",
    [
        by_create,
        by_save,
        by_bulk_create,
        by_the_file_itself,
        by_get_or_create,
        by_replacing_with_update_fields,
    ],
)
def test_every_way_of_the_orm_stores_a_clean_photo_with_its_facts(
    settings, way, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        photo = way()
    ((name, content),) = stored_files(settings).items()
    assert SECRET not in content
    assert photo.file.read() == content
    photo = Photo.objects.get()
    assert photo.file.name == name
    assert (photo.width, photo.height) == (40, 60)
    assert photo.variant_widths == []
    assert photo.variants_due_at is not None


def test_a_document_is_stored_clean_with_its_facts(settings):
    Document.objects.create(file=upload(pdf_with_secret_everywhere(), "Kim.pdf"), title="List")
    document = Document.objects.get()
    ((name, content),) = stored_files(settings).items()
    assert SECRET not in content
    assert (document.file.name, document.size, document.pages) == (name, len(content), 1)


def test_a_file_that_somebody_has_read_already_is_stored_whole():
    file = upload(NASTY)
    file.read()
    assert Photo.objects.create(file=file, alt="A red wall").height == 60


def test_a_name_in_the_storage_says_nothing():
    assert make_photo().file.name.startswith("photos/")
    assert len(make_photo().file.name) == len("photos/.jpg") + 32
    assert make_photo().file.name != make_photo().file.name


def test_update_cannot_store_what_was_not_cleaned(settings):
    photo = make_photo()
    with pytest.raises(TypeError, match="Save the object itself"), transaction.atomic():
        Photo.objects.update(file=upload(NASTY))
    photo.file = upload(NASTY)
    with pytest.raises(TypeError, match="Save the object itself"), transaction.atomic():
        Photo.objects.bulk_update([photo], ["file"])
    assert list(stored_files(settings)) == [Photo.objects.get().file.name]


def test_a_stored_file_cannot_be_written_to():
    with pytest.raises(ValueError, match="never changes"):
        make_photo().file.open("wb")


def test_a_refused_file_leaves_nothing_behind(settings):
    with pytest.raises(Refused, match="iPhone"), transaction.atomic():
        make_photo(HEIC)
    assert stored_files(settings) == {}
    assert not Photo.objects.exists()


def test_text_given_as_text_is_refused_like_any_other_file():
    with pytest.raises(Refused, match="not a JPEG"):
        Photo.objects.create(file=ContentFile("words", name="a.jpg"), alt="A red wall")


def test_a_refusal_is_a_validation_error_so_that_importers_can_report_it():
    assert issubclass(Refused, ValidationError)


@pytest.mark.parametrize("alt", ["", " ", "\n\t", None])
def test_the_database_refuses_a_photo_without_description(alt):
    with pytest.raises(IntegrityError, match="photo_alt_not_blank"), transaction.atomic():
        make_photo(alt_en=alt, alt="")
    make_photo()
    with pytest.raises(IntegrityError, match="photo_alt_not_blank"), transaction.atomic():
        Photo.objects.update(alt_en=alt)


def test_an_importer_hears_which_field_is_missing():
    with pytest.raises(ValidationError) as refused:
        Photo(file=upload(NASTY), alt_ja="赤い壁").full_clean()
    assert "alt_en" in refused.value.error_dict


def test_the_description_is_needed_in_english_only():
    with translation.override("ja"):
        photo = make_photo(alt="", alt_en="A red wall")
        assert photo.alt == "A red wall"
        photo.alt = "赤い壁"
        photo.save()
        assert str(photo) == "赤い壁"
    assert str(Photo.objects.get()) == "A red wall"


def test_the_database_refuses_a_document_without_title():
    with pytest.raises(IntegrityError, match="document_title_not_blank"), transaction.atomic():
        Document.objects.create(file=upload(written(pdf())), title=" ")


def test_the_database_refuses_a_photo_without_file():
    with pytest.raises(IntegrityError, match="width"), transaction.atomic():
        Photo.objects.create(alt="A red wall")


def test_a_replaced_file_goes_with_its_variants_after_the_commit(
    settings, django_capture_on_commit_callbacks
):
    photo, other = make_photo(), make_photo()
    make_variants(photo)
    make_variants(other)
    before = set(stored_files(settings))
    assert len(before) == 6
    with django_capture_on_commit_callbacks(execute=True):
        photo.file = upload(NASTY)
        photo.save()
        assert before < set(stored_files(settings))
    assert set(stored_files(settings)) == {photo.file.name, *other.file_names()}


def test_words_may_change_and_the_file_stays(settings, django_capture_on_commit_callbacks):
    photo = make_photo()
    with django_capture_on_commit_callbacks(execute=True):
        photo.alt = "A wall, painted red"
        photo.save()
        Photo.objects.get().save(update_fields=["alt_en"])
    assert list(stored_files(settings)) == [photo.file.name]


def delete_one(photo):
    photo.delete()


def delete_many(photo):
    Photo.objects.filter(pk=photo.pk).delete()


@pytest.mark.parametrize("delete", [delete_one, delete_many])
def test_a_deleted_photo_takes_its_files_along_and_no_other(
    settings, delete, django_capture_on_commit_callbacks
):
    photo, other = make_photo(), make_photo()
    make_variants(photo)
    default_storage.save("photos/unrelated.jpg", ContentFile(b"somebody's"))
    with django_capture_on_commit_callbacks(execute=True):
        delete(photo)
        assert photo.file.name in stored_files(settings)
    assert set(stored_files(settings)) == {other.file.name, "photos/unrelated.jpg"}


@pytest.mark.parametrize("delete", [delete_one, delete_many])
def test_a_deletion_that_is_taken_back_keeps_the_file(
    settings, delete, django_capture_on_commit_callbacks
):
    photo = make_photo()
    committed = django_capture_on_commit_callbacks(execute=True)
    with committed, pytest.raises(ZeroDivisionError), transaction.atomic():
        delete(photo)
        raise ZeroDivisionError
    assert photo.file.name in stored_files(settings)


@pytest.mark.django_db(transaction=True)
def test_of_two_replacements_at_once_only_the_last_file_stays(settings):
    photo = make_photo()
    replaced = threading.Event()

    def replace_too():
        replaced.wait(20)
        mine = Photo.objects.get()
        mine.file = upload(NASTY)
        mine.save()
        connection.close()

    other = threading.Thread(target=replace_too)
    other.start()
    with transaction.atomic():
        photo.file = upload(NASTY)
        photo.save()
        replaced.set()
        time.sleep(0.5)  # the other one waits for the row meanwhile
    other.join()
    assert list(stored_files(settings)) == [Photo.objects.get().file.name]
