"""Years of the books begin in the month that a setting names."""

from datetime import date

import pytest

from donations.years import first_day, fiscal_year, last_day, year_text


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [
        (4, date(2026, 3, 31), 2025),
        (4, date(2026, 4, 1), 2026),
        (1, date(2026, 1, 1), 2026),
        (1, date(2026, 12, 31), 2026),
    ],
)
def test_a_day_belongs_to_the_year_that_began_last(settings, month, day, year):
    settings.FISCAL_YEAR_FIRST_MONTH = month
    assert fiscal_year(day) == year


@pytest.mark.parametrize(
    ("month", "first", "last", "text"),
    [
        (4, date(2026, 4, 1), date(2027, 3, 31), "2026/27"),
        (1, date(2026, 1, 1), date(2026, 12, 31), "2026"),
    ],
)
def test_a_year_has_a_first_and_a_last_day(settings, month, first, last, text):
    settings.FISCAL_YEAR_FIRST_MONTH = month
    assert (first_day(2026), last_day(2026), year_text(2026)) == (first, last, text)


def test_a_year_that_ends_a_century_is_written_with_two_digits(settings):
    settings.FISCAL_YEAR_FIRST_MONTH = 4
    assert year_text(2099) == "2099/00"
