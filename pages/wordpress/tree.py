"""What a page of the old site becomes: a page in our tree, at the same words where they are free."""

from django.utils.translation import gettext as _

from pages.models import Page, PageDocument
from pages.wordpress.articles import Wanted
from pages.wordpress.fields import publication_of, teaser_of, title_of

LAST_POSITION = 32767
WRITTEN = [
    "title",
    "slug",
    "parent_id",
    "teaser",
    "body",
    "position",
    "state",
    "published_at",
    "lead_photo_id",
]


class Pages:
    """Makes pages, parents before their children, and tells what an import wrote into them."""

    model = Page
    written = WRITTEN

    def wanted(self, planned, item, text):
        """Return the page, not yet saved. Of its pictures it can show one."""
        state, published_at, doubts = publication_of(item)
        lead_photo = text.lead_photo()
        shown, left = (lead_photo, text.photos) if lead_photo else one_of(text.photos)
        page = Page(
            title=planned.title,
            slug=planned.slug,
            parent_id=planned.parent and planned.parent.row_id,
            teaser=teaser_of(item),
            body=Page._meta.get_field("body").sanitize(text.html),
            position=min(item.order, LAST_POSITION),
            state=state,
            published_at=published_at,
            lead_photo=shown,
        )
        flags = [*title_of(item)[1], *doubts, *text.flags]
        flags += [("picture-missing", _("%s; a page shows one") % photo) for photo in left]
        if item.parent and not planned.parent:
            flags.append(("parent-missing", ""))
        return Wanted(page, {"documents": [document.pk for document in text.documents]}, flags)

    def rows(self, ids):
        """Return {id: (page, parts)} of those that are still there. Two queries."""
        parts = {pk: {"documents": []} for pk in ids}
        documents = PageDocument.objects.filter(page__in=ids).order_by("position", "pk")
        for pk, document in documents.values_list("page_id", "document_id"):
            parts[pk]["documents"].append(document)
        return {pk: (row, parts[pk]) for pk, row in Page.objects.in_bulk(ids).items()}

    def connect(self, wanted):
        PageDocument.objects.bulk_create(
            PageDocument(page_id=w.row.pk, document_id=document, position=at)
            for w in wanted
            for at, document in enumerate(w.parts["documents"])
        )

    def disconnect(self, ids):
        PageDocument.objects.filter(page__in=ids).delete()

    def note_in_history(self, versions, connected):
        """Nothing: the history of a page has no parts."""


def one_of(photos):
    return (photos[0], photos[1:]) if photos else (None, [])
