"""An export file as XML parsers want it: line by line, without the bytes that no XML may hold."""

from pathlib import Path

from django.utils.translation import gettext as _

from publishing.imports import ImportRefused

# WordPress lets people paste these into a post, and then writes an export that nobody may read.
CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r")
LONGEST_PIECE = 64 * 1024  # bytes; some exports stand on one line
LARGEST_ITEM = 64 * 1024 * 1024  # bytes; a text of this size is no text


class ExportError(ImportRefused):
    """The file cannot be imported; says why in one sentence."""


class CleanLines:
    """Reads a file for an XML parser and knows in which line it is.

    Each `read()` gives one line at most, so that what the parser finds stands in line `number`.
    """

    def __init__(self, file):
        self.file = file
        self.number = 0
        self.removed = 0  # control bytes
        self.first_removed = None  # the line of the first of them
        self.waiting = 0  # bytes since the last item was let go
        self.line_ended = True

    def read(self, size=-1):
        piece = self.file.readline(LONGEST_PIECE)
        self.number += bool(piece) and self.line_ended
        self.line_ended = piece.endswith(b"\n")
        self.waiting += len(piece)
        if self.waiting > LARGEST_ITEM:
            raise ExportError(
                _("Line %d belongs to an item of more than 64 MB; no text is that long.")
                % self.number
            )
        return self.without_control_bytes(piece)

    def without_control_bytes(self, piece):
        clean = piece.translate(None, CONTROL_BYTES)
        if len(clean) < len(piece):
            self.removed += len(piece) - len(clean)
            self.first_removed = self.first_removed or self.number
            if not clean:  # to the parser, nothing would mean the end of the file
                return b"\n" if piece.endswith(b"\n") else self.read()
        return clean

    def let_go(self):
        self.waiting = 0


def opened(path):
    """Return the file, open for bytes; every way it can be unfit is an ExportError."""
    if not Path(path).exists():
        raise ExportError(_("There is no file %s.") % path)
    if Path(path).is_dir():
        raise ExportError(_("%s is a folder, not a file.") % path)
    if not Path(path).is_file():  # it is read twice, and a pipe can be read once
        raise ExportError(_("%s is not a plain file.") % path)
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise ExportError(_("%s cannot be read: %s.") % (path, error.strerror)) from None
