"""Look at the whole store with other eyes: exiftool and qpdf, which did not clean it.

What they find in a file that is more than picture or page is told, as are files that no row owns
and rows whose file is missing.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from library.models import Document, Photo

FOLDERS = ("photos", "documents")
AT_ONCE = 200  # files that one exiftool reads
# A file is written just before its row, so for a while nobody owns it.
GRACE = timedelta(hours=1)

# What a picture or a PDF cannot be without, as exiftool groups and names it.
OF_THE_PICTURE = {"SourceFile", "ExifTool:ExifToolVersion", "PDF:PDFVersion", "PDF:Linearized",
                  "PDF:PageCount", "PDF:Language"}  # fmt: skip
OF_THE_FORMAT = {"System", "File", "Composite", "JFIF", "APP14", "RIFF", "Meta", "QuickTime",
                 "Adobe"}  # fmt: skip
TELLING = {"File:Comment", "QuickTime:Software", "QuickTime:CreateDate"}
PIXELS = re.compile(
    r"PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Palette|"
    r"Transparency|PixelUnits|PixelsPerUnit[XY]|BackgroundColor|SignificantBits|Gamma|SRGBRendering)"
)
# Words that stand in a PDF only where something is carried that no page shows.
HIDING = re.compile(
    rb"/(JavaScript|JS|OpenAction|AA|EmbeddedFiles?|AcroForm|Metadata|PieceInfo|RichMedia|Launch|Info)\b"
)
# How such data begin in a JPEG, which stands in a PDF as it is.
IN_PICTURES = (b"Exif\0\0", b"http://ns.adobe.com/x", b"Photoshop 3.0\0", b"ICC_PROFILE\0")
ENDS = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82", "pdf": b"%%EOF"}


class NoReader(Exception):
    """A program that the scan needs is not installed; the text says which."""


@dataclass
class Report:
    """What the scan found: (name, what), names without a row, names without a file."""

    files: int = 0
    private: list = field(default_factory=list)
    orphans: list = field(default_factory=list)
    missing: list = field(default_factory=list)


def scan():
    """Return a Report on every file. Raises NoReader. Two queries."""
    for program in ("exiftool", "qpdf"):
        if not shutil.which(program):
            raise NoReader(
                _(
                    "%(program)s is not installed. On Debian: apt install libimage-exiftool-perl qpdf"
                )
                % {"program": program}
            )
    stored = {f"{folder}/{name}" for folder in FOLDERS for name in names_in(folder)}
    owned, needed = owned_names()
    report = Report(len(stored))
    report.orphans = sorted(stored - owned)
    report.missing = sorted(needed - stored)
    for name, what in private_in(sorted(stored)):
        report.private.append((name, what))
    return report


def names_in(folder):
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def owned_names():
    """Return every name that belongs to a row, and those that must be there."""
    owned, needed = set(), set()
    for model in (Photo, Document):
        for row in model.objects.iterator():
            owned.update(row.file_names())
            needed.add(row.file.name)
    return owned, needed


def delete_orphans(names):
    """Delete files that no row owns; return those that are too new to tell."""
    young = [name for name in names if is_young(name)]
    for name in set(names) - set(young):
        default_storage.delete(name)
    return young


def is_young(name):
    written = default_storage.get_modified_time(name)
    written = written if timezone.is_aware(written) else timezone.make_aware(written)
    return timezone.now() - written < GRACE


def private_in(names):
    """Yield (name, what) for whatever a file holds besides its picture or its pages."""
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        for name, tags in zip(part, read_tags(part), strict=True):
            yield from ((name, f"{tag}: {str(value)[:60]}") for tag, value in telling(tags))
            yield from ((name, what) for what in in_bytes(name))


def read_tags(names):
    """Return what exiftool knows of each file: {group and name of a tag: value}."""
    paths = "\n".join(default_storage.path(name) for name in names)
    command = ["exiftool", "-json", "-G1", "-a", "-u", "-sort", "-@", "-"]
    said = subprocess.run(command, input=paths, capture_output=True, text=True, check=False)
    return json.loads(said.stdout or "[]")


def telling(tags):
    """Yield the tags that a file could do without."""
    for tag, value in tags.items():
        of_the_format = tag.partition(":")[0] in OF_THE_FORMAT and tag not in TELLING
        if not (of_the_format or tag in OF_THE_PICTURE or PIXELS.fullmatch(tag)):
            yield tag, value


def in_bytes(name):
    """Yield what exiftool does not look for: bytes after the end, and hiding places of a PDF."""
    with default_storage.open(name) as stored:
        content = stored.read()
    kind = name.rpartition(".")[2]
    if kind in ENDS and not content.rstrip(b"\r\n").endswith(ENDS[kind]):
        yield _("bytes after the end of the file")
    if kind == "pdf":
        yield from in_pdf(content, default_storage.path(name))


def in_pdf(content, path):
    if content.count(b"%%EOF") > 1:
        yield _("earlier versions of the document")
    if any(beginning in content for beginning in IN_PICTURES):
        yield _("metadata of a picture")
    command = ["qpdf", "--qdf", "--object-streams=disable", path, "-"]
    opened = subprocess.run(command, capture_output=True, check=False)
    if opened.returncode not in (0, 3):  # 3: readable, with warnings
        yield _("qpdf cannot read it")
    for word in sorted({word.decode() for word in HIDING.findall(structure(opened.stdout))}):
        yield f"/{word}"


def structure(document):
    """Return a PDF in plain text without the contents of its streams: page text may say anything."""
    return re.sub(rb"\bstream\r?\n.*?\bendstream\b", b"", document, flags=re.DOTALL)
