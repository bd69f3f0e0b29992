"""What becomes of each row of a statement. All files in data/statements are made up."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.statements.days import Order
from donations.statements.known import hint_for, recognised
from donations.statements.layouts import Layout, Role
from donations.statements.lines import Reason
from donations.statements.reading import HeaderUnknown, OrderUnknown, read_statement
from donations.statements.sheets import header_of
from publishing.imports import ImportRefused

FILES = Path(__file__).parent / "data" / "statements"


@pytest.fixture(autouse=True)
def autumn():
    with time_machine.travel("2026-11-25 12:00+09:00"):
        yield


def read(name, layout_for=recognised, **options):
    return read_statement((FILES / name).read_bytes(), name, layout_for, **options)


def lines(name, **options):
    return {line.transaction_id or line.number: line for line in read(name, **options).lines()}


def paypal(*rows, header="Date,Type,Status,Currency,Gross,Transaction ID", **options):
    text = "\n".join([header, *rows])
    return read_statement(
        text.encode(), "p.csv", lambda found: replace(recognised(found), **options)
    )


def only(statement):
    (line,) = statement.lines()
    return line


def told(line):
    return line.day, line.payer, line.amount, line.currency, line.reason


# PayPal


def test_a_paypal_donation_is_read_with_payer_fee_note_and_id():
    line = lines("paypal-2026.csv")["T1"]
    assert told(line) == (date(2026, 7, 3), "Ada Example", Decimal("1309.80"), "USD", "")
    assert (line.fee, line.email) == (Decimal("38.28"), "ada@donor.example")
    assert line.note == "7KMX 3RT5 please · Winter clothing"


def test_only_completed_donations_count_and_all_else_has_its_reason():
    reasons = {
        name: (line.reason, line.reason_text) for name, line in lines("paypal-2026.csv").items()
    }
    assert reasons == {
        "T1": ("", ""),
        "T2": ("", ""),
        "T3": ("", ""),
        "T4": (Reason.STATUS, "Pending"),
        "T5": ("", ""),
        "T6": (Reason.WITHDRAWAL, "General Withdrawal"),
        "T7": (Reason.HOLD, "Payment Hold"),
        "T8": (Reason.AUTHORIZATION, "General Authorization"),
        "T9": (Reason.CONVERSION, "General Currency Conversion"),
        "T10": (Reason.MONEY_OUT, "General Payment"),
        "T11": (Reason.KIND, "General Payment"),
    }  # fmt: skip


def test_amounts_may_be_written_in_several_ways_in_one_file():
    read = lines("paypal-2026.csv")
    assert [read[name].amount for name in ("T1", "T2", "T3")] == [
        Decimal("1309.80"), Decimal(25), Decimal("1.5")
    ]  # fmt: skip


def test_a_refund_names_what_it_gives_back():
    refund = lines("paypal-2026.csv")["T5"]
    assert (refund.amount, refund.refers_to, refund.reason) == (Decimal("-1309.80"), "T1", "")


def test_a_fee_for_a_chargeback_is_no_refund():
    header = "Date,Type,Status,Currency,Gross,Transaction ID,Reference Txn ID"
    line = only(paypal("2026-07-05,Chargeback Fee,Completed,USD,-20.00,X2,X1", header=header))
    assert line.reason == Reason.MONEY_OUT


def test_the_types_that_are_donations_are_a_setting(settings):
    settings.STATEMENT_DONATION_TYPES = ["General payment"]
    read = lines("paypal-2026.csv")
    assert (read["T11"].reason, read["T1"].reason) == ("", Reason.KIND)


def test_columns_may_stand_in_any_order_and_others_among_them():
    header = "Balance,Transaction ID,Gross,Currency,Whatever,Status,Type,Date"
    line = only(paypal("9,X1,5.00,EUR,?,Completed,Mobile Payment,2026-07-05", header=header))
    assert told(line) == (date(2026, 7, 5), "", Decimal("5.00"), "EUR", "")


def test_the_report_of_before_2018_is_read():
    line = lines("paypal-2016.csv")["OLD1"]
    assert told(line) == (date(2016, 12, 25), "Ada Example", Decimal("1309.80"), "GBP", "")
    assert line.fee == Decimal("44.73")


def test_the_statement_report_has_descriptions_instead_of_types():
    read = lines("paypal-statement.csv")
    assert told(read["ST1"]) == (date(2026, 7, 30), "Ada Example", Decimal(1309), "JPY", "")
    assert read["ST1"].note == "7KMX3RT5"
    assert read["ST2"].reason == Reason.WITHDRAWAL


def test_the_giving_fund_counts_from_the_day_it_paid():
    line = lines("paypal-giving-fund.csv")["PGF1"]
    assert told(line) == (date(2026, 8, 28), "Ada Example", Decimal("30.00"), "USD", "")


def test_day_and_month_are_told_apart_by_the_whole_column():
    rows = [
        "05/07/2026,Mobile Payment,Completed,USD,1,A",
        "13/07/2026,Mobile Payment,Completed,USD,1,B",
    ]
    assert [line.day for line in paypal(*rows).lines()] == [date(2026, 7, 5), date(2026, 7, 13)]


def test_it_is_asked_when_no_day_tells_them_apart_and_the_answer_is_used():
    row = "05/07/2026,Mobile Payment,Completed,USD,1,A"
    with pytest.raises(OrderUnknown) as asked:
        paypal(row)
    assert (asked.value.orders, asked.value.examples) == ([Order.MDY, Order.DMY], ["05/07/2026"])
    assert only(paypal(row, usual_order=Order.DMY)).day == date(2026, 7, 5)
    assert only(paypal(row, usual_order=Order.MDY)).day == date(2026, 5, 7)


def test_an_answer_of_earlier_gives_way_to_what_the_days_say():
    row = "13/07/2026,Mobile Payment,Completed,USD,1,A"
    assert only(paypal(row, usual_order=Order.MDY)).day == date(2026, 7, 13)


def test_a_paypal_file_that_lacks_a_column_says_which():
    header = header_of(["Date", "Gross", "Currency", "Transaction ID"])
    assert recognised(header) is None
    assert hint_for(header) == (
        "This looks like a file of PayPal without the column “type”."
        " Download it again with that column."
    )
    assert hint_for(("a", "b")) == ""


# Banks, and other systems


def test_mufg_pays_in_yen_and_its_payers_stand_in_half_width_kana():
    read = lines("mufg.csv")
    assert told(read[2]) == (date(2026, 7, 5), "ﾔﾏﾀﾞ ﾊﾅｺ 7KMX-3RT5", Decimal(2000), "JPY", "")
    assert (read[3].amount, read[3].reason) == (Decimal(-5000), Reason.MONEY_OUT)


def test_smbc_begins_with_a_preamble():
    read = lines("smbc.csv")
    assert list(read) == [5, 6]
    assert told(read[5])[2:] == (Decimal(5000), "JPY", "")
    assert read[6].reason == Reason.MONEY_OUT


def test_rakuten_signs_one_amount():
    read = lines("rakuten.csv")
    assert told(read[2])[2:] == (Decimal(10000), "JPY", "")
    assert (read[3].amount, read[3].reason) == (Decimal(-432), Reason.MONEY_OUT)


def test_rakuten_knows_another_name_for_the_payer():
    text = "取引日,入出金(円),残高(円),入出金先内容\n20250201,100,100,ﾔﾏﾓﾄ\n"
    assert only(read_statement(text.encode(), "r.csv", recognised)).payer == "ﾔﾏﾓﾄ"


def test_givewp_leaves_out_tests_and_what_was_not_paid():
    read = lines("givewp.csv")
    assert told(read["GiveWP 1201"]) == (
        date(2026, 7, 5), "Ada Example", Decimal("1250.00"), "USD", ""
    )  # fmt: skip
    assert read["GiveWP 1202"].reason == Reason.STATUS
    assert (read["GiveWP 1203"].reason, read["GiveWP 1203"].reason_text) == (Reason.KIND, "test")
    assert not any("192.0.2" in str(line) for line in read.values())


def test_civicrm_leaves_out_what_is_no_donation():
    read = lines("civicrm.csv")
    assert told(read["CIV1"]) == (date(2026, 7, 5), "Ada Example", Decimal("1250.00"), "USD", "")
    assert (read["CIV1"].fee, read["CIV1"].note) == (Decimal("3.50"), "Online: 7KMX3RT5 · Winter")
    assert read["CIV2"].reason == Reason.KIND


# A layout that staff told


SHINKIN = Layout(
    "shinkin",
    {Role.DAY: (0,), Role.MONEY_OUT: (1,), Role.MONEY_IN: (2,), Role.PAYER: (3,)},
    order=Order.YMD,
    decimal=".",
    currency="JPY",
)


def test_an_unknown_header_is_asked_for():
    with pytest.raises(HeaderUnknown) as asked:
        read("shinkin.csv")
    assert (asked.value.line, asked.value.cells[0]) == (2, "お取引日")


def test_a_layout_reads_days_of_eras_and_leaves_out_the_line_of_sums():
    read = lines("shinkin.csv", layout_for=lambda header: header[0] == "お取引日" and SHINKIN)
    assert told(read[3]) == (date(2026, 7, 5), "ﾀﾅｶ ｼﾞﾛｳ", Decimal(1000), "JPY", "")
    assert (read[4].day, read[4].reason) == (date(2026, 7, 6), Reason.MONEY_OUT)
    assert (read[5].reason, read[5].reason_text) == (Reason.DAY, "合計")


def one(cells, **changes):
    layout = replace(SHINKIN, **changes)
    text = "day,out,in,payer\n" + cells
    return only(
        read_statement(text.encode(), "s.csv", lambda header: header[0] == "day" and layout)
    )


@pytest.mark.parametrize(
    ("cells", "reason", "text"),
    [
        ("2026/7/5,,abc,A", Reason.AMOUNT, "abc"),
        ("2026/7/5,,,A", Reason.NOTHING, ""),
        ("2026/7/5,0,0,A", Reason.NOTHING, ""),
        ("2026/7/5,,1.50,A", Reason.AMOUNT, "1.50"),  # no smaller unit than the yen
        ("2026/7/5", Reason.NOTHING, ""),
        ("gestern,,1,A", Reason.DAY, "gestern"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_what_stands_there(cells, reason, text):
    line = one(cells)
    assert (line.reason, line.reason_text) == (reason, text)


def test_a_currency_that_is_not_ours_is_left_out():
    line = one("2026/7/5,,5,A", currency="XYZ")
    assert (line.reason, line.reason_text) == (Reason.CURRENCY, "XYZ")


def test_days_that_contradict_the_layout_refuse_the_file():
    with pytest.raises(ImportRefused, match=r"not written as the layout says .*“07/25/2026”"):
        one("07/25/2026,,5,A", order=Order.DMY)


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(names):
            archive.write(FILES / name, f"{number}.csv")
    return out.getvalue()


def test_all_files_of_a_zip_must_have_the_same_columns():
    with pytest.raises(ImportRefused, match="differing columns"):
        read_statement(zipped("mufg.csv", "rakuten.csv"), "both.zip", recognised)


def test_a_zip_counts_its_rows_and_numbers_its_lines_through():
    statement = read_statement(zipped("rakuten.csv", "rakuten.csv"), "both.zip", recognised)
    assert statement.count == 4
    assert len({line.number for line in statement.lines()}) == 4


def test_a_name_holds_nothing_that_cannot_be_seen():
    assert one("2026/7/5,,1,Ada\u202eelpmaxE \x07 X").payer == "Ada elpmaxE X"


# Anything at all


HEADERS = [
    b"Date,Type,Status,Currency,Gross,Fee,Transaction ID,Reference Txn ID,Note\n",
    "取引日,入出金(円),取引後残高(円),入出金内容\n".encode("cp932"),
    b"",
]


def said(content):
    """Read bytes as far as they let themselves be read."""
    try:
        statement = read_statement(content, "any.csv", recognised)
        return list(statement.lines())
    except (ImportRefused, HeaderUnknown, OrderUnknown) as answer:
        return answer


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(HEADERS), st.binary(max_size=400))
def test_no_bytes_do_worse_than_being_refused(header, rest):
    said(header + rest)


CELL = st.text(alphabet="0123456789,.-/ ()年月日R令合\"'=+@\u202e\x01éﾔ%", max_size=12)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, max_size=10), max_size=5))
def test_every_row_becomes_a_line_that_counts_or_says_why_not(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    lines = said(HEADERS[0] + out.getvalue().encode())
    if isinstance(lines, list):
        assert all(line.reason or (line.day and line.amount and line.currency) for line in lines)
        assert all(abs(line.amount) < 10**12 for line in lines if line.amount)
