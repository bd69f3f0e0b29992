"""The search page: everything public, in one list, best first."""

import re
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from news import shelves
from news.models import Article
from news.urls import Year
from publishing.models import Synonyms
from publishing.rows import Rows, in_all, row_of
from publishing.search import (
    MOST_RANKED,
    Marker,
    asked_words,
    build_query,
    find,
    fold,
    read_terms,
)

PAGE_SIZE = 20
# A word that nothing was found for is compared with the titles of so many newest articles.
TITLES_COMPARED = 2000


@require_safe
def search(request):
    """Show what was found, or help to ask better. Three queries, of which one is the page's frame."""
    question = Question(request.GET)
    aside = question.archive.aside()
    return render(request, "pages/search.html", {"question": question, "aside": aside})


@lru_cache(maxsize=64)
def _filters(archive, _language, **chosen):
    """Write the lists to choose from; `chosen` are the year, kind and category of a question."""
    return render_to_string(
        "pages/_filters.html", {"archive": archive, "kinds": Article.Kind, **chosen}
    )


TOLD_OF_SYNONYMS = ["words"]


def statement():
    return {"synonyms": (Synonyms.objects.all(), TOLD_OF_SYNONYMS), **shelves.statement()}


AROUND = Rows(statement)


class Question:
    """What a visitor asked for, and what answers it. Reads the address alone."""

    def __init__(self, query):
        self.text = query.get("q", "").replace("\0", "").strip()[:200]
        self.year = query.get("year", "") if re.fullmatch(Year.regex, query.get("year", "")) else ""
        self.kind = query.get("kind", "") if query.get("kind") in Article.Kind.values else ""
        self.asked_category = query.get("category", "")
        self.number = (
            int(query["page"]) if re.fullmatch("[1-9][0-9]{0,3}", query.get("page", "")) else 1
        )
        self.terms = read_terms(self.text)

    @property
    def filters(self):
        chosen = {"year": self.year, "kind": self.kind, "category": self.category}
        return _filters(self.archive, get_language(), **chosen)

    @cached_property
    def around(self):
        """The `Archive`, to choose from, and the synonyms. One query."""
        texts = AROUND.texts()
        words = [row_of(TOLD_OF_SYNONYMS, row)["words"] for row in texts.pop("synonyms")]
        return shelves.archive_of(**texts), Synonyms.groups_of(words)

    @property
    def archive(self):
        return self.around[0]

    @property
    def category(self):
        """The slug of the chosen category; "" of one that is not, or no longer, there."""
        known = self.asked_category and self.archive.tree.get(self.asked_category)
        return self.asked_category if known else ""

    @cached_property
    def words(self):
        """The words that are asked for, with all that staff have set equal to them."""
        return asked_words(self.terms, self.around[1])

    @cached_property
    def found(self):
        """The hits of the asked page; none for an empty question. One query."""
        query = build_query(self.terms, self.around[1])
        start = (self.number - 1) * PAGE_SIZE
        found = find(query, self.words, start, PAGE_SIZE, self.querysets())
        if start and not found.hits:
            raise Http404
        return found

    def querysets(self):
        """Return the articles that the filters let through, or without filters None, for all that is public."""
        if not self.is_filtered:
            return None
        articles = Article.objects.published()
        if self.year:
            articles = articles.in_year(int(self.year))
        if self.kind:
            articles = articles.of_kind(self.kind)
        if self.category:
            tree = self.archive.tree
            articles = articles.in_categories(tree.ids_below(tree.get(self.category)))
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
        """Return the HTML of each hit of the asked page, with its words marked."""
        return [hit.shown(self.marker) for hit in self.found.hits]

    @cached_property
    def marker(self):
        return Marker(self.words, self.found.stems)

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
        return self.marker.is_empty and not self.only_leaves_out

    @property
    def only_leaves_out(self):
        """Whether it is said what shall not be found, but not what shall."""
        return bool(self.terms) and all(term.excluded for term in self.terms)

    def suggestions(self):
        """Return questions in which a word is one of titles that looks like it, at most a few.

        Only worth it when nothing is found.
        """
        newest = Article.objects.published().newest_first().values_list(*in_all("title"))
        titles = " ".join(filter(None, chain.from_iterable(newest[:TITLES_COMPARED])))
        words = set(re.findall(r"\w{4,}|[가-힣]{2,}", fold(titles)))
        asked = [term.text for term in self.terms if not term.excluded][:4]
        left_out = {term.text for term in self.terms if term.excluded}
        return [
            re.sub(re.escape(text), word, fold(self.text), count=1)
            for text in asked
            for word in get_close_matches(text, words - left_out - {text}, n=2, cutoff=0.75)
        ]
