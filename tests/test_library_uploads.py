"""An upload stays in memory, has a limit, and never ends in a bare error page."""

import os
import sys
import tempfile
from contextlib import contextmanager

import pytest
from django import forms
from django.test import RequestFactory
from library_files import SECRET, encoded, exif, upload

from library import uploads
from library.images import HEIC as HEIC_SENTENCE
from library.models import Photo
from library.uploads import MEGABYTE, OversizedUpload

written_paths = None


def note_written_paths(event, arguments):
    """Note the path of every file that is opened for writing, whoever opens it."""
    if written_paths is None or event != "open" or isinstance(arguments[0], int):
        return
    if arguments[2] & (os.O_WRONLY | os.O_RDWR):
        written_paths.append(str(arguments[0]))


@pytest.fixture(scope="module")
def audit():
    sys.addaudithook(note_written_paths)  # cannot be taken off again, so it only notes when asked


@contextmanager
def paths_written(audit):
    global written_paths
    written_paths = []
    try:
        yield written_paths
    finally:
        written_paths = None


class PhotoForm(forms.ModelForm):
    class Meta:
        model = Photo
        fields = ("file", "alt")


def posted(**fields):
    return RequestFactory().post("/", fields)


def photo_form(**fields):
    request = posted(**fields)
    return PhotoForm(request.POST, request.FILES)


def test_the_audit_sees_a_temporary_file(audit):
    with paths_written(audit) as paths, tempfile.NamedTemporaryFile() as file:
        assert file.name in paths


def test_a_large_upload_touches_no_disk(audit):
    content = SECRET + os.urandom(6 * MEGABYTE)
    request = posted(file=upload(content, "large.bin"), alt="x")
    with paths_written(audit) as paths:
        received = request.FILES["file"].read()
    assert received == content
    assert paths == []


@pytest.mark.django_db
def test_the_only_file_ever_written_is_the_clean_one(audit, settings):
    content = encoded("JPEG", exif=exif()) + bytes(3 * MEGABYTE)
    request = posted(file=upload(content), alt="A red wall")
    with paths_written(audit) as paths:
        photo = PhotoForm(request.POST, request.FILES).save()
    assert paths == [str(settings.MEDIA_ROOT / photo.file.name)]
    assert SECRET not in (settings.MEDIA_ROOT / photo.file.name).read_bytes()


@pytest.mark.parametrize("over", [0, 1])
def test_the_limit_is_exactly_25_megabytes_a_file(over):
    request = posted(file=upload(bytes(25 * MEGABYTE + over), "x.bin"))
    assert isinstance(request.FILES["file"], OversizedUpload) == bool(over)
    assert request.FILES["file"].size == (0 if over else 25 * MEGABYTE)


@pytest.mark.django_db
def test_above_the_limit_the_form_says_so_and_keeps_the_rest(monkeypatch):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    form = photo_form(file=upload(bytes(1001)), alt="A red wall")
    assert form.errors == {"file": [uploads.FILE_TOO_LARGE]}
    assert form["alt"].value() == "A red wall"


def test_nothing_of_an_oversized_file_is_kept(monkeypatch):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 100_000)
    assert posted(file=upload(bytes(200_000))).FILES["file"].read() == b""


def test_the_files_of_one_form_have_a_limit_together(monkeypatch):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 100_000)
    monkeypatch.setattr(uploads, "FORM_LIMIT", 150_000)
    # The refused ones do not count, so a small file after them is still welcome.
    sizes = {"a": 90_000, "b": 90_000, "c": 100_001, "d": 60_000}
    files = posted(**{name: upload(bytes(size)) for name, size in sizes.items()}).FILES
    kept = {name: file.size for name, file in files.items()}
    assert kept == {"a": 90_000, "b": 0, "c": 0, "d": 60_000}
    assert files["b"].refusal == uploads.FORM_TOO_LARGE
    assert files["c"].refusal == uploads.FILE_TOO_LARGE


def test_a_form_that_knows_nothing_of_limits_refuses_an_oversized_file_too(monkeypatch):
    class PlainForm(forms.Form):
        file = forms.FileField()

    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    assert PlainForm({}, posted(file=upload(bytes(1001))).FILES).errors == {
        "file": ["The submitted file is empty."]
    }


@pytest.mark.django_db
def test_the_form_answers_with_the_cleaner_s_sentence():
    heic = b"\0\0\0\x18ftypheic" + bytes(50)
    assert photo_form(file=upload(heic), alt="x").errors == {"file": [HEIC_SENTENCE]}


@pytest.mark.django_db
def test_the_form_cleans_once(monkeypatch):
    calls = []
    field = Photo._meta.get_field("file")
    clean = type(field).clean_content
    monkeypatch.setattr(
        type(field), "clean_content", staticmethod(lambda raw: calls.append(1) or clean(raw))
    )
    photo_form(file=upload(encoded()), alt="A red wall").save()
    assert len(calls) == 1


@pytest.mark.django_db
def test_an_upload_s_own_name_may_be_long_and_is_dropped():
    photo = photo_form(file=upload(encoded(), "写真" * 100 + ".jpg"), alt="A red wall").save()
    assert len(photo.file.name) == len("photos/.jpg") + 32


def test_the_form_asks_phones_for_formats_that_the_site_reads():
    assert 'accept="image/jpeg,image/png,image/webp,image/avif,image/gif"' in str(
        PhotoForm()["file"]
    )
