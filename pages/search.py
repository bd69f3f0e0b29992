"""The search page: everything public, in one list, best first."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from news.models import Article
from news.shelves import read_archive
from publishing.models import Synonyms
from publishing.search import (
    MOST_RANKED,
    Marker,
    build_query,
    find,
    load,
    read_terms,
    searchable_models,
    texts_of,
)

PAGE_SIZE = 20
# A word that nothing was found for is compared with the titles of so many newest articles.
TITLES_COMPARED = 2000


@require_safe
def search(request):
    """Show what was found, or help to ask better. At most ten queries."""
    question = Question(request.GET)
    aside = question.archive.aside()
    return render(request, "pages/search.html", {"question": question, "aside": aside})


@lru_cache(maxsize=64)
def _filters(archive, _language, **chosen):
    """Write the lists to choose from; `chosen` are the year, kind and category of a question."""
    return render_to_string(
        "pages/_filters.html", {"archive": archive, "kinds": Article.Kind, **chosen}
    )


@dataclass
class Hit:
    """A row with the words around what was asked for."""

    row: object
    title: str
    snippet: str


class Question:
    """What a visitor asked for, and what answers it. Reads the address alone."""

    def __init__(self, query):
        self.text = query.get("q", "").replace("\0", "").strip()[:200]
        self.year = (
            query.get("year", "")
            if re.fullmatch("(?!0000|9999)[0-9]{4}", query.get("year", ""))
            else ""
        )
        self.kind = query.get("kind", "") if query.get("kind") in Article.Kind.values else ""
        self.category = query.get("category", "")
        self.number = (
            int(query["page"]) if re.fullmatch("[1-9][0-9]{0,3}", query.get("page", "")) else 1
        )
        self.terms = read_terms(self.text)

    @property
    def filters(self):
        chosen = {"year": self.year, "kind": self.kind, "category": self.category}
        return _filters(self.archive, get_language(), **chosen)

    @cached_property
    def archive(self):
        return read_archive()

    @cached_property
    def synonyms(self):
        return Synonyms.objects.groups()

    @cached_property
    def found(self):
        """The hits of the asked page; none for an empty question. Two queries."""
        query = build_query(self.terms, self.synonyms)
        start = (self.number - 1) * PAGE_SIZE
        found = find(self.querysets(), query, start, PAGE_SIZE)
        if start and not found.hits:
            raise Http404
        return found

    def querysets(self):
        """Return what is searched: all that is public, or the articles that the filters let through."""
        if not self.is_filtered:
            return [model.objects.published() for model in searchable_models()]
        articles = Article.objects.published()
        if self.year:
            articles = articles.in_year(int(self.year))
        if self.kind:
            articles = articles.of_kind(self.kind)
        if self.category:
            tree = self.archive.tree
            category = tree.get(self.category)
            articles = articles.in_categories(tree.ids_below(category) if category else [])
        return [articles]

    @property
    def is_filtered(self):
        return bool(self.year or self.kind or self.category)

    @property
    def is_cut(self):
        """Whether more was found than is put into an order."""
        return self.found.total >= MOST_RANKED

    @property
    def hits(self):
        """Return the hits of the asked page, with their words marked. A query for each model."""
        return [
            Hit(row, self.marker.mark(row.title), self.marker.snippet(texts_of(row)))
            for row in load(self.found.hits)
        ]

    @cached_property
    def marker(self):
        return Marker(self.terms, self.synonyms)

    @property
    def better(self):
        """The address of the page before this one, or "" on the first."""
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def further(self):
        """The address of the page after this one, or "" on the last."""
        return self.address(self.number + 1) if self.number * PAGE_SIZE < self.found.total else ""

    def address(self, number):
        asked = {"q": self.text, "year": self.year, "kind": self.kind, "category": self.category}
        return "?" + urlencode({**{k: v for k, v in asked.items() if v}, "page": number})

    @property
    def is_too_common(self):
        """Whether only words were asked for that stand in nearly every text, like "the"."""
        return bool(self.terms) and self.marker.is_empty

    def suggestions(self):
        """Return words of titles that look like the asked ones; only worth it when nothing is found."""
        newest = Article.objects.published().newest_first().values_list("title_en", flat=True)
        words = {
            w for title in newest[:TITLES_COMPARED] for w in re.findall(r"\w{4,}", title.lower())
        }
        close = [get_close_matches(term.text, words, n=2, cutoff=0.75) for term in self.terms[:4]]
        return [word for matches in close for word in matches if word != self.text]
