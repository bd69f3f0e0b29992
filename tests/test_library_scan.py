"""The store is looked at by programs that did not clean it: what they find is told, with status 1."""

import os
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from library_files import (
    SECRET,
    encoded,
    needs_scanners,
    pdf,
    pdf_with_secret_everywhere,
    picture,
    upload,
    with_secret_everywhere,
    written,
)

from library import scan as module
from library.models import Document, Photo
from library.scan import scan
from library.variants import make_variants

pytestmark = [pytest.mark.django_db, needs_scanners]
SUFFIXES = {"png": "png", "webp": "webp", "avif": "avif"}


def stored(content, name):
    return default_storage.save(name, ContentFile(content))


def make_photo(image):
    photo = Photo.objects.create(file=upload(encoded("PNG", image)), alt="A red wall")
    make_variants(photo)
    return photo


def test_a_clean_store_is_clean(capsys):
    make_photo(picture((600, 300)))
    make_photo(picture((600, 300), mode="RGBA"))
    Document.objects.create(file=upload(pdf_with_secret_everywhere(), "a.pdf"), title="Report")
    report = scan()
    assert (report.private, report.orphans, report.missing) == ([], [], [])
    call_command("scan_media")
    assert f"{report.files} files looked at, 0 belong to nothing." in capsys.readouterr().out


def hidden():
    images = with_secret_everywhere()
    images.pop("gif-comment")  # stored as JPEG or PNG, never as GIF
    # Whatever lies in an MPO, a JPEG in the store must end where its picture ends.
    for name, content in images.items():
        yield f"{name}.{SUFFIXES.get(name.split('-')[0], 'jpg')}", content
    yield "everything.pdf", pdf_with_secret_everywhere()
    yield "older.pdf", written(pdf()) + SECRET + b"\n%%EOF\n"
    yield "exif.pdf", written(pdf(image=dict(images)["jpeg-exif-xmp-icc"]))
    yield "profile.png", encoded("PNG", icc_profile=b"x" * 200)


@pytest.mark.parametrize(
    ("name", "content"), list(hidden()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_whatever_hides_something_is_found(name, content):
    name = stored(content, f"{'documents' if name.endswith('pdf') else 'photos'}/{name}")
    assert {found for found, _what in scan().private} == {name}


def test_the_command_names_file_and_finding_and_ends_with_an_error(capsys):
    name = stored(encoded("JPEG", comment=SECRET), "photos/a.jpg")
    with pytest.raises(CommandError, match="1 findings in files, 0 files missing"):
        call_command("scan_media")
    assert f"private: {name}: File:Comment: Hidden-in-Chongjin" in capsys.readouterr().out


def test_a_row_without_its_file_is_an_error(capsys):
    photo = make_photo(picture())
    default_storage.delete(photo.file.name)
    with pytest.raises(CommandError, match="0 findings in files, 1 files missing"):
        call_command("scan_media")
    assert f"missing: {photo.file.name}" in capsys.readouterr().out


def test_files_without_a_row_are_listed_and_deleted_when_asked_unless_they_are_young(capsys):
    photo = make_photo(picture())
    old, young = (stored(encoded(), f"photos/{name}.jpg") for name in ("old", "young"))
    hours_ago = (datetime.now() - timedelta(hours=2)).timestamp()
    os.utime(default_storage.path(old), (hours_ago, hours_ago))
    call_command("scan_media")
    assert default_storage.exists(old)
    call_command("scan_media", delete_orphans=True)
    assert f"belongs to nothing: {old}" in capsys.readouterr().out
    assert [default_storage.exists(name) for name in (old, young, photo.file.name)] == [
        False, True, True
    ]  # fmt: skip


def test_without_the_programs_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda program: None)
    with pytest.raises(CommandError, match="exiftool is not installed. On Debian: apt install"):
        call_command("scan_media")
