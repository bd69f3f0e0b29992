"""Opening a file that should be the old listing: its text, or one sentence that says why not."""

import re
import unicodedata
from pathlib import Path

from django.utils.translation import gettext as _

from publishing.imports import ImportRefused

LARGEST_FILE = 20_000_000  # bytes; the NGO's own listing has 80,000


class ListingError(ImportRefused):
    """The file is not a whole listing; says why in one sentence."""


def read_text(path):
    """Return the text of the file; every way it can be unfit is a ListingError of one sentence."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ListingError(_("There is no file %s.") % path) from None
    except IsADirectoryError:
        raise ListingError(_("%s is a folder, not a file.") % path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ListingError(_("%s cannot be read: %s.") % (path, reason)) from None
    if len(content) > LARGEST_FILE:
        raise ListingError(_("%s is far too large to be the old home page.") % path)
    text = decode(content)
    refuse_other_files(text)
    return text


def decode(content):
    """Return the text of a UTF-8 file with line feeds alone at its line ends."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ListingError(
            _("The file is not UTF-8 (first seen in line %d). Save it as UTF-8 and try again.")
            % line
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_other_files(text):
    """Say in one sentence why this text cannot be a listing, if it cannot."""
    if not text.strip():
        raise ListingError(_("The file is empty."))
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n" for sign in text):
        raise ListingError(_("The file is not text: it holds control characters."))
    if re.search(r"<(!doctype|html|head|body|div|p|br|a)\b[^<]*>", text, re.IGNORECASE):
        raise ListingError(_("The file is a web page (HTML). Save the page as plain text instead."))
    # The second form is UTF-8 that was once read as another encoding: each quotation mark in three.
    damage = re.search(r"\ufffd|â€|Â\xa0", text)
    if damage:
        line = text.count("\n", 0, damage.start()) + 1
        raise ListingError(
            _("The text was damaged by a wrong encoding (line %d). Save it anew as UTF-8.") % line
        )
