"""The categories that the public may know of."""

from django.db.models import Value

from .models import Article, CategoryTree


def categories_with_articles(tree=None):
    """Return the categories that have public articles, or whose parts have some.

    A name alone may tell what nobody shall know, so no public page shows others. Two queries, one
    when the tree is given.
    """
    tree = tree or CategoryTree()
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
