"""Reading the dates of the old listing, and the days named in its texts.

The listing writes a date as `     December 7, 2014:` on a line of its own, indented with no-break
spaces. Whatever departs from that form but can be read for certain is read, and said so.
"""

import calendar
import difflib
import re
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = list(calendar.month_name)[1:]
WEEKDAYS = list(calendar.day_name)
YEARS = range(1990, 2101)

DATE = re.compile(
    r"(?P<indent>\s*)(?P<month>[^\W\d_]+)\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"[\s.,;/-]*(?P<year>\d{4})\s*(?P<colon>:?)\s*"
)
USUAL_DATE = re.compile(r"\s+[^\W\d_]+ \d{1,2}, \d{4}:\s*")
UNREADABLE_DATE = re.compile(r"\s+\S.{0,40}\d{4}\s*:\s*")

_MONTH = r"(?P<month>{})".format("|".join(f"{name}|{name[:3]}t?\\." for name in MONTHS))
_WEEKDAY = "|".join(WEEKDAYS)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_REST = rf"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?(?:,?\s*\((?P<after>{_WEEKDAY})\))?"
_BEFORE = rf"(?:\b(?P<before>{_WEEKDAY}),?\s+(?:the\s+)?)?"
MENTIONS = [
    re.compile(rf"{_BEFORE}\b{_MONTH}\s+{_DAY}{_REST}"),
    re.compile(rf"{_BEFORE}\b{_DAY}\s+(?:of\s+)?{_MONTH}{_REST}"),
]


class Mention(NamedTuple):
    """A day that a text names, as far as it names it."""

    said: str
    month: int
    day: int
    year: int | None
    weekday: str | None


def is_date_line(text):
    """Tell whether a line stands where dates stand and looks like one, readable or not."""
    match = DATE.fullmatch(text)
    if match and (match["indent"] or match["colon"]) and read_month(match["month"]):
        return True
    return bool(UNREADABLE_DATE.fullmatch(text))


def read_date(text):
    """Return the day of a date line (None if it names no real one) and its oddities' codes."""
    match = DATE.fullmatch(text)
    month = match and read_month(match["month"])
    day = month and real_day(int(match["year"]), month, int(match["day"]))
    if not day:
        return None, ["date-unreadable"]
    misspelt = match["month"] != MONTHS[month - 1]
    # "Sept. 9, 2011:" has one oddity, not two: the dot belongs to the shortened month.
    rest = text.replace(match["month"] + ".", match["month"]) if misspelt else text
    odd = not USUAL_DATE.fullmatch(rest)
    return day, ["month-misspelt"] * misspelt + ["date-punctuation"] * odd


def read_month(word):
    """Return a month's number from its name, a shortened or a misspelt one; None when in doubt."""
    word = word.title()
    starts = [name for name in MONTHS if name.startswith(word)] if len(word) >= 3 else []
    if len(starts) == 1:
        return MONTHS.index(starts[0]) + 1
    likeness = {name: difflib.SequenceMatcher(None, word, name).ratio() for name in MONTHS}
    best, second = sorted(MONTHS, key=likeness.get, reverse=True)[:2]
    if likeness[best] < 0.7 or likeness[best] == likeness[second]:
        return None
    return MONTHS.index(best) + 1


def real_day(year, month, day):
    """Return the day, or None when the calendar (or the NGO's lifetime) has no such day."""
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def mentions_in(text):
    """Return the days a text names, in the order of the two ways of writing them."""
    return [
        Mention(
            said=match[0].strip(),
            month=read_month(match["month"].rstrip(".")),
            day=int(match["day"]),
            year=int(match["year"]) if match["year"] else None,
            weekday=match["before"] or match["after"],
        )
        for pattern in MENTIONS
        for match in pattern.finditer(text)
    ]


def impossible_weekdays(text, day):
    """Return what is wrong with the weekdays a text names; `day` is its own date, or None."""
    named = [mention for mention in mentions_in(text) if mention.weekday]
    if day is None:
        together = any(all(falls_in(year, mention) for mention in named) for year in YEARS)
        return [] if together else [" / ".join(mention.said for mention in named)]
    return [
        mention.said
        for mention in named
        if not any(falls_in(year, mention) for year in years_meant(mention, day))
    ]


def falls_in(year, mention):
    """Tell whether the named day has the named weekday in that year."""
    found = real_day(mention.year or year, mention.month, mention.day)
    return found is not None and WEEKDAYS[found.weekday()] == mention.weekday


def years_meant(mention, day):
    """Return the years a day without a year can mean in a text of `day`: within seven months."""
    nearby = [real_day(day.year + shift, mention.month, mention.day) for shift in (-1, 0, 1)]
    near = [near.year for near in nearby if near and abs(near - day) <= timedelta(days=213)]
    return near or [day.year]


def wrong_years(title, text, day):
    """Return the days named in a text whose year looks wrong beside its date or its title."""
    dated = [mention for mention in mentions_in(text) if mention.year]
    wrong = [mention.said for mention in dated if day and is_another_year(mention, day)]
    title_years = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", title)}
    if len(title_years) == 1 and dated and max(title_years) > max(m.year for m in dated):
        wrong.append(f"{dated[0].said} ≠ {max(title_years)}")
    return [f"{said} ≠ {day.year}" if day and "≠" not in said else said for said in wrong]


def is_another_year(mention, day):
    """Tell whether a full date in a text of `day` is off by a year, or lies years ahead of it.

    A year typed wrongly in January is what this is for; long past days are history, not mistakes.
    """
    named = real_day(mention.year, mention.month, mention.day)
    if named is None:
        return False
    off_by_a_year = abs(abs((named - day).days) - 365) <= 45
    return off_by_a_year or named - day > timedelta(days=730)
