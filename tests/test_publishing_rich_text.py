"""Rich text is clean in the database, whoever wrote it."""

import pytest
from django.db import connection
from django.utils.safestring import SafeString
from factories import make_article

from news.models import Article
from publishing.rich_text import plain

pytestmark = pytest.mark.django_db
DIRTY = '<p onclick="x()">Rice<script>alert(1)</script></p><h1>No</h1><img src="https://e.example/a.png">'
CLEAN = "<p>Rice</p>No"


def stored(column="body_en"):
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from news_article")
        return cursor.fetchone()[0]


def test_create_cleans():
    make_article(body=DIRTY)
    assert stored() == CLEAN


def test_update_cleans():
    make_article()
    Article.objects.update(body_en=DIRTY)
    assert stored() == CLEAN


def test_bulk_create_cleans():
    Article.objects.bulk_create(
        [Article(title="A", slug="a", body=DIRTY, date_precision="unknown")]
    )
    assert stored() == CLEAN


def test_bulk_update_cleans():
    article = make_article()
    article.body_en = DIRTY
    Article.objects.bulk_update([article], ["body_en"])
    assert stored() == CLEAN


@pytest.mark.parametrize("column", ["body_ja", "body_ko"])
def test_every_language_is_cleaned(column):
    make_article(**{column: DIRTY})
    assert stored(column) == CLEAN


def test_history_is_clean_too():
    article = make_article(body=DIRTY)
    assert article.history.get().body_en == CLEAN


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p style="position:fixed">x</p>',
        "<iframe src='https://e.example'></iframe>",
        "<p><svg onload=alert(1)></svg></p>",
    ],
)
def test_nothing_that_runs_or_covers_survives(html):
    make_article(body=html)
    assert not {"javascript", "style=", "<iframe", "<svg", "onload"} & set(stored().split())
    assert "javascript" not in stored() and "style" not in stored() and "<svg" not in stored()


def test_text_from_the_database_is_safe_to_show():
    make_article(body="<p>Rice &amp; clothes</p>")
    assert isinstance(Article.objects.get().body, SafeString)


def test_what_the_editor_can_write_survives():
    html = (
        '<h2>Rice</h2><p><strong>Two</strong> <em>tons</em><br><a href="https://e.example/" '
        'rel="noopener">more</a></p><ul><li><p>one</p></li></ul><blockquote><p>said</p></blockquote>'
        "<table><tbody><tr><th><p>kg</p></th><td><p>2,000</p></td></tr></tbody></table>"
    )
    make_article(body=html)
    for part in (
        "<h2>Rice</h2>",
        "<strong>",
        "<em>",
        "<br>",
        "<ul><li>",
        "<blockquote>",
        "<th>",
        "<td>",
    ):
        assert part in stored()
    assert 'href="https://e.example/"' in stored()


def test_plain_keeps_words_of_neighbouring_blocks_apart():
    assert plain("<p>Two tons</p><p>of <b>rice</b></p>") == "Two tons of rice"
