"""The page of an article: its row, what stands in and around it, and what is written of them."""

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
from publishing.rows import Rows, given, in_all, revive, row_of
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
OF_PAGE = [*OF_ARTICLE, *OF_LEAD]
OF_PARTS = {  # of each part: what it holds, and what is told of that
    "categories": (Category, ["slug", *in_all("name")]),
    "tags": (Tag, ["slug", "name"]),
    "signatories": (Signatory, ["name", "affiliation"]),
    "photos": (Photo, OF_PHOTO),
    "documents": (Document, ["file", "size", *in_all("title")]),
    "follows": (Article, OF_LINK),
    "follow_ups": (Article, OF_LINK),
    "older": (Article, OF_LINK),
    "newer": (Article, OF_LINK),
}


class ArticlePage:
    """An article and what stands in and around it, and what is written of these rows: each once.

    Parts are lists of instances: categories, tags, signatories, photos, documents, follow_ups,
    related; and one or None: what it follows, the one before (older), the one after it (newer).
    """

    def __init__(self, article, texts):
        self.article = article
        self.parts = {
            part: [revive(model, row_of(names, text)) for text in texts[part]]
            for part, (model, names) in OF_PARTS.items()
        }
        self.parts["related"] = list(map(Listed, texts["related"]))
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
    return ArticlePage(article_with_photo(row_of(OF_PAGE, texts["article"][0])), texts)


def page_of(article):
    """Return the page of an article, public or not. One query."""
    return ArticlePage(article, PAGE.texts(article.slug))


def statement_of_page():
    published = Article.objects.published()
    this = Article.objects.filter(slug=given(2))
    pk, here = Subquery(this.values("pk")), Subquery(this.values("sort_on"))
    shelves = Article.categories.through.objects.filter(article=pk).values("category")
    earlier = Q(sort_on__lt=here) | Q(sort_on=here, pk__lt=pk)
    later = Q(sort_on__gt=here) | Q(sort_on=here, pk__gt=pk)
    older = published.filter(earlier, sort_on__lte=here).newest_first()[:1]
    newer = published.filter(later, sort_on__gte=here).order_by("sort_on", "pk")[:1]
    related = published.in_categories(shelves).exclude(pk=pk).newest_first()
    photos = Photo.objects.showable().filter(articlephoto__article=pk)
    documents = Document.objects.filter(articledocument__article=pk)
    parts = {
        "categories": Category.objects.filter(articles=pk),
        "tags": tags_of(pk),
        "signatories": Signatory.objects.filter(article=pk),
        "photos": photos.order_by("articlephoto__position", "articlephoto__pk"),
        "documents": documents.order_by("articledocument__position", "articledocument__pk"),
        "follows": published.filter(follow_ups=pk),
        "follow_ups": published.filter(follows=pk).newest_first(),
        "older": older,
        "newer": newer,
    }
    return {
        "article": (published.filter(slug=given(2)), OF_PAGE),
        "related": (related[:RELATED], OF_CARD),
        **{part: (rows, OF_PARTS[part][1]) for part, rows in parts.items()},
    }


PAGE = Rows(statement_of_page, "text")
