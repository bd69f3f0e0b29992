"""Articles as they stand in lists and on cards: rows, and what is written of them.

A list costs one query. What is written of a row depends on nothing but the row and the language,
so it is kept by these: it can never be out of date, only unused.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache

from django.db import connection
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string
from django.utils.translation import get_language

from library.models import Photo
from publishing.rows import as_json, in_all, revive, row_of

from .models import Article

OF_LINK = ["slug", *in_all("title")]
OF_PHOTO = [
    "file", "width", "height", "variant_widths", "credit", "is_withheld", *in_all("alt", "caption"),
]  # fmt: skip
OF_LEAD = [f"lead_photo__{name}" for name in ("id", *OF_PHOTO)]
OF_CARD = (
    *OF_LINK, "id", "kind", "dated_on", "date_precision", "is_highlight", "sort_on",
    *in_all("teaser"), *OF_LEAD,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """An article in a list, known by its row as JSON, which tells of `names`."""

    text: str
    names: tuple = OF_CARD

    @cached_property
    def row(self):
        return row_of(self.names, self.text)

    @property
    def pk(self):
        return self.row["id"]

    @property
    def sort_on(self):
        return date.fromisoformat(self.row["sort_on"])

    @property
    def year(self):
        return int(self.row["dated_on"][:4]) if self.row["dated_on"] else None

    @property
    def is_highlight(self):
        return self.row["is_highlight"]

    @property
    def article(self):
        """The article, with its lead photo and without what lists do not show."""
        return article_with_photo(dict(self.row))

    def entry(self):
        return written("news/_entry.html", self, get_language())

    def first_entry(self):
        """The entry at the top of a page, whose photo is asked for at once."""
        return written("news/_entry.html", self, get_language(), loading="eager")

    def card(self):
        return written("news/_card.html", self, get_language())

    def link(self):
        return written("news/_link.html", self, get_language())


def listed(queryset):
    """Return the articles of a queryset as `Listed`. One query."""
    return list(map(Listed, rows_of(queryset.values("pk"), statement_of_card())))


def rows_of(ids, row):
    """Return a row as JSON for each article whose id a queryset lists, in its order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*statement_of_rows(ids.query.sql_with_params(), row))
        return [text for (text,) in cursor.fetchall()]


def statement_of_rows(ids, row):
    """Return SQL and parameters for that; both are the same, of the ids and of what is `CHOSEN`."""
    (row, of_row), (chosen, of_chosen) = row, ids
    sql = f"SELECT ({row}) FROM ({chosen}) AS chosen(pk)"  # noqa: S608 - SQL of our own
    return sql, [*of_row, *of_chosen]


CHOSEN = RawSQL("chosen.pk", [])


@cache
def statement_of_card():
    """Return SQL and parameters for the card of a chosen article. Django takes its time for them."""
    return as_json(Article.objects.filter(pk=CHOSEN), OF_CARD)


def article_with_photo(row):
    """Return the article that a row tells of; a row without `OF_LEAD` tells of no photo."""
    if "lead_photo__id" not in row:
        return revive(Article, row)
    lead = {name.removeprefix("lead_photo__"): row.pop(name) for name in OF_LEAD}
    return revive(Article, row, lead_photo=revive(Photo, lead) if lead["id"] else None)


@lru_cache(maxsize=4000)
def written(template, listed, _language, **context):
    return render_to_string(template, {"article": listed.article, **context})
