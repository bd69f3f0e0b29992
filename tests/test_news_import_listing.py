"""The old home page in the newsroom: what an import writes, and what it never touches again."""

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import ExtractYear

from news import import_listing as act
from news.imported_articles import kind_of, possible_slugs
from news.listing import ListingError, parse_listing, read_listing, reasons
from news.models import Article
from publishing.models import Flag, ImportedItem

LISTING = Path(__file__).parent / "data" / "listing.txt"
TEXT = LISTING.read_text(encoding="utf-8")

pytestmark = pytest.mark.django_db


def run(text=TEXT, **options):
    return act.import_listing(parse_listing(text), source_name="listing.txt", **options)


def command(file, **options):
    out = StringIO()
    call_command("import_listing", str(file), stdout=out, **options)
    return out.getvalue()


def results(report):
    return dict(Counter(outcome.result for outcome in report.outcomes))


def everything():
    """All rows an import could change, to compare before and after."""
    return [list(model.objects.order_by("pk").values()) for model in (Article, Flag, ImportedItem)]


def by_year(articles):
    years = (
        articles.order_by().annotate(year=ExtractYear("dated_on")).values_list("year", flat=True)
    )
    return dict(Counter(years))


def slug_of(title):
    return Article.objects.get(title=title).slug


def occupy(slug):
    Article.objects.create(title="Written by hand", slug=slug, date_precision="unknown")


# What is written


def test_dated_items_are_published_on_their_day_in_tokyo():
    run()
    article = Article.objects.get(title="Night Shelter Painted")
    assert (article.state, article.date_precision) == ("published", "day")
    assert article.dated_on == date(2014, 10, 9)
    assert article.published_at.isoformat() == "2014-10-08T15:00:00+00:00"
    assert by_year(Article.objects.published()) == {
        2014: 6,
        2013: 3,
        2012: 2,
        2011: 6,
        2010: 4,
        2009: 3,
    }


def test_undated_items_and_highlights_wait_as_drafts():
    run()
    undated = Article.objects.filter(date_precision="unknown")
    highlights = Article.objects.filter(date_precision="year")
    assert list(undated.values_list("state", "is_highlight").distinct()) == [("draft", False)]
    assert list(highlights.values_list("state", "is_highlight").distinct()) == [("draft", True)]
    assert (undated.count(), by_year(highlights)) == (4, {2005: 3, 2004: 2, 2003: 2})


def test_readers_find_the_order_of_the_listing():
    run()
    listing = read_listing(LISTING)
    in_file = [item.title for item in listing.items if item.date == date(2014, 10, 9)]
    shown = Article.objects.filter(dated_on=date(2014, 10, 9)).newest_first()
    assert [article.title for article in shown] == in_file
    undated = [item.title for item in listing.items if item.section == "undated"]
    drafts = Article.objects.filter(dated_on=None).newest_first()
    assert [article.title for article in drafts] == undated


def test_every_address_is_its_own():
    run()
    same = Article.objects.filter(title__in=["Open Letter", "Annual Report Released"])
    assert sorted(same.values_list("slug", flat=True)) == [
        "annual-report-released",
        "annual-report-released-2014",
        "open-letter",
        "open-letter-2004",
    ]
    assert Article.objects.get(title="救援物資が届く").slug == "救援物資が届く"


def test_an_address_in_use_or_reserved_is_left_alone():
    occupy("night-shelter-painted")
    run(
        TEXT.replace("Soup Kitchen Moves", "2012").replace(
            "Harbour Choir Sings for Us", "Highlights"
        )
    )
    assert slug_of("Night Shelter Painted") == "night-shelter-painted-2014"
    assert (slug_of("2012"), slug_of("Highlights")) == ("2012-2013", "highlights-2014")


def test_an_address_is_numbered_when_title_year_and_day_are_taken():
    item = read_listing(LISTING).items[-1]
    assert possible_slugs(item) == ["home-visits-begin"]
    occupy("home-visits-begin")
    occupy("home-visits-begin-2")
    run()
    assert slug_of("Home Visits Begin") == "home-visits-begin-3"


def test_a_very_long_title_has_an_address_that_fits():
    long = "Boat " * 38 + "Repaired"
    run(TEXT.replace("Soup Kitchen Moves", long))
    assert len(slug_of(long)) <= 120


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Open Letter to the Governor", "letter"),
        ("Letter of Thanks to the Choir", "letter"),
        ("Sample Letter", "news"),
        ("Statement on the Closing of the Road", "statement"),
        ("Book Review - The Long Pier", "review"),
        ("Annual Report Released", "report"),
        ("Report from the Ferry Landing", "report"),
        ("Police Report Missing Boat", "news"),
        ("Interview with a Ferryman", "interview"),
    ],
)
def test_a_kind_is_guessed_from_unmistakable_words_only(title, kind):
    assert kind_of(title) == kind


