"""The newsroom's lists, as far as something public stands in them."""

from django.urls import reverse

from .models import Article
from .shelves import read_archive


def list_addresses():
    """Return the address of every list that holds something public. One cheap query."""
    archive = read_archive()
    return [
        reverse("news:index"),
        reverse("news:highlights"),
        *(reverse("news:kind", args=[kind]) for kind in Article.Kind.values),
        *(reverse("news:year", args=[year]) for year in archive.years),
        *(category.get_absolute_url() for category in archive.categories),
    ]
