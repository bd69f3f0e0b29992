"""The yearly statement of a donor on paper: gifts by currency, which are never added together."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_name
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from fpdf.fonts import FontFace

from campaigns.money import money_digits, money_text, money_words

from .receipts import addressed
from .sheet import INK, LEADING, RULE, SOFT, Sheet, bytes_of
from .signs import printable


@dataclass(frozen=True)
class Gift:
    """A line of a statement. What was given back is a line of its own, with a negative amount."""

    day: date
    what: str  # for money what it is for, for goods what came
    receipt: str = ""
    amount: Decimal | None = None  # of goods: the donor's own valuation
    currency: str = ""


@dataclass(frozen=True)
class Section:
    currency: str
    gifts: list[Gift]

    @property
    def total(self):
        return sum(gift.amount for gift in self.gifts)


@dataclass(frozen=True)
class Statement:
    """What somebody gave from the first to the last day of a year."""

    first: date
    last: date
    issued_on: date
    language: str
    donor: str
    sections: list[Section]
    goods: list[Gift]
    address: str = ""

    @property
    def title(self):
        return _("Gifts from %(first)s to %(last)s") % {
            "first": date_format(self.first, "DATE_FORMAT"),
            "last": date_format(self.last, "DATE_FORMAT"),
        }


def draw_statement(statement, letterhead):
    """Return the PDF of a statement; `letterhead` is a function, as for receipts."""
    with translation.override(statement.language):
        sheet = Sheet(letterhead(), statement.issued_on, statement.title)
        sheet.begin(statement.title)
        _draw_head(sheet, statement)
        for section in statement.sections:
            _draw_section(sheet, section)
        if statement.goods:
            _draw_goods(sheet, statement.goods)
        if not (statement.sections or statement.goods):
            sheet.write_block(_("Nothing came in this time."), 11)
        return bytes_of(sheet)


def _draw_head(sheet, statement):
    sheet.write_block(statement.title, 20)
    sheet.ln(3)
    day = date_format(statement.issued_on, "DATE_FORMAT")
    sheet.write_block(_("As our books stood on %(day)s.") % {"day": day}, 9, SOFT)
    sheet.ln(7)
    sheet.write_block(addressed(statement.donor), 15)
    if statement.address:
        sheet.ln(1)
        sheet.write_block(statement.address, 10, SOFT)
    sheet.ln(3)


def _draw_section(sheet, section):
    name = get_currency_name(section.currency, locale=get_language())
    heads = [_("Day"), _("Receipt"), _("For"), section.currency]
    rows = [
        [_day(gift), gift.receipt, gift.what, money_digits(gift.amount, section.currency)]
        for gift in section.gifts
    ]
    _draw_table(sheet, f"{name} ({section.currency})", heads, rows)
    count = len(section.gifts)
    text = ngettext(
        "%(count)s entry, together %(sum)s", "%(count)s entries, together %(sum)s", count
    )
    total = money_words(section.total, section.currency)
    sheet.write_block(text % {"count": count, "sum": total}, 12, align="R")


def _draw_goods(sheet, goods):
    heads = [_("Day"), _("Receipt"), _("What"), _("Donor's own valuation")]
    rows = [[_day(gift), gift.receipt, gift.what, _worth(gift)] for gift in goods]
    _draw_table(sheet, _("Goods"), heads, rows)


def _worth(gift):
    return "" if gift.amount is None else money_text(gift.amount, gift.currency)


def _day(gift):
    return gift.day.isoformat()  # short, and nobody takes the month for the day


def _draw_table(sheet, title, heads, rows):
    """Draw a table whose head stands again at the top of each further page."""
    sheet.ln(7)
    sheet.keep_together(40)
    sheet.write_block(title, 13)
    sheet.ln(1)
    sheet.set_draw_color(*RULE)
    sheet.set_font("alphabets", size=9)
    sheet.set_text_color(*INK)
    options = {
        "col_widths": (25, 30, 76, 35),
        "text_align": ("LEFT", "LEFT", "LEFT", "RIGHT"),
        "borders_layout": "HORIZONTAL_LINES",
        "headings_style": FontFace(emphasis="", color=SOFT),
        "line_height": 9 * LEADING,
        "padding": (1.2, 1, 1.2, 0),
    }
    with sheet.table([[printable(cell) for cell in row] for row in [heads, *rows]], **options):
        pass
    sheet.ln(2)
