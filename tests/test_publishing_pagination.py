"""Lists are paged by key: every row once, in order, forwards and backwards."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from factories import make_article

from news.models import Article
from publishing.pagination import paginate

pytestmark = pytest.mark.django_db


def make_days(counts):
    """Make as many articles per day as `counts` says; return their ids in the reader's order."""
    for day, count in enumerate(counts):
        for _ in range(count):
            make_article(dated_on=date(2012, 1, 1) + timedelta(days=day))
    return list(Article.objects.newest_first().values_list("pk", flat=True))


def walk(direction, query):
    """Follow a list's links to their end; return the ids of each page."""
    pages = []
    while query is not None:
        page = paginate(Article.objects.published(), query, date_field="sort_on", size=3)
        pages.append([row.pk for row in page])
        link = getattr(page, direction)
        query = dict([link.lstrip("?").split("=")]) if link else None
    return pages, page


@pytest.mark.parametrize("counts", [[1], [3], [4], [1, 5, 1], [7, 0, 2, 1], [2] * 5])
def test_walking_back_in_time_shows_every_row_once_in_order(counts):
    everything = make_days(counts)
    pages, _ = walk("older", {})
    assert [pk for page in pages for pk in page] == everything
    assert all(len(page) == 3 for page in pages[:-1])


def test_walking_forward_again_returns_to_the_newest():
    everything = make_days([4, 4])
    _, last = walk("older", {})
    pages, _ = walk("newer", dict([last.newer.lstrip("?").split("=")]))
    assert pages[-1][0] == everything[0]


def test_undated_rows_come_last():
    undated = make_article()
    dated = make_article(dated_on=date(2002, 1, 1))
    assert list(Article.objects.newest_first()) == [dated, undated]


@pytest.mark.parametrize("key", ["", "x", "2012-13-01.1", "2012-01-01", "2012-01-01.x"])
def test_a_key_that_is_none_is_not_found(key):
    with pytest.raises(Http404):
        list(paginate(Article.objects.published(), {"before": key}, date_field="sort_on"))


@pytest.mark.parametrize("query", [{}, {"before": "2012-01-05.9999999"}, {"after": "2011-01-01.1"}])
def test_a_page_costs_one_query_and_never_counts(django_assert_num_queries, query):
    make_days([5, 5])
    with django_assert_num_queries(1) as queries:
        paginate(Article.objects.published(), query, date_field="sort_on", size=3)
    assert "COUNT" not in queries[0]["sql"] and "OFFSET" not in queries[0]["sql"]