def test_flags_land_with_their_place_and_the_text_as_it_stood():
    run()
    flag = Flag.objects.get(reason="month-misspelt", place="listing.txt:52")
    assert flag.row.title == "New Way to Give by Telephone"
    assert "Novenber 20, 2014 → 2014-11-20" in flag.note
    assert "\u00a0\u00a0Novenber 20, 2014:" in flag.raw
    assert Flag.objects.open().count() == 25
    assert Article.objects.needing_attention().count() == 23


def test_the_review_queue_knows_every_reason():
    assert set(reasons.FLAGS) <= set(Flag.Reason.values)


def test_each_article_begins_its_history_with_the_import():
    run()
    article = Article.objects.get(title="Night Shelter Painted")
    assert article.history.get().history_change_reason == "Imported from listing.txt"


@pytest.mark.parametrize("count", [1, 3])
def test_a_chunk_costs_the_same_queries_however_many_items_it_has(django_assert_num_queries, count):
    news = [f"Bell {n}\n\u00a0March {n} 2014:\nIt rings.\n" for n in range(count, 0, -1)]
    listing = parse_listing("\n".join([*news, "Tel 00-12"]))
    # lock, earlier items, addresses, articles, history, items, settled flags, flags, savepoint (2)
    with django_assert_num_queries(10):
        act.import_listing(listing, source_name="listing.txt")


# A second run


def test_a_second_run_changes_nothing():
    run()
    before = everything()
    assert results(run()) == {"unchanged": 35}
    assert everything() == before


def test_a_renamed_file_is_still_the_same_source():
    run()
    report = act.import_listing(read_listing(LISTING), source_name="copy.txt")
    assert results(report) == {"unchanged": 35}
    assert Article.objects.count() == 35


def test_what_an_editor_touched_is_kept():
    run()
    Article.objects.filter(title="Soup Kitchen Moves").update(teaser="Rewritten by us.")
    report = run(TEXT.replace("The new room has a window.", "The new room has two windows."))
    assert results(report) == {"unchanged": 34, "edited": 1}
    assert Article.objects.get(title="Soup Kitchen Moves").teaser == "Rewritten by us."


def test_what_a_publisher_published_or_withdrew_is_kept():
    run()
    Article.objects.get(title="Home Visits Begin").publish()
    Article.objects.get(title="Soup Kitchen Moves").withdraw()
    before = everything()
    assert results(run()) == {"unchanged": 33, "edited": 2}
    assert everything() == before


def test_a_deleted_article_does_not_come_back():
    run()
    Article.objects.get(title="Soup Kitchen Moves").delete()
    assert results(run()) == {"unchanged": 34, "deleted": 1}
    assert not Article.objects.filter(title="Soup Kitchen Moves").exists()


def test_an_article_with_a_new_address_is_not_written_again():
    run()
    Article.objects.filter(title="Soup Kitchen Moves").update(slug="new-kitchen")
    run()
    assert slug_of("Soup Kitchen Moves") == "new-kitchen"
    assert Article.objects.count() == 35


def test_a_changed_item_changes_its_article():
    run()
    article = Article.objects.get(title="Soup Kitchen Moves")
    report = run(TEXT.replace("The new room has a window.", "The new room has two windows."))
    assert results(report) == {"unchanged": 34, "updated": 1}
    article.refresh_from_db()
    assert article.teaser.startswith("The new room has two windows.")
    assert article.history.count() == 2
    assert results(run()) == {"unchanged": 34, "updated": 1}


def test_a_corrected_title_is_the_same_article():
    run()
    before = Article.objects.get(title="Soup Kitchen Moves")
    text = TEXT.replace("Soup Kitchen Moves", "Soup Kitchen Moves House")
    assert results(run(text)) == {"unchanged": 34, "updated": 1}
    before.refresh_from_db()
    assert (before.title, before.slug) == ("Soup Kitchen Moves House", "soup-kitchen-moves")
    assert results(run(text)) == {"unchanged": 35}


def test_a_corrected_date_takes_its_flag_away():
    run()
    report = run(TEXT.replace("Novenber 20, 2014:", "November 20, 2014:"))
    assert results(report) == {"unchanged": 34, "updated": 1}
    assert not Flag.objects.filter(reason="month-misspelt", place="listing.txt:52").exists()
    assert Article.objects.get(title="New Way to Give by Telephone").history.count() == 1


def test_an_undated_item_that_gets_a_date_is_published():
    run()
    text = TEXT.replace("Home Visits Begin\n", "Home Visits Begin\n\u00a0 March 1, 2009:\n")
    assert results(run(text)) == {"unchanged": 34, "updated": 1}
    assert Article.objects.get(title="Home Visits Begin").state == "published"


def test_a_settled_flag_is_not_raised_again(django_user_model):
    run()
    editor = django_user_model.objects.create(email="editor@lfnkr.example")
    Flag.objects.get(place="listing.txt:52").settle(editor)
    run(TEXT.replace("round up the price", "round up the sum"))
    (flag,) = Article.objects.get(title="New Way to Give by Telephone").flags.all()
    assert flag.settled_by == editor


