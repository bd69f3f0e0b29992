"""The newsroom's lists, as far as something public stands in them."""

from django.db.models import Value
from django.urls import reverse

from .models import Article, CategoryTree


def list_addresses():
    """Return the address of every list that holds something public. Four cheap queries."""
    return [
        reverse("news:index"),
        reverse("news:highlights"),
        *(reverse("news:kind", args=[kind]) for kind in Article.Kind.values),
        *(reverse("news:year", args=[year]) for year in Article.objects.published().years()),
        *(category.get_absolute_url() for category in categories_with_articles()),
    ]


def categories_with_articles():
    """Return the categories that have public articles, or whose parts have some."""
    tree = CategoryTree()
    filled = {
        wider.pk for pk in _ids_with_articles(tree.by_id) for wider in tree.path_to(tree.by_id[pk])
    }
    return [category for pk, category in tree.by_id.items() if pk in filled]


def _ids_with_articles(ids):
    """Look for one article per category, instead of going through all of them."""
    if not ids:
        return []
    one_each = [
        Article.objects.published().in_categories([pk]).order_by().values_list(Value(pk))[:1]
        for pk in ids
    ]
    return [pk for (pk,) in one_each[0].union(*one_each[1:], all=True)]
