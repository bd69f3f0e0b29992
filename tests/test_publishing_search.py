"""Search finds what is public, in three languages, and shows where."""

import random

import pytest
from django.db import IntegrityError, transaction
from factories import make_article, make_category, make_user
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pages_factories import make_page, make_question

from news.models import Article
from pages import search as search_page
from pages.models import Question, SampleLetter
from publishing.models import Synonyms
from publishing.search import Marker, Term, asked_words, build_query, find, read_terms

pytestmark = pytest.mark.django_db


def found(text, **options):
    """Return the titles that a question finds, best first."""
    query = build_query(read_terms(text), **options)
    return [hit.title for hit in find(query, [], start=0, size=100).hits]


@pytest.mark.parametrize("asked", ["rescuing", "RESCUED", "rescue", "Ｒｅｓｃｕｅ"])
def test_english_is_found_by_its_stem(asked):
    make_article(title="A rescue at sea")
    assert found(asked) == ["A rescue at sea"]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("難民", "難民を救助した船"),
        ("船", "難民を救助した船"),
        ("救", "難民を救助した船"),
        ("ﾎﾞﾗﾝﾃｨｱ", "ボランティアの集い"),
        ("난민", "난민을 구조한 배"),
        ("배", "난민을 구조한 배"),
        ("rescue 難民", "rescue of 難民"),
    ],
)
def test_japanese_and_korean_are_found_without_blanks(asked, text):
    make_article(title="Found", body_ja=f"<p>{text}</p>")
    make_article(title="Other", body_ja="<p>何もない</p>")
    assert found(asked) == ["Found"]


def test_two_runs_make_no_phrase():
    make_article(title="Apart", teaser_ja="救 難民")
    assert found("救難") == []


def test_all_pairs_of_random_japanese_are_found_exactly_where_they_stand():
    """Against LIKE as the judge: nothing is missed and nothing is found too much."""
    letters, chance = "難民救助船北海道東京人", random.Random(7)
    texts = ["".join(chance.choices(letters, k=30)) for _ in range(60)]
    for text in texts:
        make_article(title=text, title_ja=text)
    for asked in ["".join(chance.choices(letters, k=n)) for n in (1, 2, 3, 4) for _ in range(8)]:
        assert set(found(asked)) == {text for text in texts if asked in text}, asked


def test_every_language_of_every_text_is_searched():
    make_article(title="One", title_ko="구출")
    make_article(title="Two", teaser_ja="救出")
    make_article(title="Three", body="<p>liberation</p>")
    assert found("구출") == ["One"]
    assert found("救出") == ["Two"]
    assert found("liberation") == ["Three"]


def test_markup_is_not_searched():
    make_article(body='<p><a href="https://hidden.example/">seen</a></p>')
    assert found("strong") == found("href") == []
    assert len(found("seen")) == 1


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_only_what_is_public_is_found(state):
    make_article(state, title="Hidden boats")
    assert found("boats") == []


def test_whoever_writes_the_search_knows():
    make_article(title="Boats")
    Article.objects.update(title_en="Trains")
    assert found("boats") == []
    assert len(found("trains")) == 1


def test_a_title_weighs_more_than_all_else_and_then_what_is_newest():
    make_article(title="In text", body="<p>rice</p>", dated_on="2019-01-01")
    make_article(title="Rice", dated_on="2001-01-01")
    make_article(title="In teaser", teaser="rice", dated_on="2018-01-01")
    make_article(title="Rice, rice!", dated_on="2002-01-01")
    assert found("rice") == ["Rice, rice!", "Rice", "In text", "In teaser"]


def test_a_title_with_more_of_the_words_comes_first():
    make_article(title="Boats", body="<p>rice</p>", dated_on="2019-01-01")
    make_article(title="Rice and boats", dated_on="2001-01-01")
    make_article(title="Neither", body="<p>rice on boats</p>", dated_on="2020-01-01")
    assert found("rice boats") == ["Rice and boats", "Boats", "Neither"]


def test_phrases_stand_together_and_exclusions_are_left_out():
    make_article(title="human rights in China")
    make_article(title="rights of a human in Laos")
    assert found('"human rights"') == ["human rights in China"]
    assert found("rights -china") == ["rights of a human in Laos"]


