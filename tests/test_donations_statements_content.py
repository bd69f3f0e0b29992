"""What an uploaded statement may be: bytes in some encoding, one CSV or a ZIP of several."""

import io
import re
import zipfile

import pytest

from donations.statements import content
from donations.statements.content import texts_in
from donations.statements.sheets import Sheet, header_of, probable_header
from publishing.imports import ImportRefused

TEXT = "日付,金額\r\n2026/7/5,ﾔﾏﾀﾞ\r\n"


def texts(given, name="bank.csv"):
    return [text for _name, text in texts_in(given, name)]


def refusal(given, name="bank.csv"):
    with pytest.raises(ImportRefused) as refused:
        texts(given, name)
    return str(refused.value)


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            name = re.sub("_(csv|CSV|pdf|jpg)$", r".\1", name)
            # Of no moment, for the two processes of the tests must name these bytes alike.
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_text_is_read_in_each_encoding_that_occurs(encoding):
    assert texts(TEXT.encode(encoding)) == [TEXT]


def test_each_csv_of_a_zip_is_read_in_the_order_of_names():
    assert texts(zipped(b_csv="b,2", a_CSV="a,1", readme_pdf="no")) == ["a,1", "b,2"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"", "bank.csv is empty."),
        (b"\x00\x00 \r\n", "bank.csv is empty."),
        (b"%PDF-1.7 ...", "bank.csv is a PDF. Download the statement as CSV."),
        (b"\xd0\xcf\x11\xe0", "bank.csv is an old Excel workbook. Download the statement as CSV."),
        (
            b"\r\n<!DOCTYPE html><p>",
            "bank.csv is a web page; perhaps the bank had signed you out. Download the statement as CSV.",
        ),
        (b"a,b\x00c", "bank.csv is no text: it holds null bytes. Download it again as CSV."),
        (
            b"a,\xff\xff\n",
            "bank.csv is written neither in UTF-8 nor in Shift_JIS. Save it as “CSV UTF-8”.",
        ),
        (
            zipped(**{"[Content_Types].xml": "x", "a_csv": "a,b"}),
            "bank.csv is an Excel workbook. Save it as “CSV UTF-8” and choose that file.",
        ),
        (zipped(photo_jpg="x"), "bank.csv holds no CSV file."),
        (
            zipped(a_csv="a,b")[:30],
            "bank.csv cannot be unpacked: it is damaged or locked. Download it again.",
        ),
        (zipped(a_csv="%PDF-1.4"), "a.csv is a PDF. Download the statement as CSV."),
    ],
)
def test_what_is_no_csv_is_refused_with_one_sentence(given, sentence):
    assert refusal(given) == sentence


def test_a_zip_that_would_fill_the_memory_is_refused_unpacked(monkeypatch):
    monkeypatch.setattr(content, "UNPACKED_LIMIT", 1000)
    assert "100 MB" in refusal(zipped(a_csv="x" * 600, b_csv="x" * 600))


def test_a_zip_that_lies_about_its_size_is_refused():
    honest = zipped(a_csv="x" * 100_000)
    lying = honest.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "damaged" in refusal(lying)


# Dialects


def rows(text):
    return list(Sheet("bank.csv", text).rows())


@pytest.mark.parametrize(
    "text",
    [
        'a,"b, c",d\r\n',
        'a, "b, c", d\n',
        '"a";"b, c";"d"\n',
        "a\tb, c\td\n",
    ],
)
def test_cells_are_the_same_however_they_are_parted(text):
    assert rows(text) == [(1, ["a", "b, c", "d"])]


def test_a_note_of_several_lines_is_one_cell_and_lines_are_counted_as_in_the_file():
    assert rows('a,"b\r\nc"\r\nd,e\r\n') == [(1, ["a", "b\r\nc"]), (3, ["d", "e"])]


def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_line():
    with pytest.raises(ImportRefused, match=r"bank\.csv, line 2: a quotation mark is not closed"):
        rows('a,b\n"c,d\ne,f\n')


@pytest.mark.parametrize("text", ["a,b\n" + "x" * 200_000, '[{"name": "' + "x" * 200_000 + '"}]'])
def test_an_endless_text_is_refused_with_its_line(text):
    with pytest.raises(ImportRefused, match=r"bank\.csv, line \d: .* or a text is endless"):
        rows(text)


def test_headers_are_compared_without_widths_case_blanks_and_empty_ends():
    assert header_of(["Date", " Time  Zone", "入出金（円）", "", ""]) == (
        "date",
        "time zone",
        "入出金(円)",
    )


def test_the_header_of_an_unknown_file_is_looked_for_below_its_preamble():
    sheet = Sheet(
        "b.csv", "お取引明細\n2026/07/01,~,x\n日,摘要,出金,入金\n2026/07/05,a,,5\nb,c,d,e\n"
    )
    assert probable_header(sheet) == (3, ["日", "摘要", "出金", "入金"])


def test_a_text_without_columns_is_no_csv():
    with pytest.raises(ImportRefused, match=r"letter\.txt has no columns: it is no CSV file\."):
        probable_header(Sheet("letter.txt", "Dear friends\n\nthank you\n"))
