"""Rows of a statement as lines: money that came, refunds, and what is left out with a reason."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.money import CURRENCIES
from donations.references import normalise

from .amounts import read_amount
from .days import read_day
from .layouts import Role
from .sheets import plain

BETWEEN_TEXTS = " · "  # what stood in several columns; no code runs across it
# Controls, and the signs that turn the direction of writing: they make a name look like another.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
TEXT_LIMIT = 1000  # characters of a note that are kept; no code stands behind so much else


class Reason(models.TextChoices):
    """Why a line is no donation. What stands in the file goes with it, where that tells more."""

    DAY = "day", _("the day cannot be read")
    AMOUNT = "amount", _("the amount cannot be read")
    CURRENCY = "currency", _("the currency is not among ours")
    NOTHING = "nothing", _("no money moved")
    STATUS = "status", _("its status does not count")
    WITHDRAWAL = "withdrawal", _("a transfer between our own accounts")
    HOLD = "hold", _("money held back or let go again")
    AUTHORIZATION = "authorization", _("announced, not paid")
    CONVERSION = "conversion", _("a conversion between currencies")
    MONEY_OUT = "out", _("money that we paid")
    KIND = "kind", _("not among the kinds that are donations")
    BY_HAND = "hand", _("discarded by hand")


# Parts of the words by which PayPal names what never is a donation, looked for in this order.
NO_DONATIONS = {
    "conversion": Reason.CONVERSION,
    "authorization": Reason.AUTHORIZATION,
    "withdrawal": Reason.WITHDRAWAL,
    "transfer to": Reason.WITHDRAWAL,
    "hold": Reason.HOLD,
    "reserve": Reason.HOLD,
}


@dataclass(slots=True)
class Line:
    """One row. `amount` is negative for what left us; `fee` is what was kept of it, never negative.

    With a `reason` it is left out; without one and with a negative amount it is a refund.
    """

    number: int
    payer: str = ""
    email: str = ""
    note: str = ""
    day: date | None = None
    amount: Decimal | None = None
    currency: str = ""
    fee: Decimal = Decimal(0)
    transaction_id: str = ""
    refers_to: str = ""
    balance: str = ""
    kind: str = ""
    reason: str = ""
    reason_text: str = ""

    def marks(self):
        """Return what the same row has in every file, however often it is downloaded.

        An id is enough, with what may change: a pending payment comes again when it is completed.
        A bank's note may be edited, so it does not count.
        """
        money = f"{self.amount} {self.currency}"
        if self.transaction_id:
            return self.transaction_id, money, self.reason
        return str(self.day), money, normalise(self.payer), self.balance, self.reason_text


def line_of(number, cells, layout, order):
    """Return the line that a row tells of. Whatever is wrong with it becomes its reason."""
    line = Line(
        number,
        payer=_text(layout.texts(cells, Role.PAYER), " ")[:200],
        email=layout.text(cells, Role.EMAIL)[:254],
        note=_text(layout.texts(cells, Role.NOTE), BETWEEN_TEXTS)[:TEXT_LIMIT],
        refers_to=layout.text(cells, Role.REFERS_TO)[:100],
    )
    line.kind = layout.text(cells, Role.KIND)[:100]
    if own_id := layout.text(cells, Role.TRANSACTION_ID):
        line.transaction_id = f"{layout.id_prefix}{own_id}"[:100]
    line.currency = layout.text(cells, Role.CURRENCY).upper()[:3] or layout.currency
    line.balance = _digits(layout.text(cells, Role.BALANCE))
    line.reason, line.reason_text = _reason(line, cells, layout, order)
    return line


def _text(texts, between):
    """Join differing texts in one, each once, with single blanks and nothing invisible."""
    seen = (UNSEEN.sub(" ", text).split() for text in texts)
    return between.join(dict.fromkeys(" ".join(words) for words in seen))


def _digits(text):
    return re.sub(r"\D", "", text)


def _reason(line, cells, layout, order):
    """Fill in day and money; return (reason, text), both empty for what counts."""
    return (
        _day_unread(line, layout.text(cells, Role.DAY), order)
        or _money_unread(line, cells, layout)
        or _not_counted(line, cells, layout)
        or ("", "")
    )


def _day_unread(line, text, order):
    try:
        line.day = read_day(text, order)
    except ValueError:
        return Reason.DAY, text[:100]


def _money_unread(line, cells, layout):
    texts = [layout.text(cells, role) for role in (Role.AMOUNT, Role.MONEY_IN, Role.MONEY_OUT)]
    try:
        amount, came, left = (read_amount(text, layout.decimal) for text in texts)
        fee = read_amount(layout.text(cells, Role.FEE), layout.decimal)
    except ValueError as error:
        return Reason.AMOUNT, str(error)[:100]
    line.amount = amount if amount is not None else (came or 0) - abs(left or 0) + Decimal(0)
    line.fee = abs(fee or Decimal(0))
    if not line.amount:
        return Reason.NOTHING, ""
    if line.currency not in CURRENCIES:
        return Reason.CURRENCY, line.currency
    digits = get_currency_precision(line.currency)
    if line.amount != round(line.amount, digits) or line.fee != round(line.fee, digits):
        return Reason.AMOUNT, str(line.amount)


def _not_counted(line, cells, layout):
    for part, reason in NO_DONATIONS.items():
        if part in line.kind.casefold():
            return reason, line.kind
    if not _counts(cells, layout, Role.STATUS):
        return Reason.STATUS, layout.text(cells, Role.STATUS)[:100]
    if line.amount < 0:
        is_refund = line.refers_to and "fee" not in line.kind.casefold()
        return None if is_refund else (Reason.MONEY_OUT, line.kind)
    if not _counts(cells, layout, Role.KIND):
        return Reason.KIND, line.kind


def _counts(cells, layout, role):
    """Tell whether the column of a role holds a text that counts; without a list, all do."""
    counting = dict(layout.counting).get(role, ())
    if not counting or not layout.places.get(role):
        return True
    return plain(layout.text(cells, role)) in counting
