"""The newsroom's lists, as far as something public stands in them."""

from django.urls import reverse

from .models import Article
from .shelves import categories_with_articles


def list_addresses():
    """Return the address of every list that holds something public. Four cheap queries."""
    return [
        reverse("news:index"),
        reverse("news:highlights"),
        *(reverse("news:kind", args=[kind]) for kind in Article.Kind.values),
        *(reverse("news:year", args=[year]) for year in Article.objects.published().years()),
        *(category.get_absolute_url() for category in categories_with_articles()),
    ]
