"""Rows of several tables in one query, whose SQL is written once and then run again and again.

Django takes ten times longer to write such a query than PostgreSQL takes to run it, so what stands
around every page and in every article is fetched this way.
"""

import json
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import connection
from django.db.models.functions import JSONObject
from django.utils import timezone

GIVEN = -2_000_000_011  # stands for the id that a query will be given; no row has it


class Rows:
    """Several querysets, each as a list of dicts; `build` returns {part: (queryset, names)}.

    A part may also be (SQL, parameters) that give one column of JSON.
    The querysets may use `published()`, whose moment is renewed each time, and filter by `GIVEN`.
    A name may lead to a row of another table ("lead_photo__file").
    """

    def __init__(self, build):
        self.build = build

    def fetch(self, given=None):
        """Return {part: rows as dicts, in the order of their queryset}. One query."""
        return {part: list(map(json.loads, rows)) for part, rows in self.texts(given).items()}

    def texts(self, given=None):
        """Return {part: rows as JSON}. What is made of rows alone may be kept by these. One query."""
        parts, sql, parameters = self.statement
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(sql, [renewed(parameter, now, given) for parameter in parameters])
            lists = cursor.fetchone()
        return dict(zip(parts, map(tuple, lists), strict=True))

    @cached_property
    def statement(self):
        """The names of the parts, the SQL and its parameters; written when first used."""
        parts = self.build()
        each = [part if isinstance(part[0], str) else as_json(*part) for part in parts.values()]
        sql = "SELECT " + ", ".join(f"ARRAY({sql})" for sql, _parameters in each)
        return list(parts), sql, [p for _sql, parameters in each for p in parameters]


def in_all(*fields):
    """Return the names of translated fields in every language of the site."""
    return [f"{field}_{code}" for field in fields for code, _name in settings.LANGUAGES]


def as_json(queryset, names):
    row = JSONObject(**{name: name for name in names})
    return queryset.annotate(row=row).values_list("row").query.sql_with_params()


def renewed(parameter, now, given):
    if isinstance(parameter, datetime):
        return now  # the one moment in such a statement is that of `published()`
    return given if parameter == GIVEN else parameter


def revive(model, row, **others):
    """Return the instance that a row tells of; fields that it does not name are empty."""
    fields = {name: model._meta.get_field(name).to_python(value) for name, value in row.items()}
    return model(**fields, **others)
