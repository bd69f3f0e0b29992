"""An article for its page, and what stands in and around it there: one query for each."""

import json

from django.db.models import Q, Subquery
from taggit.models import Tag, TaggedItem

from library.models import Document, Photo
from publishing.rows import GIVEN, Rows, in_all, revive

from .listed import OF_CARD, OF_LEAD, OF_LINK, OF_PHOTO, Listed, article_with_photo
from .models import Article, Category, Signatory

RELATED = 3
OF_ARTICLE = [field.attname for field in Article._meta.concrete_fields if field.name != "search"]


def published_article(slug):
    """Return the public article at an address, with its lead photo, or None. One query."""
    found = ARTICLE.fetch(slug)["article"]
    return article_with_photo(found[0]) if found else None


def statement_of_article():
    return {"article": (Article.objects.published().filter(slug=GIVEN), OF_ARTICLE + OF_LEAD)}


ARTICLE = Rows(statement_of_article, given="text")


def parts_of(article):
    """Return {part: instances} of an article: categories, tags, signatories, photos, documents,
    follow_ups, related; and one or None: what it follows, the one before (older), after it (newer).

    One query.
    """
    texts = PARTS.texts(article.pk)
    parts = {name: [REVIVED[name](text) for text in rows] for name, rows in texts.items()}
    for one in ("follows", "older", "newer"):
        parts[one] = parts[one][0] if parts[one] else None
    return parts


def statement_of_parts():
    published = Article.objects.published()
    here = Subquery(Article.objects.filter(pk=GIVEN).values("sort_on")[:1])
    shelves = Article.categories.through.objects.filter(article=GIVEN).values("category")
    tagged = TaggedItem.objects.filter(
        content_type__app_label="news", content_type__model="article"
    )
    earlier = Q(sort_on__lt=here) | Q(sort_on=here, pk__lt=GIVEN)
    later = Q(sort_on__gt=here) | Q(sort_on=here, pk__gt=GIVEN)
    older = published.filter(earlier, sort_on__lte=here).newest_first()[:1]
    newer = published.filter(later, sort_on__gte=here).order_by("sort_on", "pk")[:1]
    related = published.in_categories(shelves).exclude(pk=GIVEN).newest_first()[:RELATED]
    photos = Photo.objects.filter(articlephoto__article=GIVEN)
    documents = Document.objects.filter(articledocument__article=GIVEN)
    return {
        "categories": (Category.objects.filter(articles=GIVEN), ["slug", *in_all("name")]),
        "tags": (
            Tag.objects.filter(pk__in=tagged.filter(object_id=GIVEN).values("tag")).order_by(
                "name"
            ),
            ["slug", "name"],
        ),
        "signatories": (Signatory.objects.filter(article=GIVEN), ["name", "affiliation"]),
        "photos": (photos.order_by("articlephoto__position", "articlephoto__pk"), OF_PHOTO),
        "documents": (
            documents.order_by("articledocument__position", "articledocument__pk"),
            ["file", "size", *in_all("title")],
        ),
        "follows": (published.filter(follow_ups=GIVEN), OF_LINK),
        "follow_ups": (published.filter(follows=GIVEN).newest_first(), OF_LINK),
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
PARTS = Rows(statement_of_parts)
