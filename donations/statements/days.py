"""Days as statements write them, also in Japanese eras. The order of day and month may be unknown."""

import re
import unicodedata
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.TextChoices):
    """Which part of 05/07/2026 is what."""

    YMD = "ymd", _("year, month, day: 2026/07/05, 20260705, R8.7.5")
    DMY = "dmy", _("day, month, year: 05/07/2026 is 5 July")
    MDY = "mdy", _("month, day, year: 07/05/2026 is 5 July")
    REIWA = "reiwa", _("year of Reiwa, month, day: 8/07/05")


ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
SEPARATOR = r"\s*[-/.年月년월]\s*"
TIME = r"(?:[日일.]?(?:[t ].*)?)"  # a time of day may follow
IN_ERA = re.compile(
    rf"(令和|平成|昭和|[rhs])\.?\s*(\d{{1,2}}|元){SEPARATOR}(\d{{1,2}}){SEPARATOR}(\d{{1,2}}){TIME}"
)
IN_ERA_SHORT = re.compile(r"([rhs])(\d\d)(\d\d)(\d\d)")
YEAR_FIRST = re.compile(rf"(\d{{4}}){SEPARATOR}(\d{{1,2}}){SEPARATOR}(\d{{1,2}}){TIME}")
DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)")
PARTS = re.compile(rf"(\d{{1,2}}){SEPARATOR}(\d{{1,2}}){SEPARATOR}(\d{{4}}|\d{{1,2}}){TIME}")
MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:\W.*)?")
DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3})[a-z]*\.?[\s,-]+(\d{4})(?:\W.*)?")


def read_day(text, order):
    """Return the date; `order` counts only where the text does not tell. Raise ValueError."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    if found := IN_ERA.fullmatch(text) or IN_ERA_SHORT.fullmatch(text):
        era, year, month, day = found.groups()
        return date(ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day))
    if found := YEAR_FIRST.fullmatch(text) or DIGITS.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := MONTH_FIRST.fullmatch(text):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    if found := DAY_FIRST.fullmatch(text):
        return date(int(found[3]), _month(found[2]), int(found[1]))
    if found := PARTS.fullmatch(text) or SIX_DIGITS.fullmatch(text):
        return _in_order(*map(int, found.groups()), order)
    raise ValueError(text)


def _month(name):
    return MONTHS.index(name) + 1  # ValueError for no month


def _in_order(first, second, third, order):
    if order == Order.REIWA:
        return date(ERAS["令和"] + first, second, third)
    if order == Order.YMD:
        return date(_four_digits(first), second, third)
    day, month = (first, second) if order == Order.DMY else (second, first)
    return date(_four_digits(third), month, day)


def _four_digits(year):
    return year if year > 99 else 2000 + year


def orders_that_fit(texts, orders, today):
    """Return {order: days} of those orders that read most texts as days of the past.

    Texts that none can read, like that of a line of sums, stand against none.
    """
    readings = {order: [day_or_none(text, order, today) for text in texts] for order in orders}
    fewest = min(days.count(None) for days in readings.values())
    return {order: days for order, days in readings.items() if days.count(None) == fewest}


def day_or_none(text, order, today):
    """Return the day, or None when the text tells none in this order, or one that lies ahead."""
    try:
        day = read_day(text, order)
    except ValueError:
        return None
    # The service may sit in another time zone, where tomorrow has begun.
    return day if day <= today + timedelta(days=1) else None