@pytest.mark.parametrize("asked", ["-china", "", "  ", "!!!", '""', "-"])
def test_a_question_without_a_word_asks_nothing(asked):
    assert build_query(read_terms(asked)) is None


def test_synonyms_find_one_another_in_every_spelling():
    Synonyms.objects.create(words="kotchebi, Kochebi,kkot-jebi, 꽃제비")
    for spelling in ("Kotchebi", "kochebi", "kkot-jebi"):
        make_article(title=spelling)
    make_article(title="Korean", title_ko="꽃제비 아이들")
    everything = {"Kotchebi", "kochebi", "kkot-jebi", "Korean"}
    for asked in ("kotchebi", "KOCHEBI", "kkot-jebi", "꽃제비"):
        assert set(found(asked, synonyms=Synonyms.objects.groups())) == everything


@pytest.mark.parametrize("words", ["", "one", "one,", " , ,", ",one"])
def test_synonyms_are_at_least_two(words):
    with pytest.raises(IntegrityError, match="at_least_two"), transaction.atomic():
        Synonyms.objects.create(words=words)


def test_a_beginning_is_found_only_when_asked_for():
    make_article(title="Orphans")
    assert found("orph") == []
    assert found("orph", prefix=True) == ["Orphans"]


def test_a_text_longer_than_a_vector_can_be_written_and_found():
    make_article(title="Long", body="<p>" + " ".join(f"word{n}" for n in range(200_000)) + "</p>")
    assert found("word1") == ["Long"]


@given(st.text(max_size=300))
@examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_question_breaks_the_search(asked):
    found(asked.replace("\0", ""))
    found(asked.replace("\0", ""), prefix=True)


# Snippets


def marked(asked, *texts):
    words = asked_words(read_terms(asked))
    stems = find(build_query(read_terms(asked)), words, start=0, size=1).stems
    return Marker(words, stems).snippet(texts)


@pytest.mark.parametrize(
    ("asked", "text", "shown"),
    [
        ("rescuing", "They rescued three.", "They <mark>rescued</mark> three."),
        ("country", "Two countries.", "Two <mark>countries</mark>."),
        ("難民", "北の難民を救う", "北の<mark>難民</mark>を救う"),
        ("-rescue three", "rescued three", "rescued <mark>three</mark>"),
        ("b", "<b>&", "&lt;<mark>b</mark>&gt;&amp;"),
        ("none", "Nothing here", "Nothing here"),
        ("war", "A warm warning of war.", "A warm warning of <mark>war</mark>."),
        ("law", "Lawyers know laws", "Lawyers know <mark>laws</mark>"),
        ("run", "Running runs", "<mark>Running</mark> <mark>runs</mark>"),
        ("1,995", "133 of 1995 or 1,995", "133 of 1995 or <mark>1</mark>,<mark>995</mark>"),
        ("donations", "One donor, a donation", "One donor, a <mark>donation</mark>"),
    ],
)
def test_a_snippet_marks_the_words_and_escapes_the_rest(asked, text, shown):
    assert marked(asked, text) == shown


def test_the_page_shows_marks_and_no_tags(client):
    make_article(title="A report", body="<p>Citizens&#39; help for rescued people.</p>")
    page = client.get("/search/?q=rescue").content.decode()
    assert "Citizens&#x27; help for <mark>rescued</mark> people." in page


@pytest.mark.parametrize(
    "asked",
    [
        "rice -2006年",
        "rice -LFNKR支援",
        '米 -"難民 条約"',
        "story -kotchebi",
        "story -“two kochebi”",
    ],
)
def test_whatever_is_left_out_is_left_out(asked):
    Synonyms.objects.create(words="kotchebi, kochebi, 꽃제비")
    groups = Synonyms.objects.groups()
    for text in ("rice of 2005", "米", "A story", "Rice in 2006年", "LFNKR支援 rice", "米 難民 条約",
                 "story of 꽃제비", "story of two kochebi"):  # fmt: skip
        make_article(title="Title", body=f"<p>{text}</p>")
    terms = read_terms(asked)
    hits = find(build_query(terms, groups), [], start=0, size=20).hits
    left_out = terms[-1].text.split()[-1]
    assert hits and all(left_out not in hit.row.body_en.casefold() for hit in hits)
    assert left_out != "kotchebi" or all("꽃제비" not in hit.row.body_en for hit in hits)


