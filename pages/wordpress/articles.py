"""What a post becomes: an article with its categories, tags, photos and documents."""

from dataclasses import dataclass, field

from taggit.models import TaggedItem

from news.models import Article, ArticleDocument, ArticlePhoto
from pages.wordpress.fields import day_of, publication_of, teaser_of, title_of
from publishing.models import content_type_of

LONGEST_AUTHOR_LINE = 200
WRITTEN = [
    "kind",
    "title",
    "slug",
    "teaser",
    "body",
    "author_line",
    "dated_on",
    "date_precision",
    "is_highlight",
    "state",
    "published_at",
    "lead_photo_id",
]


@dataclass
class Wanted:
    """A row as the file has it now, with what belongs to it and what an editor should see."""

    row: object
    parts: dict[str, list[int]] = field(default_factory=dict)
    flags: list[tuple[str, str]] = field(default_factory=list)  # (reason, detail)


class Articles:
    """Makes articles, and tells what an import wrote into them."""

    model = Article
    written = WRITTEN

    def __init__(self, survey, categories, tags):
        self.authors, self.categories, self.tags = survey.head.authors, categories, tags

    def wanted(self, planned, item, text):
        """Return the article, not yet saved, that a post becomes."""
        day = day_of(item)
        state, published_at, doubts = publication_of(item)
        lead_photo = text.lead_photo()
        article = Article(
            kind=Article.Kind.NEWS,
            title=planned.title,
            slug=planned.slug,
            teaser=teaser_of(item),
            body=Article._meta.get_field("body").sanitize(text.html),
            author_line=self.authors.get(item.author, "")[:LONGEST_AUTHOR_LINE],
            dated_on=day,
            date_precision="day" if day else "unknown",
            is_highlight=item.is_sticky,
            state=state,
            published_at=published_at,
            lead_photo=lead_photo,
        )
        parts = {
            "categories": self.categories.of(item),
            "tags": self.tags.of(item),
            "photos": [photo.pk for photo in text.photos],
            "documents": [document.pk for document in text.documents],
        }
        return Wanted(article, parts, [*title_of(item)[1], *doubts, *text.flags])

    def rows(self, ids):
        """Return {id: (article, parts)} of those that are still there. Five queries."""
        parts = self.parts_of(ids)
        return {pk: (row, parts[pk]) for pk, row in Article.objects.in_bulk(ids).items()}

    def parts_of(self, ids):
        shelves = Article.categories.through.objects.filter(article__in=ids)
        tagged = TaggedItem.objects.filter(content_type=self.kind, object_id__in=ids)
        photos = ArticlePhoto.objects.filter(article__in=ids).order_by("position", "pk")
        documents = ArticleDocument.objects.filter(article__in=ids).order_by("position", "pk")
        parts = {pk: {"categories": [], "tags": [], "photos": [], "documents": []} for pk in ids}
        for name, pairs in {
            "categories": shelves.order_by("category_id").values_list("article_id", "category_id"),
            "tags": tagged.order_by("tag_id").values_list("object_id", "tag_id"),
            "photos": photos.values_list("article_id", "photo_id"),
            "documents": documents.values_list("article_id", "document_id"),
        }.items():
            for pk, part in pairs:
                parts[pk][name].append(part)
        return parts

    @property
    def kind(self):
        return content_type_of(Article)

    def connect(self, wanted):
        """Give articles their parts and return what stands on which shelf. Four queries."""
        shelves, photos, documents = Article.categories.through, ArticlePhoto, ArticleDocument
        rows = [(w.row.pk, w.parts) for w in wanted]
        on_shelves = shelves.objects.bulk_create(
            shelves(article_id=pk, category_id=c) for pk, parts in rows for c in parts["categories"]
        )
        TaggedItem.objects.bulk_create(
            TaggedItem(content_type=self.kind, object_id=pk, tag_id=t)
            for pk, parts in rows
            for t in parts["tags"]
        )
        photos.objects.bulk_create(
            photos(article_id=pk, photo_id=p, position=at)
            for pk, parts in rows
            for at, p in enumerate(parts["photos"])
        )
        documents.objects.bulk_create(
            documents(article_id=pk, document_id=d, position=at)
            for pk, parts in rows
            for at, d in enumerate(parts["documents"])
        )
        return on_shelves

    def disconnect(self, ids):
        Article.categories.through.objects.filter(article__in=ids).delete()
        TaggedItem.objects.filter(content_type=self.kind, object_id__in=ids).delete()
        ArticlePhoto.objects.filter(article__in=ids).delete()
        ArticleDocument.objects.filter(article__in=ids).delete()

    def note_in_history(self, versions, on_shelves):
        """Let the first version of each article know its categories too. One query."""
        version_of = {version.id: version for version in versions}
        note = Article.history.model.categories.model
        note.objects.bulk_create(
            note(
                history=version_of[shelf.article_id],
                id=shelf.pk,
                article_id=shelf.article_id,
                category_id=shelf.category_id,
            )
            for shelf in on_shelves
        )
