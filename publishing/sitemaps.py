"""What search engines may look at: public rows, in parts of at most 5,000 addresses.

A part is a range of ids, so the last one costs what the first costs and nothing is counted. Its
address stays the same for ever, and a part that did not change need not be fetched again.
"""

from xml.etree.ElementTree import Element

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from .found import absolute, alternates, languages_with, path_in, updated_at
from .xml_answers import XmlResponse, add

ADDRESSES_A_PART = 5_000
ROWS_A_PART = ADDRESSES_A_PART // len(settings.LANGUAGES)
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


# A large table needs an index on these two, in this order, to find the last change of each part.
PART = (F("id") - 1) / ROWS_A_PART + 1
LAST_CHANGE = Greatest("changed_at", "published_at")


def parts(model):
    """Return (number, last change) of each part that holds something public. One query."""
    of_part = model.objects.published().annotate(part=PART, last=LAST_CHANGE)
    newest = of_part.filter(part=RawSQL("n", [])).order_by("-last").values_list("last")[:1]
    sql, parameters = newest.query.sql_with_params()
    count = f"SELECT (max(id) - 1) / {ROWS_A_PART} + 1 FROM {model._meta.db_table}"  # noqa: S608
    parts = f"SELECT n, last FROM generate_series(1, ({count})) AS n, LATERAL ({sql}) AS newest"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{parts} (last) ORDER BY n", parameters)
        return cursor.fetchall()


def rows(model, number):
    """Return the public rows of a part."""
    last = number * ROWS_A_PART
    return model.objects.published().filter(pk__gt=last - ROWS_A_PART, pk__lte=last).order_by("pk")


def index(addresses):
    """Answer with the list of parts: (path, last change or None)."""
    root = Element("sitemapindex", {"xmlns": SCHEMA})
    for path, changed in addresses:
        _locate(add(root, "sitemap"), absolute(path), changed)
    return XmlResponse(root, "application/xml")


def part(pages):
    """Answer with one part: (path, languages it is written in, last change or None) of pages.

    The path is that in the present language; each translation has an entry and knows the others.
    """
    root = Element("urlset", {"xmlns": SCHEMA, "xmlns:xhtml": "http://www.w3.org/1999/xhtml"})
    for path, codes, changed in pages:
        others = alternates(path, codes)
        known = dict(others)
        for code in codes:
            url = add(root, "url")
            _locate(url, known.get(code) or absolute(path_in(code, path)), changed)
            for language, address in others:
                add(url, "xhtml:link", rel="alternate", hreflang=language, href=address)
    return XmlResponse(root, "application/xml")


def pages_of(rows, field):
    """Return rows as `part` wants them; `field` is the text without which a page is not there."""
    return [(row.get_absolute_url(), languages_with(row, field), updated_at(row)) for row in rows]


def _locate(element, address, changed):
    add(element, "loc", address)
    if changed:
        add(element, "lastmod", changed.isoformat(timespec="seconds"))
