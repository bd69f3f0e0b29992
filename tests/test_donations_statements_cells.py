"""Days and amounts as statements write them."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations.statements.amounts import read_amount
from donations.statements.days import Order, day_or_none, orders_that_fit, read_day

JULY_5 = date(2026, 7, 5)
TODAY = date(2026, 11, 25)
OPEN = [Order.MDY, Order.DMY, Order.YMD]


@pytest.mark.parametrize(
    "text",
    ["R8.7.5", "r8/07/05", "R080705", "令和8年7月5日", "令和８年７月５日", "2026/7/5", "2026-07-05",
     "20260705", "2026年7月5日", "2026. 7. 5.", "2026년 7월 5일", "2026-07-05 12:30:00",
     "2026-07-05T12:30:00Z", "July 5, 2026", "Jul 5th, 2026", "5 July 2026", "05-Jul-2026"],
)  # fmt: skip
@pytest.mark.parametrize("order", Order)
def test_most_days_tell_their_order_by_themselves(text, order):
    assert read_day(text, order) == JULY_5


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("5/7/2026", Order.DMY),
        ("05.07.2026", Order.DMY),
        ("05/07/26", Order.DMY),
        ("07/05/2026", Order.MDY),
        ("07-05-26", Order.MDY),
        ("26/07/05", Order.YMD),
        ("260705", Order.YMD),
        ("8/7/5", Order.REIWA),
        ("080705", Order.REIWA),
    ],
)
def test_others_are_read_in_the_order_that_somebody_tells(text, order):
    assert read_day(text, order) == JULY_5


@pytest.mark.parametrize(
    ("text", "day"),
    [("令和元年5月1日", date(2019, 5, 1)), ("H31.4.30", date(2019, 4, 30)),
     ("平成1年1月8日", date(1989, 1, 8)), ("S64.1.7", date(1989, 1, 7))],
)  # fmt: skip
def test_eras_begin_in_their_first_year(text, day):
    assert read_day(text, Order.YMD) == day


@pytest.mark.parametrize("text", ["", "合計", "2026/13/01", "31/02/2026", "5 Foo 2026", "1/2/3/4"])
def test_what_is_no_day_is_refused(text):
    assert day_or_none(text, Order.DMY, TODAY) is None


@given(st.text())
def test_no_text_does_worse_than_being_refused(text):
    for read in (lambda: read_day(text, Order.DMY), lambda: read_amount(text)):
        with suppress(ValueError):
            read()


@pytest.mark.parametrize(
    ("texts", "fitting"),
    [
        (["07/03/2026", "07/14/2026"], [Order.MDY]),
        (["03/07/2026", "14/07/2026"], [Order.DMY]),
        (["03/11/2025", "11/03/2026"], [Order.MDY, Order.DMY]),
        (["11/12/2026", "10/11/2026"], [Order.MDY]),  # 11 December has not come yet
        (["07/07/2026"], [Order.MDY, Order.DMY]),
        (["2026-07-03"], OPEN),
        (["07/14/2026", "Total"], [Order.MDY]),
        ([], OPEN),
    ],
)
def test_the_order_is_what_fits_the_whole_column(texts, fitting):
    assert list(orders_that_fit(texts, OPEN, TODAY)) == fitting


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,309.80", "1309.80"),
        ("25", "25"),
        ("1,5", "1.5"),
        ("1.309,80", "1309.80"),
        ("1,309", "1309"),
        ("1.309", "1309"),
        ("1,234,567", "1234567"),
        ("1 309,80", "1309.80"),
        ("1’309.80", "1309.80"),
        (".50", "0.50"),
        ("-2.00", "-2.00"),
        ("2.00-", "-2.00"),
        ("(2.00)", "-2.00"),
        ("▲2,000", "-2000"),
        ("−2", "-2"),
        ("￥2,000", "2000"),
        ("\\4,000", "4000"),
        ("２，０００円", "2000"),
        ("US$1,250.00", "1250.00"),
    ],
)
def test_an_amount_tells_by_itself_which_sign_parts_the_cents(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", " ", "-", "*"])
def test_an_empty_cell_is_no_amount(text):
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "decimal"),
    [("1,5", "."), ("1.55.5", ","), ("1,30,90", ""), ("12a", ""), ("1.2.3", ""), ("9" * 20, "")],
)
def test_what_is_no_amount_is_refused(text, decimal):
    with pytest.raises(ValueError, match=re.escape(text)):
        read_amount(text, decimal)


def test_a_layout_may_say_which_sign_parts_the_cents():
    assert read_amount("25.000", ".") == Decimal(25)
    assert read_amount("25.000", ",") == Decimal(25000)
