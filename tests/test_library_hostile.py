"""Hostile files through the office's own forms: stored clean, as exiftool and qpdf see it, or refused."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from factories import make_user
from hostile_files import DOCUMENTS, PHOTOS
from library_files import SECRET, needs_scanners, upload

from library.models import Document, Photo
from library.scan import names_in, scan

pytestmark = [pytest.mark.django_db, needs_scanners]


@pytest.fixture
def office(client):
    client.force_login(make_user("editor"))
    return client


def send(office, model, content, name):
    words = {
        f"{field}_{code}": "" for field in ("alt", "caption", "title") for code in ("ja", "ko")
    }
    words |= {"alt_en": "A red wall", "title_en": "Report", "caption_en": "", "credit": ""}
    address = reverse(f"admin:library_{model._meta.model_name}_add")
    return office.post(address, words | {"file": upload(content, name)})


def stored():
    return [f"{folder}/{name}" for folder in ("photos", "documents") for name in names_in(folder)]


ALL = [(Photo, name, *of_name) for name, of_name in PHOTOS.items()]
ALL += [(Document, name, *of_name) for name, of_name in DOCUMENTS.items()]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("model", "name", "make", "sentence"), ALL, ids=[one[1] for one in ALL])
def test_a_hostile_file_is_stored_clean_or_refused_with_its_sentence(
    office, model, name, make, sentence
):
    response = send(office, model, make(), name)
    if sentence:
        (said,) = response.context["adminform"].form.errors["file"]
        assert said.startswith(sentence)
        assert (model.objects.count(), stored()) == (0, [])
        return
    assert response.status_code == 302
    (kept,) = stored()
    assert name.partition(".")[0] not in kept
    assert SECRET not in default_storage.open(kept).read()
    assert scan().private == []


CLEAN_ALL = """
import pathlib, sys
import django
django.setup()
from library.cleaning import Refused
from library.images import clean_image
from library.pdfs import clean_pdf
for path in pathlib.Path(sys.argv[1]).iterdir():
    clean = clean_pdf if path.suffix == ".pdf" else clean_image
    try:
        clean(path.read_bytes())
    except Refused:
        pass
# Not getrusage: that counts what pytest held at the moment when it started this process.
status = pathlib.Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def test_no_hostile_file_takes_much_memory(tmp_path):
    """The most megabytes that one process held for all of them, with its start."""
    for name, (make, _sentence) in (PHOTOS | DOCUMENTS).items():
        (tmp_path / name).write_bytes(make())
    command = [sys.executable, "-W", "ignore", "-c", CLEAN_ALL, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, cwd=settings.BASE_DIR)
    assert float(done.stdout) < 400
