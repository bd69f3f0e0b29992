"""Where everything of the old site will stand: decided before the first text is written.

So a link may point to a text further down in the file.
"""

from django.urls import reverse

from news.imported_articles import free_slugs
from news.models import Article
from pages.models import Page
from pages.models.tree import RESERVED
from pages.wordpress.fields import possible_slugs
from publishing.models import ImportedItem

CHUNK = 500  # slugs asked for in one query


def place(survey, source):
    """Give every planned item its address and the id of what an earlier import made of it.

    What staff deleted since has no address.
    """
    rows = ImportedItem.objects.filter(source=source)
    made = dict(rows.values_list("key", "object_id"))
    for planned in survey.plan:
        if planned:
            planned.row_id = made.get(planned.key)
    place_articles(survey.of_kind("article"))
    place_pages(survey.of_kind("page"))


def place_articles(articles):
    there = Article.objects.filter(pk__in=[a.row_id for a in articles if a.row_id])
    slugs = dict(there.values_list("pk", "slug"))
    new, promised = [a for a in articles if not a.row_id], set()
    for start in range(0, len(new), CHUNK):
        chunk = new[start : start + CHUNK]
        chosen = free_slugs([possible_slugs(a.item, a.title) for a in chunk], promised)
        for article, slug in zip(chunk, chosen, strict=True):
            article.slug = slug
            promised.add(slug)
    for article in articles:
        article.slug = article.slug or slugs.get(article.row_id, "")
        article.address = article.slug and reverse("news:article", args=[article.slug])


def place_pages(pages):
    """Put each page below the one it stood below; where parents form a circle, it is cut."""
    there = dict(Page.objects.values_list("pk", "path"))
    taken = set(there.values())
    for page in parents_first(pages):
        if page.parent and not page.parent.path:  # deleted by staff
            page.parent = None
        if page.row_id:
            page.path = there.get(page.row_id, "")
        else:
            page.path = free_path(page, taken)
            taken.add(page.path)
        page.slug = page.path.rpartition("/")[2]
        page.address = page.path and reverse("pages:page", args=[page.path])


def parents_first(pages):
    by_number = {page.item.id: page for page in pages if page.item.id}
    ordered = {}

    def put(page, below):
        parent = by_number.get(page.item.parent)
        if parent and parent not in below:
            page.parent = parent
            put(parent, [*below, parent])
        ordered.setdefault(page.key, page)

    for page in pages:
        if page.key not in ordered:
            put(page, [page])
    return ordered.values()


def free_path(page, taken):
    """Return the words of the page's address, the last one changed until nobody has them."""
    above = f"{page.parent.path}/" if page.parent else ""
    base, *further = possible_slugs(page.item, page.title)
    words, number = [base, *further[-1:]], 1
    while True:
        for word in words:
            if f"{above}{word}" not in taken and (above or word not in RESERVED):
                return f"{above}{word}"
        number += 1
        words = [f"{base}-{number}"]