@pytest.mark.parametrize(
    "quoted", ['"winter clothing"', "“winter clothing”", "「winter clothing」"]
)
def test_every_kind_of_quotation_mark_makes_a_phrase(quoted):
    assert read_terms(quoted) == [Term("winter clothing")]


@pytest.mark.parametrize("asked", ["north korea story", "zzdprk story", '"north korea" story'])
def test_synonyms_of_several_words_stand_for_each_other_both_ways(asked):
    Synonyms.objects.create(words="North Korea, DPRK, zzdprk")
    groups = Synonyms.objects.groups()
    for text in ("A zzdprk story", "A story of North Korea", "A story of Korea"):
        make_article(title="Title", body=f"<p>{text}</p>")
    found = find(build_query(read_terms(asked), groups), [], start=0, size=9)
    assert {hit.row.body_en for hit in found.hits} == {
        "<p>A zzdprk story</p>", "<p>A story of North Korea</p>",
    }  # fmt: skip
    assert "zzdprk" in asked_words(read_terms(asked), groups)


def test_the_comma_behind_a_word_is_none_of_it():
    assert read_terms("kotchebi, (winter)! -rice. …") == [
        Term("kotchebi"), Term("winter"), Term("rice", excluded=True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["コッチェビ、꽃제비", "コッチェビ，꽃제비", " コッチェビ , 꽃제비,"]
)
def test_synonyms_are_parted_by_any_comma(typed):
    row = Synonyms(words=typed)
    row.full_clean()
    assert row.words == "コッチェビ, 꽃제비"


@pytest.mark.parametrize("asked", ["asylum", '"simply ask"', "亡命", "consul"])
def test_a_page_is_found_by_its_questions_and_its_letter(client, asked):
    page = make_page(slug="faq", title="Questions")
    make_question(
        page,
        question="Why not simply ask?",
        answer="<p>There is no asylum.</p>",
        question_ja="亡命",
    )
    SampleLetter.objects.create(page=page, subject_en="A letter", text_en="Dear consul,")
    assert "/faq/" in client.get("/search/", {"q": asked}).content.decode()
    Question.objects.all().delete()
    SampleLetter.objects.all().delete()
    assert "/faq/" not in client.get("/search/", {"q": asked}).content.decode()


def test_who_only_leaves_out_is_asked_for_a_word_to_find(client):
    page = client.get("/search/?q=-clothing").content.decode()
    assert "You say what shall not be found. Add a word that shall." in page


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        ("rescew boats", ["rescue boats"]),
        ("rescew -rescue", []),
        ("rescue zebra", []),
    ],
)
def test_a_suggestion_keeps_the_other_words_and_none_that_was_left_out(asked, suggested):
    make_article(title="A rescue")
    assert search_page.Question({"q": asked}).suggestions() == suggested


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [("구조데원", "구조대원"), ("難民支援体", "難民支援団体"), ("rescew", "rescue")],
)
def test_words_of_titles_are_suggested_in_every_language(asked, suggested):
    make_article(title="A rescue", title_ja="難民支援団体", title_ko="구조대원 소식")
    assert search_page.Question({"q": asked}).suggestions() == [suggested]


@pytest.mark.parametrize("asked", ["q=rice", "q=zzz", "q=%25"])
def test_a_category_that_is_gone_narrows_nothing_down(client, asked):
    make_article(title="Rice")
    response = client.get(f"/search/?{asked}&category=nope")
    assert response.status_code == 200
    assert ("Rice</a>" in response.content.decode() or "<mark>Rice</mark>" in
            response.content.decode()) == (asked == "q=rice")  # fmt: skip


def test_a_snippet_begins_before_the_first_hit():
    text = "word " * 100 + "boats " + "word " * 100
    snippet = marked("boats", text)
    assert snippet.startswith("… ") and snippet.endswith(" …")
    assert "<mark>boats</mark>" in snippet and len(snippet) < 300


def test_a_snippet_comes_from_the_language_in_which_it_was_found():
    assert marked("難民", "English text", "難民") == "<mark>難民</mark>"


