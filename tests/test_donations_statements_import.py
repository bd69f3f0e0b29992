"""What an import of statements writes, and that every row comes in once."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from donations import import_statement as act
from donations.models import Pledge, StatementFile, StatementLayout, StatementRow
from donations.statements.reading import HeaderUnknown, read_statement
from tests.donations_factories import confirmed, give, make_method, promise
from tests.statements_factories import FILES, csv, make_row, paypal, paypal_row, rakuten, take_in

pytestmark = pytest.mark.django_db

A, B = ("20260705", "1000", "ﾔﾏﾀﾞ"), ("20260706", "2000", "ｻﾄｳ")


def counts(report):
    return {str(state): number for state, number in report.counts.items() if number}


def states():
    return list(StatementRow.objects.order_by("pk").values_list("state", flat=True))


# Each row once


def test_the_same_file_twice_changes_nothing():
    content = (FILES / "paypal-2026.csv").read_bytes()
    first = take_in(content)
    before = list(StatementRow.objects.order_by("pk").values())
    again = take_in(content, "renamed.csv")
    assert (counts(first), counts(again)) == ({"unmatched": 4, "out": 7}, {"known": 11})
    assert list(StatementRow.objects.order_by("pk").values()) == before
    assert again.file is None and StatementFile.objects.count() == 1


def test_overlapping_files_add_what_is_new():
    take_in(rakuten(A, B))
    assert counts(take_in(rakuten(B, ("20260707", "3000", "ｻﾄｳ")))) == {"known": 1, "unmatched": 1}


def test_equal_rows_of_one_file_are_told_apart_by_their_count():
    assert counts(take_in(rakuten(A, A))) == {"unmatched": 2}
    assert counts(take_in(rakuten(A, A, A))) == {"known": 2, "unmatched": 1}


def test_rows_that_differ_in_the_balance_alone_are_two():
    def file(balance):
        return csv("取引日,入出金(円),取引後残高(円),入出金内容", f'20260705,1000,"{balance}",ﾔﾏﾀﾞ')

    take_in(file("5000"))
    assert counts(take_in(file("9000"))) == {"unmatched": 1}
    assert counts(take_in(file("5,000"))) == {"known": 1}


def test_a_payer_is_the_same_in_half_width_kana():
    take_in(rakuten(("20260705", "1000", "ﾔﾏﾀﾞ ﾊﾅｺ")))
    assert counts(take_in(rakuten(("20260705", "1000", "ヤマダハナコ")))) == {"known": 1}


def test_a_row_with_an_id_is_known_whatever_other_columns_its_file_has():
    take_in(paypal(paypal_row(number="X1", note="hello")))
    assert counts(take_in(paypal(paypal_row(number="X1", name="")))) == {"known": 1}


def test_an_id_twice_in_one_file_comes_in_once():
    row = paypal_row(number="X1")
    assert counts(take_in(paypal(row, row))) == {"unmatched": 1, "known": 1}


def test_a_pending_payment_comes_in_when_it_is_completed():
    take_in(paypal(paypal_row(number="X1", status="Pending")))
    assert counts(take_in(paypal(paypal_row(number="X1")))) == {"unmatched": 1}


def test_what_was_booked_by_hand_is_known():
    give(30, transaction_id="X1")
    assert counts(take_in(paypal(paypal_row(number="X1")))) == {"known": 1}
    assert StatementFile.objects.count() == 0


def test_a_dry_run_reports_the_same_and_writes_nothing():
    content = (FILES / "paypal-2026.csv").read_bytes()
    tried = take_in(content, dry_run=True)
    assert (StatementFile.objects.count(), StatementRow.objects.count()) == (0, 0)
    assert counts(tried) == counts(take_in(content))


def test_a_file_comes_in_whole_or_not_at_all(monkeypatch):
    monkeypatch.setattr(act, "CHUNK", 1)

    def progress(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(rakuten(A, B, A), progress=progress)
    assert (StatementFile.objects.count(), StatementRow.objects.count()) == (0, 0)


def test_chunks_are_no_borders(monkeypatch):
    monkeypatch.setattr(act, "CHUNK", 1)
    done = []
    report = take_in(rakuten(A, A, B), progress=lambda *numbers: done.append(numbers))
    assert counts(report) == {"unmatched": 3}
    assert done == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_file_at_once_bring_it_in_once():
    reports = []

    def run():
        reports.append(counts(take_in(rakuten(A, B))))
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, reports)) == ["{'known': 2}", "{'unmatched': 2}"]


# What stands in a row


def test_a_row_holds_what_the_file_says():
    row = make_row(paypal(paypal_row("1,309.80", fee="-38.28", number="X1", note="for rice")))
    assert (row.number, row.day, row.amount, row.currency, row.fee) == (
        2, date(2026, 7, 3), Decimal("1309.80"), "USD", Decimal("38.28")
    )  # fmt: skip
    assert (row.payer, row.email, row.note) == ("Ada Example", "ada@donor.example", "for rice")
    assert (row.transaction_id, row.kind, row.file.source) == ("X1", "Donation Payment", "paypal")


def test_a_row_that_is_left_out_keeps_its_reason():
    row = make_row(paypal(paypal_row(status="Pending")))
    assert (row.state, row.why) == ("out", "its status does not count (“Pending”)")


def test_every_line_is_accounted_for():
    report = take_in((FILES / "paypal-2026.csv").read_bytes())
    assert report.counts.total() == 11
    assert [line for line, _why in report.left_out] == [5, 7, 8, 9, 10, 11, 12]


def test_the_way_to_give_is_that_of_the_newest_file_of_the_source():
    method = make_method()
    take_in(rakuten(A), method=method)
    assert take_in(rakuten(B)).file.method == method
    assert take_in(paypal(paypal_row())).file.method is None


# Matches


def test_a_code_in_the_payers_name_matches():
    pledge = confirmed()
    row = make_row(rakuten(("20260705", "3000", f"ﾔﾏﾀﾞ ﾊﾅｺ{pledge.reference}")))
    assert (row.state, row.pledge) == ("matched", pledge)


def test_a_code_in_the_note_matches_also_a_pledge_that_nobody_confirmed():
    pledge = promise()
    row = make_row(paypal(paypal_row(note=f"{pledge.reference[:4]} - {pledge.reference[4:]}")))
    assert (row.state, row.pledge) == ("matched", pledge)


def test_a_code_with_one_slip_is_proposed():
    pledge = confirmed()
    row = make_row(paypal(paypal_row(note=pledge.reference[:-1])))
    assert (row.state, row.pledge, row.donation) == ("proposed", pledge, None)


def test_no_code_runs_from_one_column_into_the_next():
    pledge = confirmed()
    Pledge.objects.filter(pk=pledge.pk).update(reference="7KMX3RT5")
    header = "Date,Type,Status,Currency,Gross,Transaction ID,Note,Subject"
    take_in(csv(header, "2026-07-05,Mobile Payment,Completed,USD,1,X1,7KMX3RT,5 caps"))
    assert states() == ["proposed"]


def test_two_codes_in_one_row_are_proposed():
    one, other = confirmed(), confirmed()
    row = make_row(paypal(paypal_row(note=f"{one.reference} {other.reference}")))
    assert (row.state, row.pledge) == ("proposed", one)


def test_a_refund_matches_the_donation_whose_id_it_names():
    gift = give(30, transaction_id="X1")
    refund = paypal_row("-30.00", kind="Payment Refund", refers="X1")
    row = make_row(paypal(refund))
    assert (row.state, row.refunds) == ("matched", gift)


def test_what_left_us_for_a_donation_but_is_not_called_a_refund_is_proposed():
    gift = give(30, transaction_id="X1")
    row = make_row(paypal(paypal_row("-30.00", kind="支払いの保留", refers="X1")))
    assert (row.state, row.refunds) == ("proposed", gift)


def test_a_refund_of_what_nobody_booked_has_no_match():
    row = make_row(paypal(paypal_row("-30.00", kind="Payment Refund", refers="X1")))
    assert (row.state, row.refunds) == ("unmatched", None)


# Layouts


SHINKIN = {
    "name": "Shinkin",
    "header": ["お取引日", "お支払金額(円)", "お預り金額(円)", "お取引内容"],
    "columns": ["day", "out", "in", "payer"],
    "order": "ymd",
    "currency": "JPY",
}


def test_a_header_is_remembered():
    content = (FILES / "shinkin.csv").read_bytes()
    with pytest.raises(HeaderUnknown):
        take_in(content)
    layout = StatementLayout(**SHINKIN)
    statement = read_statement(
        content, "s.csv", lambda header: len(header) == 4 and layout.as_layout()
    )
    assert counts(act.import_statement(statement, layout=layout)) == {"unmatched": 1, "out": 2}
    assert counts(take_in(content)) == {"known": 3}
    assert StatementFile.objects.get().layout == StatementLayout.objects.get() == layout


def test_the_order_of_days_is_remembered_by_the_header_only_where_it_mattered():
    def file(day):
        return paypal(paypal_row(day=day))

    take_in(file("2026-07-03"))  # tells nothing
    take_in(file("13/07/2026"))
    assert take_in(file("05/07/2026")).file.order == "dmy"
    assert [row.order for row in StatementFile.objects.order_by("pk")] == ["", "dmy", "dmy"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": ["", "out", "in", "payer"]}, "Say which column is the day."),
        ({"columns": ["day", "out", "", "payer"]}, "Say which column is the money that came in"),
        (
            {"columns": ["day", "amount", "in", "payer"]},
            "Say which column is the money that came in",
        ),
        ({"columns": ["day", "in", "in", "payer"]}, "Only one column can be “money in”."),
        ({"currency": ""}, "Say in which currency the amounts are."),
    ],
)
def test_a_layout_says_what_it_lacks(change, sentence):
    with pytest.raises(ValidationError, match=sentence):
        StatementLayout(**SHINKIN | change).full_clean()


# What the database holds


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "booked"}, "row_booked_with_its_donation"),
        ({"state": "out"}, "row_discarded_with_a_reason"),
        ({"reason": "hand"}, "row_discarded_with_a_reason"),
        ({"state": "matched"}, "row_matched_with_something"),
    ],
)
def test_a_row_is_in_no_impossible_state(change, constraint):
    row = make_row(rakuten(A))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StatementRow.objects.filter(pk=row.pk).update(**change)


def test_a_row_without_money_cannot_wait():
    row = make_row(rakuten(("20260705", "0", "ﾔﾏﾀﾞ")))
    with pytest.raises(IntegrityError, match="row_that_counts_has_money"), transaction.atomic():
        StatementRow.objects.filter(pk=row.pk).update(state="unmatched", reason="")


@pytest.mark.parametrize(
    "change", [{"amount": 1}, {"day": date(2026, 1, 1)}, {"transaction_id": "Y"}]
)
def test_the_figures_of_a_row_stay(change):
    row = make_row(rakuten(A))
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        StatementRow.objects.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize("columns", [["day"], ["day", "out", "in", "payer", "note"]])
def test_a_layout_says_of_each_column(columns):
    with pytest.raises(IntegrityError, match="layout_says_of_each_column"), transaction.atomic():
        StatementLayout.objects.create(**SHINKIN | {"columns": columns})


def test_a_header_has_one_layout():
    StatementLayout.objects.create(**SHINKIN)
    with pytest.raises(IntegrityError, match="layout_once_for_a_header"), transaction.atomic():
        StatementLayout.objects.create(**SHINKIN | {"name": "Another"})


def test_erasing_keeps_every_figure():
    row = make_row(rakuten(A))
    before = StatementRow.objects.values("amount", "day", "state", "fingerprint").get()
    assert StatementRow.objects.erase() == 1
    row.refresh_from_db()
    assert (row.payer, row.email, row.note) == ("", "", "")
    assert StatementRow.objects.values("amount", "day", "state", "fingerprint").get() == before
    assert counts(take_in(rakuten(A))) == {"known": 1}
