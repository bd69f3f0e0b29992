"""One CSV text: its delimiter, its rows with their line numbers, and where its header stands."""

import csv
import io
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from publishing.imports import ImportRefused

PREAMBLE = 30  # rows among which the header is looked for
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Sheet:
    """The text of one CSV file."""

    name: str
    text: str

    def rows(self):
        """Yield (number of the line it begins in, cells) of each row. Raise ImportRefused."""
        yield from self._rows(self.delimiter)

    def first_rows(self):
        """Return the rows among which the header is looked for."""
        return list(islice(self.rows(), PREAMBLE))

    def rows_below(self, header_line):
        return (row for row in self.rows() if row[0] > header_line and any(row[1]))

    @property
    def delimiter(self):
        """The sign that parts the first lines into most columns."""
        start = "".join(islice(io.StringIO(self.text), PREAMBLE))
        return max(DELIMITERS, key=lambda sign: _widest(start, sign))

    def _rows(self, delimiter):
        # Line ends are left to the reader: a note inside quotes may hold some.
        lines = io.StringIO(self.text, newline="")
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
        begins = 1
        try:
            for cells in reader:
                yield begins, [cell.strip() for cell in cells]
                begins = reader.line_num + 1
        except csv.Error:
            raise ImportRefused(
                _("%(file)s, line %(line)d: a quotation mark is not closed, stands inside a text,"
                  " or a text is endless. The file is damaged or no statement; download it again.")
                % {"file": self.name, "line": begins}
            ) from None  # fmt: skip


def _widest(text, sign):
    """Return how many columns the sign gives to the widest of some lines, quotes aside."""
    reader = csv.reader(text.splitlines(), delimiter=sign, skipinitialspace=True)
    widest = 0
    # Reading the file tells what is wrong with it; here it only means that no more can be counted.
    with suppress(csv.Error):
        for cells in reader:
            widest = max(widest, len(cells))
    return widest


def header_of(cells):
    """Return the names in a header as they are compared: widths, case and blanks aside."""
    names = [plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()  # older files end each line with a comma
    return tuple(names)


def plain(text):
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def probable_header(sheet):
    """Return (line, cells) of the row that looks most like a header: wide, early, without numbers."""
    rows = [row for row in sheet.first_rows() if len(header_of(row[1])) > 1]
    if not rows:
        raise ImportRefused(_("%(file)s has no columns: it is no CSV file.") % {"file": sheet.name})
    return max(rows, key=lambda row: (_names_in(row[1]), -row[0]))


def _names_in(cells):
    return sum(bool(cell) and not any(sign.isdigit() for sign in cell) for cell in cells)
