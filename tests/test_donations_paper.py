"""Receipts and statements on paper: what they say, whole names, the same bytes every time."""

import io
import itertools
import logging
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from donations.paper import (
    Gift,
    Letterhead,
    Receipt,
    Section,
    Statement,
    draw_receipts,
    draw_statement,
    unprintable,
)
from donations.paper.signs import printable
from tests.pdf import pages_of, typefaces_of

MONEY = Receipt(
    number="2026-00012",
    issued_on=date(2026, 11, 25),
    language="en",
    donor="Hanako Yamada",
    received_on=date(2026, 11, 20),
    purpose="General funds",
    amount=Decimal(5000),
    currency="JPY",
    method="Bank transfer",
)
GOODS = replace(
    MONEY, amount=None, currency="", goods="3 sets", valuation=Decimal(30), valuation_currency="USD"
)
NAMES = [
    "髙橋﨑𠮷子",  # not in JIS X 0208
    "神 福",  # older shapes, which composing would change
    "김철수 똠방각하 뷁",
    "Łukasz Dvořák-Şahin",
    "Nguyễn Thị Ánh",
    "Ελένη Київ",
    "刘德华 劉德華",
]


def ours():
    return Letterhead(
        "Life Funds for North Korean Refugees",
        "2-2-8 Nishi Kata\nTokyo",
        "+81-3",
        "a@lfnkr.example",
    )


def text_of(*receipts):
    return "".join(pages_of(draw_receipts(receipts, ours)))


def test_a_receipt_says_who_gave_what_when_and_to_whom():
    text = text_of(MONEY)
    for said in [
        "ReceiptNo.2026-00012",
        "November25,2026",
        "HanakoYamada",
        "5,000Japaneseyen",
        "JPY5,000",
        "GeneralfundsReceivedonNovember20,2026",
        "Banktransfer",
        "LifeFundsforNorthKoreanRefugees2-2-8NishiKataTokyo+81-3a@lfnkr.example",
    ]:
        assert said.replace("ReceiptNo.", "No.") in text


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("2.5", "USD", "2.50USdollarsUSD2.50"),
        ("1200", "KRW", "1,200SouthKoreanwonKRW1,200"),
        ("10", "EUR", "10.00eurosEUR10.00"),
    ],
)
def test_money_has_the_digits_of_its_currency(amount, currency, words):
    assert words in text_of(replace(MONEY, amount=Decimal(amount), currency=currency))


@pytest.mark.parametrize(("language", "day"), [("ja", "2026年11月25日"), ("ko", "2026년11월25일")])
def test_a_receipt_speaks_the_language_of_its_donor(language, day):
    assert day in text_of(replace(MONEY, language=language))


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_letters_and_ideographs_of_one_line_have_one_size(language):
    mixed = replace(MONEY, language=language, purpose="夏服 summer clothing sets 겨울옷 " * 8)
    sizes = [size for _typeface, size in typefaces_of(draw_receipts([mixed], ours))]
    changes = [size for size, _pieces in itertools.groupby(sizes)]
    facts = [10, 11] * 3
    assert changes == [10, 28, 11, 17, 6, 21, 10, 6, *facts, 9.5, 8]


def test_a_receipt_leaves_the_language_of_the_office_alone():
    with translation.override("ko"):
        text_of(replace(MONEY, language="ja"))
        assert translation.get_language() == "ko"


def test_goods_are_worth_what_the_donor_says():
    assert "3setsGoods;thedonor'sownvaluation:US$30" in text_of(GOODS)
    unvalued = replace(GOODS, valuation=None, valuation_currency="")
    assert "3setsGoods;thedonornamednovalue." in text_of(unvalued)


def test_a_void_receipt_says_so_before_all_else():
    void = replace(MONEY, void_on=date(2026, 12, 1), void_because="given back")
    text = text_of(void)
    assert text.index("VOIDsinceDecember1,2026:givenback") < text.index("No.2026-00012")


def test_a_receipt_issued_again_tells_the_day():
    again = replace(MONEY, reissued_on=date(2027, 1, 3))
    assert "IssuedagainonJanuary3,2027." in text_of(again)
    assert "Issuedagain" not in text_of(MONEY)


@pytest.mark.parametrize("name", NAMES)
def test_names_come_out_whole(name, caplog):
    with caplog.at_level(logging.WARNING):
        text = text_of(replace(MONEY, donor=name))
    assert "".join(name.split()) in text
    assert caplog.records == []  # the library warns of each sign that it drops
    assert unprintable(name) == []


@pytest.mark.parametrize(
    ("name", "shown", "missing"),
    [
        ("Ana 🧶", "Ana 〓", ["🧶"]),
        ("سارة", "〓〓〓〓", ["س", "ا", "ر", "ة"]),
        ("辻\U000e0100", "辻", []),  # a variant of the shape is still the name
        ("a\u202eb\u200d\x00c", "abc", []),
        ("\u1112\u1161\u11ab", "한", []),  # as some telephones write Korean
    ],
)
def test_a_sign_without_shape_leaves_a_mark_where_it_stood(name, shown, missing):
    assert (printable(name), unprintable(name)) == (shown, missing)


