"""The page of an article: its row, what stands in and around it, and what is written of them."""

import json
from functools import cached_property, lru_cache

from django.db.models import Q, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.translator import translator
from taggit.models import Tag

from library.models import Document, Photo
from publishing.found import absolute, breadcrumbs, updated_at
from publishing.rows import GIVEN, Rows, in_all, revive
from publishing.search import SEARCH_COLUMNS

from . import found
from .listed import OF_CARD, OF_LEAD, OF_LINK, OF_PHOTO, Listed, article_with_photo
from .models import Article, Category, Signatory, tags_of

RELATED = 3
# A translated field is told in each language; its own column repeats one of them.
NOT_TOLD = {*SEARCH_COLUMNS, *translator.get_options_for_model(Article).fields}
OF_ARTICLE = [
    field.attname for field in Article._meta.concrete_fields if field.name not in NOT_TOLD
]


class ArticlePage:
    """An article and what stands in and around it, and what is written of these rows: each once.

    Parts are lists of instances: categories, tags, signatories, photos, documents, follow_ups,
    related; and one or None: what it follows, the one before (older), the one after it (newer).
    """

    def __init__(self, article, texts):
        self.article = article
        self.parts = {name: [REVIVED[name](text) for text in texts[name]] for name in REVIVED}
        for one in ("follows", "older", "newer"):
            self.parts[one] = self.parts[one][0] if self.parts[one] else None

    @cached_property
    def title(self):
        return self.article.title

    @cached_property
    def summary(self):
        return found.summary(self.article)

    @cached_property
    def links(self):
        """Where the page stands, and its translations."""
        path = self.article.get_absolute_url()
        return self.write("news/_article_links.html", path=path, address=absolute(path))

    @cached_property
    def told(self):
        """What search engines and those who share the link are told."""
        path = self.article.get_absolute_url()
        return self.write(
            "news/_article_told.html",
            path=path,
            summary=self.summary,
            changed_at=updated_at(self.article),
            linked=found.news_article(self.article),
            breadcrumbs=breadcrumbs(self.trail, self.title, path),
        )

    @cached_property
    def story(self):
        """All that stands between masthead and footer."""
        return self.write("news/_story.html", trail=self.trail, parts=self.parts)

    @property
    def trail(self):
        """The lists above it: name and address of each."""
        trail = [(_("News"), reverse("news:index"))]
        if self.article.dated_on:
            year = self.article.dated_on.year
            trail.append((year, reverse("news:year", args=[year])))
        return trail

    def write(self, template, **context):
        return render_to_string(template, {"article": self.article, **context})


def published_page(slug):
    """Return the page of the public article at an address, or None. One query.

    It depends on nothing but its rows and the language, so it is kept by these, like the entries
    of lists: it can never be out of date, only unused.
    """
    texts = PAGE.texts(slug)
    return _page(tuple(texts.items()), get_language()) if texts["article"] else None


@lru_cache(maxsize=200)
def _page(texts, _language):
    texts = dict(texts)
    return ArticlePage(article_with_photo(json.loads(texts["article"][0])), texts)


def page_of(article):
    """Return the page of an article, public or not. One query."""
    return ArticlePage(article, PAGE.texts(article.slug))


def statement_of_page():
    published = Article.objects.published()
    this = Article.objects.filter(slug=GIVEN)
    pk, here = Subquery(this.values("pk")), Subquery(this.values("sort_on"))
    shelves = Article.categories.through.objects.filter(article=pk).values("category")
    earlier = Q(sort_on__lt=here) | Q(sort_on=here, pk__lt=pk)
    later = Q(sort_on__gt=here) | Q(sort_on=here, pk__gt=pk)
    older = published.filter(earlier, sort_on__lte=here).newest_first()[:1]
    newer = published.filter(later, sort_on__gte=here).order_by("sort_on", "pk")[:1]
    related = published.in_categories(shelves).exclude(pk=pk).newest_first()[:RELATED]
    photos = Photo.objects.showable().filter(articlephoto__article=pk)
    documents = Document.objects.filter(articledocument__article=pk)
    return {
        "article": (published.filter(slug=GIVEN), OF_ARTICLE + OF_LEAD),
        "categories": (Category.objects.filter(articles=pk), ["slug", *in_all("name")]),
        "tags": (tags_of(pk), ["slug", "name"]),
        "signatories": (Signatory.objects.filter(article=pk), ["name", "affiliation"]),
        "photos": (photos.order_by("articlephoto__position", "articlephoto__pk"), OF_PHOTO),
        "documents": (
            documents.order_by("articledocument__position", "articledocument__pk"),
            ["file", "size", *in_all("title")],
        ),
        "follows": (published.filter(follow_ups=pk), OF_LINK),
        "follow_ups": (published.filter(follows=pk).newest_first(), OF_LINK),
        "older": (older, OF_LINK),
        "newer": (newer, OF_LINK),
        "related": (related, OF_CARD),
    }


def reviver(model):
    return lambda text: revive(model, json.loads(text))


REVIVED = {
    "categories": reviver(Category),
    "tags": reviver(Tag),
    "signatories": reviver(Signatory),
    "photos": reviver(Photo),
    "documents": reviver(Document),
    "follows": reviver(Article),
    "follow_ups": reviver(Article),
    "older": reviver(Article),
    "newer": reviver(Article),
    "related": Listed,
}
PAGE = Rows(statement_of_page, given="text")
