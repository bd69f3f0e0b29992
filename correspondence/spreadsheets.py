"""Files that spreadsheets open: as long as they may be, and no text in them gives an order."""

import csv
import re
import tempfile
from datetime import datetime
from itertools import islice

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

AT_ONCE = 500  # lines
ORDERS = tuple("=+-@\t\r")
NUMBER = re.compile(r"[+-]?[0-9.]+")


def inert(text):
    """Return text that no spreadsheet takes for a formula: one that looks like it begins with an '.

    Numbers stay numbers, below zero too.
    """
    is_order = text.startswith(ORDERS) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_order else text


def cell(value):
    """Return a value as spreadsheets take it: moments by the office's clock, true as 1."""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return timezone.make_naive(value).replace(microsecond=0)
    return value


def csv_response(lines, name):
    """Send lines as CSV, a few at a time."""
    writer = csv.writer(Echo())
    texts = (writer.writerow(map(cell, line)) for line in lines)
    content = iter(lambda: "".join(islice(texts, AT_ONCE)), "")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text


def xlsx_response(lines, name):
    """Send lines as a workbook. It is on the disk while it is made, in a file that has no name."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append([printable(cell(value)) for value in line])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it, when all is sent
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)


def printable(value):
    """Leave out signs that no workbook may hold, like the page breaks of a text from a PDF."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
