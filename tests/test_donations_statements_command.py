"""The command that takes in statements."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from donations.models import StatementFile, StatementLayout, StatementRow
from tests.donations_factories import confirmed
from tests.statements_factories import FILES, paypal, paypal_row, rakuten

pytestmark = pytest.mark.django_db

LAYOUT = ["name=Shinkin", "day=お取引日", "in=お預り金額（円）", "out=お支払金額(円)",
          "payer=お取引内容", "currency=JPY", "order=ymd"]  # fmt: skip


def command(file, *words, **options):
    out = StringIO()
    call_command("import_statement", str(file), *words, stdout=out, **options)
    return out.getvalue().splitlines()


def refusal(file, **options):
    with pytest.raises(CommandError) as refused:
        command(file, **options)
    assert StatementFile.objects.count() == 0
    return str(refused.value)


@pytest.fixture
def written(tmp_path):
    def write(content, name="statement.csv"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def test_every_line_is_told():
    assert command(FILES / "paypal-2026.csv") == [
        "matched: 0",
        "proposed: look first: 0",
        "no match: 4",
        "discarded: 7",
        "already known: 0",
        "  paypal-2026.csv:5  its status does not count (“Pending”)",
        "  paypal-2026.csv:7  a transfer between our own accounts (“General Withdrawal”)",
        "  paypal-2026.csv:8  money held back or let go again (“Payment Hold”)",
        "  paypal-2026.csv:9  announced, not paid (“General Authorization”)",
        "  paypal-2026.csv:10  a conversion between currencies (“General Currency Conversion”)",
        "  paypal-2026.csv:11  money that we paid (“General Payment”)",
        "  paypal-2026.csv:12  not among the kinds that are donations (“General Payment”)",
    ]
    assert StatementRow.objects.count() == 11


def test_matches_are_counted_and_a_second_run_knows_all(written):
    code = confirmed().reference
    file = written(rakuten(("20260705", "1000", code), ("20260705", "1000", code[:-1])))
    assert command(file)[:2] == ["matched: 1", "proposed: look first: 1"]
    assert command(file) == [
        "matched: 0", "proposed: look first: 0", "no match: 0", "discarded: 0",
        "already known: 2",
    ]  # fmt: skip


def test_a_dry_run_writes_nothing():
    assert command(FILES / "mufg.csv", dry_run=True)[-1] == (
        "This was a dry run: nothing was written."
    )
    assert StatementFile.objects.count() == 0


def test_an_unknown_header_asks_for_a_layout_and_keeps_it():
    assert refusal(FILES / "shinkin.csv").startswith(
        "Nobody has said yet which of the columns “お取引日”, “お支払金額(円)”, “お預り金額(円)”,"
        " “お取引内容” is what. Import the file once in the office, or say it here: --layout"
    )
    assert command(FILES / "shinkin.csv", layout=LAYOUT)[2:4] == ["no match: 1", "discarded: 2"]
    assert StatementLayout.objects.get().columns == ["day", "out", "in", "payer"]
    assert command(FILES / "shinkin.csv")[4] == "already known: 3"


def test_the_order_of_days_may_stand_beside_the_layout():
    command(FILES / "shinkin.csv", layout=LAYOUT[:-1], order="ymd")
    assert StatementLayout.objects.get().order == "ymd"


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        (["colour=red"], "“colour” is none of the words day, payer,"),
        (["day=Datum"], "The file has no column “datum”."),
        (LAYOUT[:1], "Say which column is the day."),
        (LAYOUT[:-1], "Say how days are written, like order=ymd; there are ymd, "),
        ([*LAYOUT[:-1], "order=never"], "order: Value 'never' is not a valid choice."),
    ],
)
def test_a_layout_that_does_not_do_is_refused(layout, sentence):
    assert sentence in refusal(FILES / "shinkin.csv", layout=layout)


def test_days_of_several_readings_ask_for_their_order(written):
    file = written(paypal(paypal_row(day="05/07/2026")))
    assert refusal(file) == (
        "The days can be read in several ways (05/07/2026). Say which with --order mdy,"
        " --order dmy. Nothing was written."
    )
    command(file, order="dmy")
    assert str(StatementRow.objects.get().day) == "2026-07-05"


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    assert "cannot be read (No such file or directory). Nothing was written." in refusal(
        tmp_path / "no.csv"
    )


def test_a_paypal_file_without_types_says_so(written):
    assert "without the column “type”" in refusal(
        written(b"Date,Gross,Currency,Transaction ID\n2026-07-05,1,USD,X\n")
    )


def test_a_file_without_rows_is_no_error(written):
    assert command(written(paypal()))[-1] == "already known: 0"
    assert StatementFile.objects.count() == 0
