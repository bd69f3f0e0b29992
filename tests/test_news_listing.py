"""The old home page read as items: read, flagged, left out, or refused."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.listing import ListingError, parse_listing, read_listing

LISTING = Path(__file__).parent / "data" / "listing.txt"
INDENT = "\u00a0 \u00a0 \u00a0"
END = "\nHarbour Friends\nTel / Fax +00-1-2345-6789\n"


@pytest.fixture
def listing():
    return read_listing(LISTING)


def parse(*lines):
    return parse_listing("\n".join(lines) + "\n" + END)


def dated(day, title="A Boat Arrives", teaser="It has come."):
    return f"{title}\n{INDENT}{day}\n{teaser}\n"


def only(listing):
    (item,) = listing.items
    return item


def codes(item):
    return [flag.code for flag in item.flags]


def flags(listing, *wanted):
    """Where flags of these codes stand, as (line, code)."""
    found = [(flag.line, flag.code) for item in listing.items for flag in item.flags]
    return [(line, code) for line, code in found if code in wanted or not wanted]


def years(listing):
    return dict(Counter(item.date.year for item in listing.items if item.section == "dated"))


# The synthetic listing


def test_every_item_is_found(listing):
    assert Counter(item.section for item in listing.items) == {
        "highlight": 7,
        "dated": 24,
        "undated": 4,
    }
    assert years(listing) == {2014: 6, 2013: 3, 2012: 2, 2011: 6, 2010: 4, 2009: 3}


def test_every_trap_is_flagged_at_its_line(listing):
    assert flags(listing) == [
        (22, "title-wrapped"),
        (25, "title-wrapped"),
        (43, "title-wrapped"),
        (52, "month-misspelt"),
        (60, "date-punctuation"),
        (63, "stray-line"),
        (72, "caption-as-title"),
        (73, "out-of-order"),
        (81, "paragraph-alone"),
        (87, "caption-as-title"),
        (94, "date-punctuation"),
        (97, "out-of-order"),
        (102, "month-misspelt"),
        (105, "weekday-impossible"),
        (118, "caption-as-title"),
        (123, "year-mismatch"),
        (128, "date-punctuation"),
        (136, "date-unreadable"),
        (141, "word-broken"),
        (149, "date-punctuation"),
        (152, "caption-as-title"),
        (161, "date-missing"),
        (164, "date-missing"),
        (164, "year-mismatch"),
        (167, "date-missing"),
    ]


def test_items_stand_in_the_order_of_the_file(listing):
    assert [item.first_line for item in listing.items] == sorted(
        item.first_line for item in listing.items
    )


def test_raw_text_is_kept_exactly(listing):
    lines = LISTING.read_text(encoding="utf-8").split("\n")
    for item in listing.items:
        assert item.raw == "\n".join(lines[item.first_line - 1 : item.last_line])
    assert any("\u00a0" in item.raw for item in listing.items)


def test_whatever_stands_around_the_items_is_listed_as_left_out(listing):
    places = [(left.line, left.code) for left in listing.left_out]
    assert places == [
        *[(line, "navigation") for line in (1, 5, 11, 14)],
        *[(line, "heading") for line in (19, 21, 33, 40)],
        *[(line, "closing") for line in (177, 178, 179, 180, 181, 182, 185)],
    ]


def test_every_flag_and_left_out_line_speaks_a_sentence(listing):
    sentences = [flag.sentence for item in listing.items for flag in item.flags]
    sentences += [left.sentence for left in listing.left_out]
    assert all(sentences)
    assert not any("%(" in sentence for sentence in sentences)


# Dates


@pytest.mark.parametrize(
    ("written", "day", "found"),
    [
        ("December 7, 2014:", date(2014, 12, 7), []),
        ("Decenber 7, 2014:", date(2014, 12, 7), ["month-misspelt"]),
        ("Sept 7, 2014:", date(2014, 9, 7), ["month-misspelt"]),
        ("Sept. 7, 2014:", date(2014, 9, 7), ["month-misspelt"]),
        ("december 7, 2014:", date(2014, 12, 7), ["month-misspelt"]),
        ("December 7 , 2014:", date(2014, 12, 7), ["date-punctuation"]),
        ("December 7 2014:", date(2014, 12, 7), ["date-punctuation"]),
        ("December 7th, 2014:", date(2014, 12, 7), ["date-punctuation"]),
        ("December 7, 2014", date(2014, 12, 7), ["date-punctuation"]),
        ("Decenber 7 2014", date(2014, 12, 7), ["month-misspelt", "date-punctuation"]),
    ],
)
def test_a_date_is_read_and_its_oddity_flagged(written, day, found):
    item = only(parse(dated(written)))
    assert (item.date, item.precision, codes(item)) == (day, "day", found)


@pytest.mark.parametrize("written", ["Juny 7, 2014:", "February 30, 2014:", "Spring 2014:"])
def test_a_date_that_cannot_be_read_is_not_guessed(written):
    item = parse(dated("May 1, 2014:"), dated(written)).items[1]
    assert (item.date, item.precision, item.section) == (None, "unknown", "undated")
    assert "date-unreadable" in codes(item)


def test_a_date_without_indentation_counts_when_its_colon_is_there():
    item = only(parse("A Boat Arrives", "May 1, 2014:", "It has come."))
    assert (item.date, codes(item)) == (date(2014, 5, 1), ["date-punctuation"])


def test_of_two_items_the_lower_one_must_not_be_newer():
    listing = parse(dated("May 1, 2014:"), dated("May 1, 2014:"), dated("May 2, 2014:"))
    assert [codes(item) for item in listing.items] == [[], [], ["out-of-order"]]


# What texts say about days


@pytest.mark.parametrize(
    ("teaser", "impossible"),
    [
        ("It sails on Saturday, July 30 and Monday, August 1.", False),
        ("It sails on Saturday, July 30 and Sunday August 1.", True),
        ("It sails from July 26 (Tuesday) to July 28 (Thursday).", False),
        ("It sails from July 26 (Wednesday) on.", True),
        ("It sails on Saturday 30 July.", False),
        ("It sails on Friday 30 July.", True),
        ("It sailed on Saturday, July 31, 2010.", False),
        ("It sails on Sunday, January 1.", False),  # 2012, half a year ahead
        ("It may sail on Saturday.", False),
    ],
)
def test_a_weekday_is_checked_against_the_year_of_the_item(teaser, impossible):
    item = only(parse(dated("July 20, 2011:", teaser=teaser)))
    assert ("weekday-impossible" in codes(item)) is impossible


def test_two_weekdays_that_no_year_can_satisfy_are_flagged_without_a_date():
    teaser = "It sails on Saturday, July 30 and comes back on Sunday August 1."
    item = parse(dated("July 20, 2011:"), "Boat Trip", teaser, "").items[1]
    assert codes(item) == ["date-missing", "weekday-impossible"]


@pytest.mark.parametrize(
    ("title", "teaser", "wrong"),
    [
        ("New Hours", "From January 10, 2010 we open at nine.", True),
        ("New Hours", "From January 10, 2011 we open at nine.", False),
        ("New Hours", "Since March 3, 1998 we open at ten.", False),
        ("New Hours", "From December 30, 2010 we open at nine.", False),
        ("New Hours", "The harbour will be rebuilt by May 1, 2017.", True),
        ("Harbour Day 2012", "On January 20, 2011 the harbour celebrates.", True),
        ("Report 2009-2010", "Printed on January 12, 2011.", False),
    ],
)
def test_a_year_that_looks_wrong_is_flagged(title, teaser, wrong):
    item = only(parse(dated("January 17, 2011:", title=title, teaser=teaser)))
    assert ("year-mismatch" in codes(item)) is wrong


# Lines that stand where none belongs


def test_the_title_is_the_line_above_the_date():
    item = only(parse("A stall at the market", dated("May 1, 2014:", title="Market Day")))
    assert (item.title, codes(item)) == ("Market Day", ["caption-as-title"])
    assert item.raw.startswith("A stall at the market")


def test_a_line_by_itself_without_a_full_stop_is_a_caption_of_what_follows():
    items = parse(dated("May 2, 2014:"), "A stall", "", dated("May 1, 2014:")).items
    assert [codes(item) for item in items] == [[], ["caption-as-title"]]


def test_a_sentence_by_itself_goes_on_with_the_teaser_above():
    items = parse(dated("May 2, 2014:"), "It is blue.", "", dated("May 1, 2014:")).items
    assert [codes(item) for item in items] == [["paragraph-alone"], []]
    assert items[0].teaser == "It has come.\n\nIt is blue."


def test_a_line_without_words_is_stray_wherever_it_stands():
    items = parse("..", dated("May 2, 2014:"), "--", "", dated("May 1, 2014:")).items
    assert [codes(item) for item in items] == [["stray-line"], ["stray-line"]]
    assert [item.title for item in items] == ["A Boat Arrives", "A Boat Arrives"]


def test_a_line_that_belongs_to_no_item_is_left_out_by_name():
    listing = parse(dated("May 2, 2014:"), "A stall at the market")
    assert (4 + 1, "stray-line") in [(left.line, left.code) for left in listing.left_out]


def test_a_word_broken_by_a_newline_is_joined_when_the_file_knows_it():
    teaser = "Fo\nrty boats came. Nobody expected forty of them."
    item = only(parse(dated("May 2, 2014:", teaser=teaser)))
    assert item.teaser == "Forty boats came. Nobody expected forty of them."
    assert (codes(item), item.flags[0].detail) == (["word-broken"], "Fo + rty → Forty")


def test_an_unknown_broken_word_is_not_joined():
    item = only(parse(dated("May 2, 2014:", teaser="Fo\nrty boats came.")))
    assert (item.teaser, codes(item)) == ("Fo rty boats came.", ["line-broken"])


def test_wrapped_lines_are_joined_without_a_flag():
    teaser = "The gutters are full of leaves, and our tallest helper has\nmoved to the capital."
    item = only(parse(dated("May 2, 2014:", teaser=teaser)))
    assert (item.teaser, item.flags) == (teaser.replace("\n", " "), [])


def test_two_words_of_the_file_are_not_taken_for_one():
    teaser = "Come in to see how well the old harbour fits in\nto the town. It grew into it."
    item = only(parse(dated("May 2, 2014:", teaser=teaser)))
    assert (item.teaser, item.flags) == (teaser.replace("\n", " "), [])


def test_two_items_without_a_blank_line_between_them_are_two():
    items = parse(
        dated("May 2, 2014:", title="First") + dated("May 1, 2014:", title="Second")
    ).items
    assert [(item.title, item.teaser) for item in items] == [
        ("First", "It has come."),
        ("Second", "It has come."),
    ]


def test_a_date_without_a_title_or_a_text_is_flagged():
    item = only(parse(f"{INDENT}May 2, 2014:"))
    assert (item.title, codes(item)) == ("May 2, 2014:", ["teaser-missing", "title-missing"])


def test_highlights_end_where_their_group_ends():
    listing = parse(
        "Past News Highlights",
        "",
        "2003",
        "Boat Repaired",
        "\u00a0",
        "Not one",
        "",
        dated("May 1, 2014:"),
    )
    assert [item.title for item in listing.items] == ["Boat Repaired", "A Boat Arrives"]
    assert (listing.items[0].date, listing.items[0].precision) == (date(2003, 1, 1), "year")
    assert [left.raw for left in listing.left_out][:3] == [
        "Past News Highlights",
        "2003",
        "Not one",
    ]


@given(st.lists(st.sampled_from([
    "", "", "\u00a0", "2004", "Past News Highlights", "..", "Boat Repaired", "It is blue.",
    f"{INDENT}May 1, 2014:", f"{INDENT}Juny 3 2010:", "Tel 01", "Fo", "rty boats", "It\u2028came",
])))  # fmt: skip
def test_every_line_is_accounted_for_exactly_once(lines):
    text = "\n".join([*lines, dated("May 2, 2014:"), END])
    listing = parse_listing(text)
    places = [left.line for left in listing.left_out]
    numbered = list(enumerate(text.split("\n"), start=1))
    for item in listing.items:
        places += [
            n for n, line in numbered if item.first_line <= n <= item.last_line and line.strip()
        ]
    assert sorted(places) == [n for n, line in numbered if line.strip()]


# Files that are not a listing


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"%PDF-1.4\n\x00\x01", "not text"),
        ("May 1, 2014".encode("utf-16"), "not UTF-8"),
        ("Caf\u00e9\n".encode("latin-1"), "not UTF-8"),
        (b"<!DOCTYPE html><html><p>Hello", "web page"),
        ("The harbour\u00e2\u20ac\u2122s bell\n".encode(), "wrong encoding"),
        ("The harbour\ufffds bell\n".encode(), "wrong encoding"),
        (b"Category Archives\n\nOctober 19, 2006\n\nTel / Fax +81\n", "no dated item"),
        (dated("May 1, 2014:").encode(), "truncated"),
    ],
)
def test_a_file_that_is_no_listing_is_refused_with_one_sentence(tmp_path, content, sentence):
    file = tmp_path / "listing.txt"
    file.write_bytes(content)
    with pytest.raises(ListingError, match=sentence) as refusal:
        read_listing(file)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ListingError, match="There is no file"):
        read_listing(tmp_path / "none.txt")
    with pytest.raises(ListingError, match="is a folder"):
        read_listing(tmp_path)


def test_a_truncated_listing_is_refused_wherever_it_ends(listing):
    text = LISTING.read_text(encoding="utf-8")
    address = text.index("Tel / Fax")
    for end in range(0, address, 97):
        with pytest.raises(ListingError, match=r"truncated|empty|no dated item"):
            parse_listing(text[:end])


def test_a_telephone_line_among_the_news_is_not_the_end():
    with pytest.raises(ListingError, match="truncated"):
        parse_listing("\n".join([dated("May 2, 2014:"), "Tel 01-23", "", dated("May 1, 2014:")]))


@pytest.mark.parametrize("change", [
    lambda content: b"\xef\xbb\xbf" + content,
    lambda content: content.replace(b"\n", b"\r\n"),
], ids=["byte order mark", "carriage returns"])  # fmt: skip
def test_the_way_an_editor_saves_text_makes_no_difference(tmp_path, listing, change):
    file = tmp_path / "listing.txt"
    file.write_bytes(change(LISTING.read_bytes()))
    assert read_listing(file) == listing


# The real archive


def test_the_real_listing_has_its_245_items_and_16_highlights(old_home_page):
    listing = read_listing(old_home_page)
    sections = Counter(item.section for item in listing.items)
    assert sections == {"highlight": 16, "dated": 234, "undated": 11}
    assert years(listing) == {
        2006: 14,
        2007: 40,
        2008: 27,
        2009: 31,
        2010: 20,
        2011: 26,
        2012: 27,
        2013: 33,
        2014: 16,
    }
    assert [item.section for item in listing.items[-11:]] == ["undated"] * 11


def test_the_real_highlights_belong_to_four_years(old_home_page):
    highlights = [i for i in read_listing(old_home_page).items if i.section == "highlight"]
    assert Counter(item.date.year for item in highlights) == {2005: 3, 2004: 4, 2003: 5, 2002: 4}


def test_the_real_listing_spans_eight_years(old_home_page):
    days = [i.date for i in read_listing(old_home_page).items if i.section == "dated"]
    assert (min(days), max(days)) == (date(2006, 9, 18), date(2014, 12, 11))


def test_every_trap_of_the_real_listing_is_flagged_at_its_line(old_home_page):
    listing = read_listing(old_home_page)
    odd_dates = [77, 85, 118, 413, 417, 429, 790]
    assert [line for line, _ in flags(listing, "month-misspelt", "date-punctuation")] == odd_dates
    assert flags(listing, "out-of-order") == [(157, "out-of-order"), (380, "out-of-order")]
    captions = [(line, "caption-as-title") for line in (367, 545, 682, 715)]
    assert flags(listing, "caption-as-title") == captions
    assert flags(listing, "paragraph-alone") == [(357, "paragraph-alone")]
    assert flags(listing, "stray-line", "word-broken") == [
        (108, "stray-line"),
        (1020, "word-broken"),
    ]
    assert [line for line, _ in flags(listing, "title-wrapped")] == [24, 27, 66]
    assert len(flags(listing, "date-missing")) == 11
    assert len(flags(listing)) == 7 + 2 + 4 + 1 + 2 + 3 + 11


def test_nothing_of_the_real_listing_is_lost(old_home_page):
    listing = read_listing(old_home_page)
    lines = old_home_page.read_text(encoding="utf-8").split("\n")
    places = [left.line for left in listing.left_out]
    for item in listing.items:
        places += [n for n in range(item.first_line, item.last_line + 1) if lines[n - 1].strip()]
    assert sorted(places) == [n for n, line in enumerate(lines, start=1) if line.strip()]
    assert len(listing.left_out) == 17


@pytest.mark.parametrize("start", ["000", "001", "003", "004"])
def test_the_other_files_of_the_archive_are_refused(archive, start):
    (file,) = archive.glob(f"{start}_*.txt")
    with pytest.raises(ListingError, match="no dated item"):
        read_listing(file)
