"""Time every public page inside Django; prints JSON. Started by measure.py."""

import json
import statistics
import time

import django

django.setup()

from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from lfnkr.management.commands.seed_bulk import vocabulary  # noqa: E402
from news.models import Article, Category  # noqa: E402
from publishing.pagination import key_of  # noqa: E402
from publishing.sitemaps import ROWS_A_PART  # noqa: E402

ROUNDS = 20


def pages():
    """Return the addresses to measure: name -> address."""
    published = Article.objects.published().newest_first()
    count = published.count()
    middle = published[count // 2]
    deep = key_of(published[int(count * 0.4)], "sort_on")
    shelf = Category.objects.order_by("pk").first()
    word, other = vocabulary()[60:62]  # each in a tenth of all articles
    common, other_common = middle.title_en.lower().split()[-2:]
    return {
        "home": "/",
        "article": f"/news/{middle.slug}/",
        "news": "/news/",
        "news, 40 % deep": f"/news/?before={deep}",
        "year": f"/news/{middle.dated_on.year}/",
        "month": f"/news/{middle.dated_on:%Y/%m}/",
        "category": f"/news/category/{shelf.slug}/",
        "tag": "/news/tag/tag-0/",
        "kind": "/news/kind/report/",
        "highlights": "/news/highlights/",
        "feed": "/news/feed.atom",
        "sitemap": "/sitemap.xml",
        "sitemap, a part": f"/sitemap-articles-{(middle.pk - 1) // ROWS_A_PART + 1}.xml",
        "search, two words": f"/search/?q={word}+{other}",
        "search, two common words": f"/search/?q={common}+{other_common}",
        "search, Japanese": "/search/?q=%E9%9B%A3%E6%B0%91",
        "search, in 80 %": "/search/?q=refugees",
    }


def measure(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)  # before the log is emptied below
    assert response.status_code == 200, (address, response.status_code)
    times = []
    for _ in range(ROUNDS):
        reset_queries()
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    return {
        "address": address,
        "queries": count,
        "bytes": len(response.content),
        "rows": response.content.count(b"<article "),
        "best": min(times),
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
    }


client = Client()
measured = {name: measure(client, address) for name, address in pages().items()}
print(json.dumps({"pages": measured, "a primary key": Article.objects.first().pk}))
