"""The pages of what became of donations."""

from django.urls import reverse

from .usage.figures import years


def list_addresses():
    """Return the addresses that stand in all languages. Two queries."""
    of_years = [reverse("usage:year", args=[year]) for year in years()]
    return [reverse("usage:index"), *of_years, reverse("usage:columns"), reverse("wall:thanks")]
