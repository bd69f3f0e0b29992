"""What an uploaded statement holds, as text. Its bytes stay in memory."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from library.uploads import MEGABYTE
from publishing.imports import ImportRefused

UNPACKED_LIMIT = 100 * MEGABYTE  # of all sheets of a ZIP; PayPal's 50,000 rows are about 20 MB
MOST_MEMBERS = 50
OF_NO_TEXT = re.compile("[\x00\x80\uf8f0-\uf8f3]")  # what cp932 makes of bytes that it has not
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def texts_in(content, name):
    """Yield (name, text) of each CSV file in the bytes, which may be a ZIP. Raise ImportRefused.

    One after the other, so that no more than one of them is held as text.
    """
    if content.startswith(b"PK\x03\x04"):
        yield from _texts_in_zip(content, name)
    else:
        yield name, text_of(content, name)


def text_of(content, name):
    """Return the bytes as text; raise ImportRefused with one sentence for what is no CSV."""
    if not content.strip(b"\x00 \r\n\t"):
        raise ImportRefused(_("%(file)s is empty.") % {"file": name})
    _refuse_other_kinds(content, name)
    if content.startswith(UTF_16):
        return _decoded(content, name, ["utf-16"])
    if b"\x00" in content:
        raise ImportRefused(
            _("%(file)s is no text: it holds null bytes. Download it again as CSV.")
            % {"file": name}
        )
    return _decoded(content, name, ["utf-8-sig", "cp932"])


def _decoded(content, name, encodings):
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not OF_NO_TEXT.search(text):
            return text
    raise ImportRefused(
        _("%(file)s is written neither in UTF-8 nor in Shift_JIS. Save it as “CSV UTF-8”.")
        % {"file": name}
    )


def _refuse_other_kinds(content, name):
    start = content[:512].lstrip().lower()
    kinds = {
        b"%pdf": _("a PDF"),
        b"\xd0\xcf\x11\xe0": _("an old Excel workbook"),
        b"<!doctype html": _("a web page; perhaps the bank had signed you out"),
        b"<html": _("a web page; perhaps the bank had signed you out"),
        b"\x1f\x8b": _("a compressed file"),
    }
    for beginning, kind in kinds.items():
        if start.startswith(beginning):
            raise ImportRefused(
                _("%(file)s is %(kind)s. Download the statement as CSV.")
                % {"file": name, "kind": kind}
            )


def _texts_in_zip(content, name):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in _members(archive, name):
                yield member.filename, text_of(archive.read(member), member.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise ImportRefused(
            _("%(file)s cannot be unpacked: it is damaged or locked. Download it again.")
            % {"file": name}
        ) from None


def _members(archive, name):
    """Return the CSV files of a ZIP, in the order of their names."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise ImportRefused(
            _("%(file)s is an Excel workbook. Save it as “CSV UTF-8” and choose that file.")
            % {"file": name}
        )
    hidden = ("__macosx/", ".")
    found = [
        member
        for member in members
        if member.filename.lower().endswith((".csv", ".txt", ".tsv"))
        and not member.filename.lower().startswith(hidden)
    ]
    if not found:
        raise ImportRefused(_("%(file)s holds no CSV file.") % {"file": name})
    if len(found) > MOST_MEMBERS or sum(m.file_size for m in found) > UNPACKED_LIMIT:
        raise ImportRefused(
            _("%(file)s holds more than %(most)d files or 100 MB. Import it in parts.")
            % {"file": name, "most": MOST_MEMBERS}
        )
    return sorted(found, key=lambda member: member.filename)