def test_a_sign_without_shape_is_drawn_as_its_mark(caplog):
    assert "Ana〓" in text_of(replace(MONEY, donor="Ana 🧶"))
    assert caplog.records == []


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_every_translation_can_be_set(language):
    catalogue = Path(__file__).parent.parent / f"locale/{language}/LC_MESSAGES/django.po"
    assert unprintable(catalogue.read_text()) == []


def test_the_same_receipt_is_the_same_file():
    assert draw_receipts([MONEY], ours) == draw_receipts([MONEY], ours)


def test_a_file_tells_its_day_and_nothing_of_the_machine():
    reader = PdfReader(io.BytesIO(draw_receipts([MONEY], ours)))
    assert dict(reader.metadata) == {
        "/Title": "Receipt No. 2026-00012",
        "/Author": "Life Funds for North Korean Refugees",
        "/CreationDate": "D:20261125000000Z",
    }
    assert reader.xmp_metadata is None
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_each_receipt_of_a_bundle_has_pages_of_its_own():
    pages = pages_of(draw_receipts([MONEY, replace(GOODS, number="2026-00013")], ours))
    assert [page[page.rindex("ReceiptNo.") :] for page in pages] == [
        "ReceiptNo.2026-00012Page1",
        "ReceiptNo.2026-00013Page1",
    ]


def test_the_foot_of_each_receipt_of_a_bundle_speaks_its_language():
    papers = [replace(MONEY, language=language) for language in ("ja", "en", "ko")]
    japanese, english, korean = pages_of(draw_receipts(papers, ours))
    assert japanese.endswith("1ページ")
    assert english.endswith("Page1")
    assert korean.endswith("1쪽")


def test_a_receipt_of_many_words_loses_none_and_counts_its_pages():
    long = replace(
        GOODS,
        donor=" ".join(["Wolfeschlegelsteinhausenbergerdorff"] * 3),
        address="\n".join(["A street"] * 14),
        goods="cap " * 50,
        purpose="for winter " * 40,
    )
    pages = pages_of(draw_receipts([long], ours))
    text = "".join(pages)
    assert [text.count(word) for word in ("Wolfe", "Astreet", "cap", "forwinter")] == [
        3,
        14,
        50,
        40,
    ]
    assert [page[-5:] for page in pages] == [f"Page{number + 1}" for number in range(len(pages))]
    assert "Represent" not in text


def gift(number, **facts):
    return Gift(
        **{
            "day": date(2026, 1 + number % 12, 3),
            "what": f"Purpose {number}",
            "receipt": f"2026-{number:05}",
            "amount": Decimal(1000),
            "currency": "JPY",
        }
        | facts
    )


def statement(**facts):
    sections = [Section("JPY", [gift(number) for number in range(60)])]
    return Statement(
        **{
            "first": date(2026, 1, 1),
            "last": date(2026, 12, 31),
            "issued_on": date(2027, 1, 5),
            "language": "en",
            "donor": "髙橋 Hanako",
            "sections": sections,
            "goods": [],
        }
        | facts
    )


def test_a_statement_lists_each_gift_and_heads_the_table_on_every_page():
    pages = pages_of(draw_statement(statement(), ours))
    text = "".join(pages)
    assert len(pages) > 1
    assert [page.count("DayReceiptForJPY") for page in pages] == [1] * len(pages)
    assert all(f"Purpose{number}1,000" in text for number in range(60))
    assert "60entries,together60,000Japaneseyen" in text
    assert "GiftsfromJanuary1,2026toDecember31,2026" in pages[0]
    assert "髙橋Hanako" in pages[0]


def test_a_statement_never_adds_currencies_together():
    dollars = [gift(1, currency="USD", amount=Decimal("12.5")), gift(2, amount=Decimal(-2))]
    both = [Section("JPY", [gift(0)]), Section("USD", dollars)]
    text = "".join(pages_of(draw_statement(statement(sections=both), ours)))
    assert "1entry,together1,000Japaneseyen" in text
    assert "2entries,together10.50USdollars" in text


def test_a_statement_shows_goods_without_adding_them():
    goods = [gift(3, what="20 knitted caps"), gift(4, what="Rice", amount=None)]
    text = "".join(pages_of(draw_statement(statement(sections=[], goods=goods), ours)))
    assert "2026-04-032026-0000320knittedcaps¥1,000" in text.replace("￥", "¥")
    assert "2026-05-032026-00004Rice" in text
    assert "together" not in text


def test_a_statement_of_an_empty_year_says_so():
    text = "".join(pages_of(draw_statement(statement(sections=[]), ours)))
    assert "Nothingcameinthistime." in text
