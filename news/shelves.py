"""The years and categories in which something public stands. All of it costs one query.

A name alone may tell what nobody shall know, so no public page shows another.
"""

from functools import lru_cache

from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils.translation import get_language
from taggit.models import Tag

from publishing.rows import Rows, given, in_all, revive, row_of

from .models import Article, Category, CategoryTree, Shelved

TOLD_OF_CATEGORY = ["id", "slug", "parent_id", "newest", *in_all("name")]
TOLD_OF_TAG = ["id", "slug", "name"]


def read_archive():
    """Return the present `Archive`. One query."""
    return archive_of(**ROWS.texts())


def statement():
    here = Shelved.objects.public().filter(category=OuterRef("pk")).newest_first()
    categories = Category.objects.annotate(newest=Subquery(here.values("article")[:1]))
    return {"categories": (categories, TOLD_OF_CATEGORY), **statement_of_years()}


def statement_of_years():
    return {"years": Article.objects.published().statement_of_years()}


def statement_of_months():
    """The months of a given year as well."""
    months = Article.objects.published().statement_of_months(given(2))
    return {**statement_of_years(), "months": months}


def statement_of_tag():
    """The tag at a given address as well."""
    return {**statement_of_years(), "tag": (Tag.objects.filter(slug=given(2)), TOLD_OF_TAG)}


ROWS = Rows(statement)


class Archive:
    """What the public may know of the newsroom's shelves.

    `years` stand newest first; `tree` has all categories, to look them up; `categories` those that
    may be shown: with public articles, or with parts that have some.
    """

    def __init__(self, categories, years):
        self.years = years[::-1]
        filled = {row["id"] for row in categories if row.pop("newest")}
        self.tree = CategoryTree(revive(Category, row) for row in categories)
        shown = {c for pk in filled for c in self.tree.path_to(self.tree.by_id[pk])}
        self.categories = [c for c in self.tree.by_id.values() if c in shown]

    def below(self, parent_id):
        """Return the categories right below another, or with None the widest."""
        return tuple(c for c in self.categories if c.parent_id == parent_id)

    def aside(self, **shown):
        """Write the column beside a list: `year` and `kind` are marked, `categories` are named."""
        return _aside(self, get_language(), **shown)


def tag_of(row):
    """Return the tag that a row as JSON tells of."""
    return revive(Tag, row_of(TOLD_OF_TAG, row))


@lru_cache(maxsize=4)
def archive_of(years, categories=()):
    """Return the `Archive` that rows as JSON tell of."""
    return Archive([row_of(TOLD_OF_CATEGORY, row) for row in categories], list(map(int, years)))


@lru_cache(maxsize=256)
def _aside(archive, _language, year=None, kind=None, categories=()):
    context = {
        "years": archive.years,
        "shown_year": year,
        "kinds": Article.Kind,
        "shown_kind": kind,
        "categories": categories,
    }
    return render_to_string("news/_archive.html", context)