def test_news_at_the_top_move_the_places_of_all_flags():
    run()
    new = "Bell Rings Again\n\u00a0 December 1, 2014:\nIt rings at noon.\n\n"
    assert results(run(TEXT.replace("New Way to Give by", new + "New Way to Give by"))) == {
        "unchanged": 35,
        "created": 1,
    }
    assert (
        Flag.objects.get(reason="month-misspelt", note__contains="Novenber").place
        == "listing.txt:56"
    )
    assert Flag.objects.count() == 25


def test_an_item_that_left_the_file_is_kept_and_reported():
    run()
    start, end = TEXT.index("Soup Kitchen Moves"), TEXT.index("The mayor cuts")
    report = run(TEXT[:start] + TEXT[end:])
    assert [row.key for row in report.gone] == ["news: soup kitchen moves"]
    assert Article.objects.count() == 35


# All or nothing


def test_a_dry_run_reports_the_same_and_leaves_no_row():
    report = run(dry_run=True)
    assert results(report) == {"created": 35}
    assert everything() == [[], [], []]


def test_a_failure_in_the_middle_leaves_no_row(monkeypatch):
    monkeypatch.setattr(act, "CHUNK", 10)
    with pytest.raises(ListingError, match=r"listing\.txt:51: .*200 characters"):
        run(TEXT.replace("New Way to Give by Telephone", "Give " * 60))
    assert everything() == [[], [], []]


def test_progress_is_told_after_each_chunk(monkeypatch):
    monkeypatch.setattr(act, "CHUNK", 20)
    told = []
    run(progress=lambda *numbers: told.append(numbers))
    assert told == [(20, 35), (35, 35)]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_write_each_article_once():
    reports = []

    def import_and_hang_up():
        reports.append(results(run()))
        connection.close()

    threads = [Thread(target=import_and_hang_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reports, key=str) == [{"created": 35}, {"unchanged": 35}]


# The command


def test_the_command_reports_results_flags_left_out_lines_and_years():
    text = command(LISTING)
    assert "created: 35\n" in text
    assert "listing.txt:52  month-misspelt: " in text
    assert "listing.txt:5  “SITE MAP” stands before the first item" in text
    assert "published: 24 (2009: 3, 2010: 4, 2011: 6, 2012: 2, 2013: 3, 2014: 6)" in text
    assert "past highlights: 7 (2003: 2, 2004: 2, 2005: 3)" in text
    assert "drafts without a date: 4" in text


def test_the_command_names_what_it_kept():
    command(LISTING)
    Article.objects.filter(title="Soup Kitchen Moves").update(teaser="Rewritten by us.")
    Article.objects.get(title="Home Visits Begin").delete()
    text = command(LISTING)
    assert "kept: edited by staff: 1\n  listing.txt:83  Soup Kitchen Moves\n" in text
    assert "kept: deleted by staff: 1\n  listing.txt:167  Home Visits Begin\n" in text


def test_a_dry_run_of_the_command_says_so():
    assert "nothing was written" in command(LISTING, dry_run=True)
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF\x00", "not text"),
        ("Caf\u00e9".encode("latin-1"), "not UTF-8"),
        (TEXT.encode("utf-16"), "not UTF-8"),
        (b"<html><body>", "web page"),
        (TEXT[: len(TEXT) // 2].encode(), "truncated"),
        (b"Category Archives\n\nTel / Fax +81", "no dated item"),
        (TEXT.replace("Ladder Wanted", "Ladder " * 40).encode(), "200 characters"),
    ],
)
def test_a_bad_file_is_refused_with_one_sentence_and_nothing_written(tmp_path, content, sentence):
    file = tmp_path / "listing.txt"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refusal:
        command(file)
    assert str(refusal.value).endswith("Nothing was written.")
    assert "\n" not in str(refusal.value)
    assert everything() == [[], [], []]


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "none.txt")
    with pytest.raises(CommandError, match="is a folder"):
        command(tmp_path)


# The real archive


def test_the_real_listing_stands_in_the_newsroom_year_by_year(old_home_page):
    assert "created: 261\n" in command(old_home_page)
    assert by_year(Article.objects.published()) == {
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
    drafts = Article.objects.filter(state="draft")
    assert drafts.filter(date_precision="unknown").count() == 11
    assert by_year(drafts.highlights()) == {2005: 3, 2004: 4, 2003: 5, 2002: 4}
    assert Flag.objects.count() == 30


def test_a_second_run_of_the_real_listing_changes_nothing(old_home_page):
    command(old_home_page)
    before = everything()
    assert "unchanged: 261\n" in command(old_home_page)
    assert everything() == before


def test_the_real_undated_drafts_stand_in_the_order_of_the_listing(old_home_page):
    command(old_home_page)
    in_file = [item.title for item in read_listing(old_home_page).items if item.date is None]
    drafts = Article.objects.filter(dated_on=None).newest_first()
    assert [article.title for article in drafts] == in_file
