"""Prepared statements: written once, known to each connection, right at every moment."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from factories import make_article

from news.parts import PAGE, published_page

pytestmark = pytest.mark.django_db


def known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [name for (name,) in cursor.fetchall()]


def test_a_connection_learns_a_statement_once(django_assert_num_queries):
    make_article(slug="boats")
    for _ in range(3):
        with django_assert_num_queries(1):
            assert published_page("boats").article.slug == "boats"
    assert known().count(PAGE.name) == 1


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_learns_it_anew():
    make_article(slug="boats")
    published_page("boats")
    connection.close()
    assert known() == []
    assert published_page("boats").article.slug == "boats"


def test_a_plan_fits_what_is_published_later(time_machine):
    time_machine.move_to("2026-03-01T00:00Z", tick=False)
    make_article(slug="later", published_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert published_page("later") is None
    time_machine.move_to("2026-03-02T00:00Z", tick=False)
    assert published_page("later").article.slug == "later"


def test_an_article_is_whole_and_its_text_is_safe():
    article = make_article(slug="boats", body="<p>Text &amp; more.</p>")
    read = published_page("boats").article
    assert str(read.body) == "<p>Text &amp; more.</p>" and hasattr(read.body, "__html__")
    for name in ("created_at", "changed_at", "published_at", "dated_on", "sort_on", "state"):
        assert getattr(read, name) == getattr(type(article).objects.get(), name)