# The page


def page(client, query=""):
    response = client.get(f"/search/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_filters_narrow_the_search(client):
    make_article(title="Boats of 2012", dated_on="2012-01-01", kind="report")
    make_article(title="Boats of 2013", dated_on="2013-01-01").categories.add(
        make_category("Asia", parent=make_category(slug="rescue"))
    )
    for query in ("year=2012", "kind=report"):
        assert "of 2012" in page(client, f"?q=boats&{query}")
        assert "of 2013</a>" not in page(client, f"?q=boats&{query}")
    assert "of 2013" in page(client, "?q=boats&category=rescue")
    assert "of 2012</a>" not in page(client, "?q=boats&category=rescue")


@pytest.mark.parametrize("query", ["year=x", "kind=x", "page=x", "page=0", "year=99999"])
def test_a_filter_that_is_none_is_left_aside(client, query):
    make_article(title="Boats")
    assert "One text was found" in page(client, f"?q=boats&{query}")


def test_a_misspelt_word_is_answered_with_one_that_stands_in_titles(client):
    make_article(title="Refugees arrive")
    assert '<a href="?q=refugees">refugees</a>' in page(client, "?q=refugess")


def test_words_that_stand_everywhere_are_answered_with_advice(client):
    make_article(title="The boats")
    assert "Add a rarer one" in page(client, "?q=the")


def test_a_very_common_word_ranks_the_newest_and_says_so(client, monkeypatch):
    monkeypatch.setattr("publishing.search.MOST_RANKED", 3)
    monkeypatch.setattr("pages.search.MOST_RANKED", 3)
    for year in range(2001, 2008):
        make_article(title=f"Rice in {year}", dated_on=f"{year}-01-01", kind="report")
    shown = page(client, "?q=rice&kind=report")
    assert "More than 3 texts were found" in shown
    assert "in 2007" in shown and "in 2004</a>" not in shown


def test_hits_are_paged_and_a_page_too_far_is_not_found(client):
    for number in range(21):
        make_article(title=f"Rice {number}")
    assert page(client, "?q=rice").count('class="entry"') == 20
    assert page(client, "?q=rice&page=2").count('class="entry"') == 1
    assert client.get("/search/?q=rice&page=3").status_code == 404


def test_what_was_typed_is_shown_escaped(client):
    shown = page(client, '?q="><b>x')
    assert "<b>x" not in shown and "&lt;b&gt;x" in shown


@pytest.mark.parametrize("asked", ["?q=rice", "?q=rice&year=2012"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same_however_much_is_found(
    client, django_assert_num_queries, count, asked
):
    for number in range(count):
        make_article(title=f"Rice {number}", dated_on="2012-01-01")
    with django_assert_num_queries(3):
        assert page(client, asked).count('class="entry"') == count


def test_a_search_result_is_kept_out_of_other_search_engines(client):
    assert '<meta name="robots" content="noindex">' in page(client, "?q=rice")


# The office


def listed(client, asked):
    response = client.get("/admin/news/article/", {"q": asked})
    return [row.title for row in response.context["cl"].result_list]


def test_editors_search_the_same_index_in_every_state(client):
    make_article("draft", title="A draft on rescue", body="<p>難民の話</p>")
    make_article(title="Boats")
    client.force_login(make_user("editor"))
    for asked in (
        "rescuing",
        "resc",
        "難民",
        '"draft on"',
        "rescue -boats",
        "-boats",
        "-boats -re",
    ):
        assert listed(client, asked) == ["A draft on rescue"], asked


def test_a_publisher_sets_words_equal_and_the_office_finds_both(client):
    make_article(title="Kotchebi")
    client.force_login(make_user("publisher"))
    refused = client.post("/admin/publishing/synonyms/add/", {"words": "kotchebi"})
    assert "Name at least two words" in refused.content.decode()
    client.post("/admin/publishing/synonyms/add/", {"words": "kotchebi, kkot-jebi"})
    assert listed(client, "kkot-jebi") == ["Kotchebi"]


def test_an_editor_does_not_set_words_equal(client):
    client.force_login(make_user("editor"))
    assert client.get("/admin/publishing/synonyms/add/").status_code == 403
