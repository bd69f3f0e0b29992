"""The lists of articles: what is read for a page of each, and what is written of its rows."""

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from django.db.models import Subquery
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string
from django.utils.translation import get_language
from taggit.models import Tag

from publishing.found import absolute, breadcrumbs
from publishing.pagination import PAGE_SIZE, Place, page_at
from publishing.rows import Rows, given

from . import shelves
from .listed import Listed, statement_of_card, statement_of_rows
from .models import Article, Shelved


class ArticleList:
    """A list of articles, and what stands beside it: one query for a page of both.

    `choose` returns its queryset, of `Article` or of `Shelved`, in which `given(2)`, `given(3)` and
    so on stand for the values that `read` is given, of these `types`. Where a list is put together of
    several, `merged` makes SQL and parameters for all ids of one list's (id, day) and their order.
    """

    def __init__(self, name, choose, *types, beside=shelves.statement_of_years, merged=None):
        self.choose, self.beside, self.count = choose, beside, len(types)
        self.merged = merged
        self.rows = {
            side: Rows(partial(self.statement, side), *types, *key, name=f"news_{name}_{side}")
            for side, key in {"": (), "before": KEY, "after": KEY}.items()
        }

    def statement(self, side):
        place = Place(side, given(2 + self.count), given(3 + self.count))
        chosen = self.choose()
        number = "article" if chosen.model is Shelved else "pk"
        rows = place.within(chosen, "sort_on", number)[: PAGE_SIZE + 1]
        if self.merged:
            ids = self.merged(
                rows.values_list(number, "sort_on"), "ASC" if side == "after" else "DESC"
            )
        else:
            ids = rows.values(number).query.sql_with_params()
        return {"articles": statement_of_rows(ids, statement_of_card()), **self.beside()}

    def read(self, query, *values):
        """Return the `Page` of `Listed` that request.GET asks for, and the texts of what stands beside."""
        place = Place.asked_for(query)
        texts = self.rows[place.direction].texts(*values, *place.key)
        return page_at(place, list(map(Listed, texts.pop("articles"))), "sort_on"), texts


KEY = ("date", "numeric")  # of a neighbour: the visitor may have made up any number


def in_category():
    """Of one category; `in_all_below` asks for each."""
    return Shelved.objects.public().filter(category=RawSQL("below.id", []))


def in_all_below(rows, order):
    """Merge the lists of the category at a given address and of all its parts, each from its own start."""
    sql, parameters = rows.query.sql_with_params()
    return (
        f"""WITH RECURSIVE below(id) AS (
            SELECT id FROM news_category WHERE slug = $2
            UNION SELECT part.id FROM news_category part JOIN below ON part.parent_id = below.id
        )
        SELECT pk FROM (
            SELECT DISTINCT pk, day FROM below, LATERAL ({sql}) AS nearest(pk, day)
        ) AS found ORDER BY day {order}, pk {order} LIMIT {PAGE_SIZE + 1}""",  # noqa: S608 - SQL of our own
        parameters,
    )


def under_tag():
    tag = Tag.objects.filter(slug=given(2)).values("pk")
    return Shelved.objects.public().filter(tag=Subquery(tag))


NEWS = ArticleList("all", Article.objects.published, beside=shelves.statement)
YEAR = ArticleList(
    "year",
    lambda: Article.objects.published().in_year(given(2)),
    "int",
    beside=shelves.statement_of_months,
)
MONTH = ArticleList(
    "month", lambda: Article.objects.published().in_month(given(2), given(3)), "int", "int"
)
CATEGORY = ArticleList(
    "category", in_category, "text", beside=shelves.statement, merged=in_all_below
)
TAG = ArticleList("tag", under_tag, "text", beside=shelves.statement_of_tag)
KIND = ArticleList("kind", lambda: Article.objects.published().of_kind(given(2)), "text")
HIGHLIGHTS = ArticleList("highlights", lambda: Article.objects.published().highlights())


@dataclass(frozen=True)
class ListPage:
    """A part of a list at an address, and all that it is written of: so it is written once.

    Like the page of an article it can never be out of date, only unused. `trail` names the lists
    above it, each with its address; `months` and `feeds` are offered to go on from here.
    """

    language: str
    path: str
    heading: str
    articles: tuple
    query: str
    newer: str
    older: str
    trail: tuple
    aside: str
    months: tuple = ()
    feeds: tuple = ()

    @staticmethod
    def of(path, heading, part, trail, **around):
        """Return the page for a `Page` of `Listed` articles, as it stands in the present language."""
        rows = tuple(part.rows)
        neighbours = part.address, part.newer, part.older
        return known(ListPage(get_language(), path, heading, rows, *neighbours, trail, **around))

    @cached_property
    def links(self):
        """Where the page stands, its neighbours, translations and feeds."""
        return self.write("news/_list_links.html", address=absolute(self.path))

    @cached_property
    def told(self):
        """What search engines and those who share the link are told."""
        steps = breadcrumbs(self.trail, self.heading, self.path)
        return self.write("news/_list_told.html", breadcrumbs=steps)

    @cached_property
    def story(self):
        """All that stands between masthead and footer."""
        return self.write("news/_list.html")

    def write(self, template, **context):
        return render_to_string(template, {"page": self, **context})


@lru_cache(maxsize=200)
def known(page):
    """Return the equal page that was asked for before, if there was one, with what is written."""
    return page
