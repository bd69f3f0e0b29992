"""Years as the books count them: each begins in the month that FISCAL_YEAR_FIRST_MONTH names."""

from datetime import date, timedelta

from django.conf import settings


def fiscal_year(day):
    """Return the year of a day, named for the calendar year in which it begins."""
    return day.year if day.month >= settings.FISCAL_YEAR_FIRST_MONTH else day.year - 1


def first_day(year):
    return date(year, settings.FISCAL_YEAR_FIRST_MONTH, 1)


def last_day(year):
    return first_day(year + 1) - timedelta(days=1)


def year_text(year):
    """Write a year as readers know it: "2026", or "2026/27" when it ends in the next one."""
    last = last_day(year).year
    return str(year) if last == year else f"{year}/{last % 100:02}"
