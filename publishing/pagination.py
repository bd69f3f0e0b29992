"""Pages of a long list at the same cost at its start and 40,000 rows deep.

A page begins where its neighbour ended, by key and not by number: no COUNT, no OFFSET. Rows are
ordered by a date and, within it, by id, both falling; the key in the address is `2012-07-23.181`.
"""

from dataclasses import dataclass
from datetime import date

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


def key_of(row, date_field):
    return f"{getattr(row, date_field).isoformat()}.{row.pk}"


def read_key(text):
    """Return (date, id); Http404 for what is no key."""
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError as error:
        raise Http404 from error


def paginate(queryset, query, *, date_field, size=PAGE_SIZE, fetch=list):
    """Return the `Page` that `query` (request.GET) asks for by `before` or `after`. One query.

    `fetch` makes a list of rows of a queryset; each has its id as `pk`, and the date field.
    """
    if "after" in query:
        return _newer_than(queryset, read_key(query["after"]), date_field, size, fetch)
    rows = queryset.order_by(f"-{date_field}", "-pk")
    if "before" in query:
        day, number = read_key(query["before"])
        rows = rows.filter(
            Q(**{f"{date_field}__lt": day}) | Q(**{date_field: day}, pk__lt=number),
            **{f"{date_field}__lte": day},  # says nothing new, but lets the index start here
        )
    rows = fetch(rows[: size + 1])
    older = _link("before", rows[size - 1], date_field) if len(rows) > size else ""
    newer = _link("after", rows[0], date_field) if rows and "before" in query else ""
    address = f"?before={query['before']}" if "before" in query else ""
    return Page(rows[:size], address=address, newer=newer, older=older)


def _newer_than(queryset, key, date_field, size, fetch):
    day, number = key
    rows = queryset.order_by(date_field, "pk").filter(
        Q(**{f"{date_field}__gt": day}) | Q(**{date_field: day}, pk__gt=number),
        **{f"{date_field}__gte": day},
    )
    rows = fetch(rows[: size + 1])
    more, rows = len(rows) > size, rows[:size][::-1]
    return Page(
        rows,
        address=f"?after={key[0].isoformat()}.{key[1]}",
        newer=_link("after", rows[0], date_field) if more else "",
        older=_link("before", rows[-1], date_field) if rows else "",
    )


def _link(direction, row, date_field):
    return f"?{direction}={key_of(row, date_field)}"
