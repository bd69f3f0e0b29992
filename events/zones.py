"""Wall clocks: the time zone of an event, and what a clock change does to a time of day."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

IMPOSSIBLE, DOUBLE = "impossible", "double"


@cache
def zone_names():
    """Return the names a person would choose from: places, and UTC."""
    regions = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
               "Europe", "Indian", "Pacific")  # fmt: skip
    return ["UTC", *sorted(n for n in available_timezones() if n.partition("/")[0] in regions)]


def check_zone(name):
    if name not in zone_names():
        raise ValidationError(
            _(
                "“%(name)s” is no time zone. Write a continent and a city, like Asia/Tokyo,"
                " Asia/Seoul or America/New_York."
            )
            % {"name": name}
        )


class ZoneInput(forms.TextInput):
    """A field to type in that suggests the known zones, without a script."""

    def render(self, name, value, attrs=None, renderer=None):
        list_id = f"{name}-suggested"
        options = format_html_join("", '<option value="{}"></option>', ((n,) for n in zone_names()))
        field = super().render(name, value, (attrs or {}) | {"list": list_id}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


def at(day, time, zone):
    """Return the moment of a wall clock; of a doubled hour the first, of a skipped one that after."""
    moment = datetime.combine(day, time, tzinfo=ZoneInfo(zone))
    return moment if clock_change(day, time, zone) != IMPOSSIBLE else after_the_gap(moment)


def after_the_gap(moment):
    """Return what the clock shows instead of a time that it skips."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def clock_change(day, time, zone):
    """Return what a clock change makes of a time of day: IMPOSSIBLE, DOUBLE or None."""
    moment = datetime.combine(day, time, tzinfo=ZoneInfo(zone))
    if after_the_gap(moment).replace(tzinfo=None) != moment.replace(tzinfo=None):
        return IMPOSSIBLE
    return DOUBLE if moment.utcoffset() != moment.replace(fold=1).utcoffset() else None


def city(zone):
    """Return a zone as one reads it on a page: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")
