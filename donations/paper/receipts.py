"""A receipt on paper, for money or for goods."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.money import money_digits, money_text, money_words

from .sheet import MARGIN, SOFT, TINT, WARNING, WIDTH, Sheet, bytes_of

LABELS = 42  # mm, the column of labels


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. Money has an amount and a currency, goods are said in words."""

    number: str
    issued_on: date
    language: str
    donor: str
    received_on: date
    purpose: str
    address: str = ""
    amount: Decimal | None = None
    currency: str = ""
    goods: str = ""
    valuation: Decimal | None = None
    valuation_currency: str = ""
    method: str = ""
    reissued_on: date | None = None
    void_on: date | None = None
    void_because: str = ""

    @property
    def title(self):
        return _("Receipt No. %(number)s") % {"number": self.number}


def draw_receipts(receipts, letterhead):
    """Return a PDF with a page for each receipt, in its own language; two when an address is long.

    `letterhead` is a function: what it returns may depend on the language of the moment.
    """
    first = receipts[0]
    with translation.override(first.language):
        sheet = Sheet(letterhead(), first.issued_on, first.title)
    for receipt in receipts:
        with translation.override(receipt.language):
            sheet.letterhead = letterhead()
            sheet.begin(receipt.title)
            _draw(sheet, receipt)
    return bytes_of(sheet)


def _draw(sheet, receipt):
    _draw_head(sheet, receipt)
    _draw_gift(sheet, receipt)
    for label, text in _facts(receipt):
        _draw_fact(sheet, label, text)
    sheet.ln(8)
    sheet.write_block(_("We have received this gift, and we thank you for it."), 11)
    _draw_signature(sheet)


def _draw_head(sheet, receipt):
    if receipt.void_on:
        _draw_void(sheet, receipt)
    sheet.write_line(_("Receipt"), 28)
    sheet.ln(3)
    day = date_format(receipt.issued_on, "DATE_FORMAT")
    sheet.write_line(_("No. %(number)s") % {"number": receipt.number}, 11, beside=True)
    sheet.write_line(day, 11, align="R")
    if receipt.reissued_on:
        day = date_format(receipt.reissued_on, "DATE_FORMAT")
        text = _("Issued again on %(day)s. It takes the place of the copy issued before.")
        sheet.write_block(text % {"day": day}, 9, SOFT)
    sheet.ln(9)
    sheet.write_block(addressed(receipt.donor), 17)
    if receipt.address:
        sheet.ln(1)
        sheet.write_block(receipt.address, 10, SOFT)
    sheet.ln(7)


def _draw_void(sheet, receipt):
    """Say first of all that this paper proves nothing any more."""
    sheet.set_draw_color(*WARNING)
    sheet.set_line_width(0.6)
    day = date_format(receipt.void_on, "DATE_FORMAT")
    text = _("VOID since %(day)s: %(cause)s") % {"day": day, "cause": receipt.void_because}
    sheet.write_block(text, 13, WARNING, border=1, padding=3)
    sheet.ln(6)


def addressed(name):
    """Return a name as a receipt is made out to it; an unknown giver has none."""
    if not name:
        return _("A donor whose name is not known")
    # Translators: whom a receipt is for, with the title that politeness asks for in your language.
    return pgettext("receipt", "%(name)s") % {"name": name}


def _draw_gift(sheet, receipt):
    """Set what was given into a tinted field, large."""
    sheet.set_fill_color(*TINT)
    headline = _headline(receipt)
    sheet.write_block(" ", 6, fill=True)
    sheet.write_block(headline, 21 if len(headline) < 60 else 13, fill=True, padding=(0, 6))
    sheet.write_block(_small(receipt), 10, SOFT, fill=True, padding=(0, 6))
    sheet.write_block(" ", 6, fill=True)
    sheet.ln(7)


def _headline(receipt):
    if receipt.amount is None:
        return receipt.goods
    return money_words(receipt.amount, receipt.currency)


def _small(receipt):
    if receipt.amount is not None:
        return f"{receipt.currency} {money_digits(receipt.amount, receipt.currency)}"
    if receipt.valuation is None:
        return _("Goods; the donor named no value.")
    worth = money_text(receipt.valuation, receipt.valuation_currency)
    return _("Goods; the donor's own valuation: %(worth)s") % {"worth": worth}


def _facts(receipt):
    facts = [
        (_("For"), receipt.purpose),
        (_("Received on"), date_format(receipt.received_on, "DATE_FORMAT")),
        (_("How it came"), receipt.method),
    ]
    return [(label, text) for label, text in facts if text]


def _draw_fact(sheet, label, text):
    sheet.keep_together(24)
    top = sheet.get_y()
    sheet.write_block(label, 10, SOFT, width=LABELS)
    sheet.set_y(top)
    sheet.write_block(text, 11, width=WIDTH - LABELS, left=MARGIN + LABELS)
    sheet.ln(2)


def _draw_signature(sheet):
    """Write who we are at the lower right, where a signature or a seal finds room."""
    ours = sheet.letterhead
    half = {"width": WIDTH / 2, "left": MARGIN + WIDTH / 2}
    sheet.ln(14)
    sheet.keep_together(50)
    sheet.set_y(max(sheet.get_y(), 200))
    sheet.write_block(ours.name, 11, **half)
    sheet.ln(1)
    lines = [*ours.address.splitlines(), ours.telephone, ours.email]
    if ours.representative:
        lines.append(_("Representative: %(name)s") % {"name": ours.representative})
    for line in filter(None, lines):
        sheet.write_block(line, 9.5, SOFT, **half)
