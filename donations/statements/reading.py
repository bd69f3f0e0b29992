"""From the bytes of a statement to its lines, in two passes and one sheet at a time."""

from dataclasses import dataclass, replace

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from publishing.imports import ImportRefused

from .content import texts_in
from .days import Order, day_or_none, orders_that_fit
from .layouts import Layout, Role
from .lines import line_of
from .sheets import Sheet, header_of, probable_header

WITH_YEARS_OF_OURS = (Order.MDY, Order.DMY, Order.YMD)


class HeaderUnknown(Exception):
    """Nobody has said yet which column is what. Knows the sheet, and where the header may stand."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.line, self.cells = probable_header(sheet)

    def look_at(self, line):
        """Take the row that begins in another line for the header."""
        found = [row for row in self.sheet.first_rows() if row[0] == line and len(row[1]) > 1]
        self.line, self.cells = found[0] if found else (self.line, self.cells)


class OrderUnknown(Exception):
    """The days can be read in several ways; `orders` are these, `examples` some days as written."""

    def __init__(self, orders, examples, header):
        self.orders, self.examples, self.header = orders, examples, header


@dataclass
class Statement:
    """A file whose layout is known. `lines()` may be asked for again: nothing is used up."""

    content: bytes
    name: str
    header: tuple
    layout: Layout
    order: str
    count: int  # of rows

    def lines(self):
        """Yield the lines of all sheets; they are numbered through, as the file counts lines."""
        before = 0
        for sheet in sheets_of(self.content, self.name):
            header_line, _header, _layout = found_header(sheet, self.knows)
            for number, cells in sheet.rows_below(header_line):
                yield line_of(before + number, cells, self.layout, self.order)
            before += sheet.text.count("\n") + 1

    def knows(self, header):
        return self.layout if header == self.header else None


def read_statement(content, name, layout_for):
    """Return the Statement in some bytes.

    `layout_for(header)` returns the Layout of a header, or None. Raises ImportRefused,
    HeaderUnknown or OrderUnknown.
    """
    header = layout = None
    days, count = {}, 0
    for sheet in sheets_of(content, name):
        header_line, header_here, layout_here = found_header(sheet, layout_for)
        if header not in (None, header_here):
            raise ImportRefused(
                _("The files in %(file)s have differing columns. Import them one by one.")
                % {"file": name}
            )
        header, layout = header_here, layout_here
        for _number, cells in sheet.rows_below(header_line):
            days[layout.text(cells, Role.DAY)] = True
            count += 1
    order = decided_order(list(days), layout, header)
    return Statement(content, name, header, replace(layout, order=order), order, count)


def sheets_of(content, name):
    return (Sheet(sheet_name, text) for sheet_name, text in texts_in(content, name))


def found_header(sheet, layout_for):
    """Return (line, header, layout) of the first row whose layout is known."""
    for line, cells in sheet.first_rows():
        header = header_of(cells)
        if len(header) > 1 and (layout := layout_for(header)):
            return line, header, layout
    raise HeaderUnknown(sheet)


def decided_order(texts, layout, header):
    """Return the order of day and month, "" where it does not matter.

    Raises OrderUnknown, or ImportRefused for one that is told and wrong.
    """
    if layout.order:
        _refuse_wrong_order(texts, layout.order)
        return layout.order
    fitting = orders_that_fit(texts, WITH_YEARS_OF_OURS, localdate())
    if len(fitting) == 1:
        return next(iter(fitting))
    if len(set(map(tuple, fitting.values()))) == 1:
        return ""
    if layout.usual_order in fitting:
        return layout.usual_order
    raise OrderUnknown(list(fitting), [text for text in texts if text][:5], header)


def _refuse_wrong_order(texts, order):
    """Refuse days that another order reads better: the rest of them would be read wrong."""
    today = localdate()
    orders = dict.fromkeys([order, *WITH_YEARS_OF_OURS])
    if order not in orders_that_fit(texts, orders, today):
        example = next(text for text in texts if day_or_none(text, order, today) is None)
        raise ImportRefused(
            _("The days in this file are not written as the layout says (%(order)s): “%(example)s”."
              " Change the layout, then import the file again.")
            % {"order": Order(order).label, "example": example}
        )  # fmt: skip
