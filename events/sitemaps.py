"""What the sitemap lists of events: the page of each, and the lists."""

from django.urls import reverse

from .projection import tell
from .shelves import years_with_events


def pages_of(rows):
    """Return (path, languages it is written in, last change that readers see) of each event."""
    return [
        (told.get_absolute_url(), told.written_in, told.last_change)
        for told in tell(rows, programme=False)
    ]


def list_addresses():
    """Return the address of every list that holds something public. One query."""
    years = [reverse("events:year", args=[year]) for year in years_with_events()]
    return [reverse("events:index"), reverse("events:past"), *years]
