"""The years in which something was on."""

from django.db.models.functions import ExtractYear

from .models import Event


def years_with_events():
    """Return the years with a public event, the newest first. One query."""
    years = Event.objects.published().order_by().values_list(ExtractYear("starts_on"), flat=True)
    return sorted(years.distinct(), reverse=True)
