"""Amounts as statements write them: 1,309.80 / 25 / 1,5 / 1.309,80 / ▲2,000円 / (25.00)."""

import re
import unicodedata
from decimal import Decimal

from campaigns.money import MOST_MONEY

POINT, COMMA = ".", ","
MINUS = re.compile(r"^[-−‐–△▲]|-$|^\(.*\)$")
# Files in Shift_JIS write the yen sign as a byte that reads as a backslash.
SIGNS = re.compile(r"[-+−‐–△▲()$€£¥₩฿円원\\\s'’]|US|USD|JPY|KRW|EUR|GBP|CNY|THB")
WITH = {
    POINT: re.compile(r"(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?"),
    COMMA: re.compile(r"(\d{1,3}(?:\.\d{3})+|\d*)(?:,(\d*))?"),
}


def read_amount(text, decimal=""):
    """Return the signed Decimal, or None of an empty cell; raise ValueError for anything else.

    `decimal` is the sign before the cents. Without one, each number tells by itself: no currency
    here has three digits there, so what stands before three digits parts thousands.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text in ("", "-", "*", "--", "---"):
        return None
    minus = MINUS.search(text)
    digits = SIGNS.sub("", text)
    found = WITH[decimal or _sign_before_cents(digits)].fullmatch(digits)
    if not found or not any(found.groups("")):
        raise ValueError(text)
    whole, cents = re.sub(r"\D", "", found[1]), found[2] or ""
    amount = Decimal(f"{whole or 0}.{cents or 0}")
    if amount >= MOST_MONEY:
        raise ValueError(text)
    return -amount if minus else amount


def _sign_before_cents(digits):
    """Return which of the two signs stands last, unless it only parts thousands."""
    last = max(POINT, COMMA, key=digits.rfind)
    other = COMMA if last == POINT else POINT
    parts_thousands = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(last)}\d{{3}})+", digits)
    return other if parts_thousands else last
