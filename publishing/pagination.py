"""Pages of a long list at the same cost at its start and 40,000 rows deep.

A page begins where its neighbour ended, by key and not by number: no COUNT, no OFFSET. Rows are
ordered by a date and, within it, by id, both falling; the key in the address is `2012-07-23.181`.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.http import Http404

PAGE_SIZE = 20


@dataclass
class Page:
    """One page of rows, with the query strings of its own address and of its neighbours.

    An empty string means: the list's first page, no newer page, no older page.
    """

    rows: list
    address: str = ""
    newer: str = ""
    older: str = ""

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


class Place(NamedTuple):
    """Where a page of a list stands: at its start, or on one side of its neighbour's key."""

    direction: str = ""  # "before" or "after"
    day: date | None = None
    number: int = 0

    @classmethod
    def asked_for(cls, query):
        """Return the place that request.GET names by `before` or `after`; Http404 for no key."""
        for direction in ("after", "before"):
            if direction in query:
                return cls(direction, *read_key(query[direction]))
        return cls()

    @property
    def key(self):
        """What says where it stands; nothing at the list's start."""
        return (self.day, self.number) if self.direction else ()

    @property
    def address(self):
        return f"?{self.direction}={self.day.isoformat()}.{self.number}" if self.direction else ""

    def within(self, queryset, date_field, number_field="pk"):
        """Return the rows from here on, those nearest to the neighbour first."""
        if self.direction == "after":
            order, beyond = [date_field, number_field], "gt"
        else:
            order, beyond = [f"-{date_field}", f"-{number_field}"], "lt"
        rows = queryset.order_by(*order)
        if not self.direction:
            return rows
        return rows.filter(
            Q(**{f"{date_field}__{beyond}": self.day})
            | Q(**{date_field: self.day, f"{number_field}__{beyond}": self.number}),
            **{f"{date_field}__{beyond}e": self.day},  # says nothing new, but the index starts here
        )


def key_of(row, date_field):
    return f"{getattr(row, date_field).isoformat()}.{row.pk}"


def read_key(text):
    """Return (date, id); Http404 for what is no key."""
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError as error:
        raise Http404 from error


def paginate(queryset, query, *, date_field, size=PAGE_SIZE):
    """Return the `Page` that `query` (request.GET) asks for by `before` or `after`. One query."""
    place = Place.asked_for(query)
    return page_at(place, list(place.within(queryset, date_field)[: size + 1]), date_field, size)


def page_at(place, rows, date_field, size=PAGE_SIZE):
    """Return the `Page` of the rows that stand within a place: one more than are shown.

    Each has its id as `pk`, and the date field.
    """
    goes_on, rows = len(rows) > size, rows[:size]
    came_from = bool(rows and place.direction)
    if place.direction == "after":
        rows.reverse()
        newer, older = goes_on, came_from
    else:
        newer, older = came_from, goes_on
    return Page(
        rows,
        address=place.address,
        newer=f"?after={key_of(rows[0], date_field)}" if newer else "",
        older=f"?before={key_of(rows[-1], date_field)}" if older else "",
    )
