"""Rows of several tables in one query, written once, and planned once by each connection.

Django takes ten times longer to write such a query than PostgreSQL takes to run it, and PostgreSQL
takes five times longer to plan it. So what stands around every page, in every article and in every list
is fetched by prepared statements.

The rows of a part come as one text with a row on each line, and a row as its values without their
names: an array of objects takes half as long again to write and to read.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.models import Func, TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from psycopg.sql import Literal

from .rich_text import RichTextField

PREPARED = WeakKeyDictionary()  # psycopg's connection -> names of the statements it knows


class Rows:
    """Several querysets, each as a list of rows; `build` returns {part: (queryset, names)}.

    A part may also be (SQL, parameters) that give one column without line breaks; `texts` returns
    it as it is.
    The querysets may use `published()`, whose moment is renewed each time, and filter by values that
    `texts` will be given, which are of these `types`: `given(2)`, `given(3)` and so on. A name may
    lead to a row of another table ("lead_photo__file").
    """

    def __init__(self, build, *types, name=""):
        self.build = build
        self.types = ("timestamptz", *types)
        self.name = (name or f"{build.__module__}_{build.__name__}").replace(".", "_")

    def texts(self, *values):
        """Return {part: rows as JSON, for `row_of`}. One query.

        What is made of rows alone may be kept by these texts. A value may also be (SQL, parameters).
        """
        each = [value if isinstance(value, tuple) else ("%s", [value]) for value in values]
        arguments = ", ".join(["%s", *(sql for sql, _ in each)])
        parameters = [timezone.now(), *(p for _, parameters in each for p in parameters)]
        with connection.cursor() as cursor:
            self.prepare(connection.connection)
            cursor.execute(f"EXECUTE {self.name} ({arguments})", parameters)
            return named(self.statement[0], cursor.fetchone())

    def prepare(self, session):
        """Let a connection know the statement, once: a session of the database, never a pooled one."""
        known = PREPARED.setdefault(session, set())
        if self.name not in known:
            types = ", ".join(self.types)
            session.execute(f"PREPARE {self.name} ({types}) AS {self.statement[1]}")
            known.add(self.name)

    @cached_property
    def statement(self):
        """The names of the parts and the SQL; written when first used."""
        parts = self.build()
        sql, parameters = together(parts)
        return list(parts), sql % tuple(map(written_out, parameters))


def texts_once(parts):
    """Return what `Rows.texts` would, of parts that are asked for too seldom to be prepared. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*together(parts))
        return named(parts, cursor.fetchone())


def named(parts, texts):
    """Return the rows of each part by its name."""
    rows = (() if text is None else tuple(text.split("\n")) for text in texts)
    return dict(zip(parts, rows, strict=True))


def together(parts):
    """Return SQL and parameters for one row with a text for each part, which has a row on each line."""
    each = [part if isinstance(part[0], str) else as_json(*part) for part in parts.values()]
    lines = ", ".join(
        f"(SELECT string_agg(line::text, E'\\n') FROM ({sql}) AS part(line))"  # noqa: S608 - SQL of our own
        for sql, _ in each
    )
    return f"SELECT {lines}", [p for _, parameters in each for p in parameters]


def given(number):
    """Stand in a queryset for a value that its statement will be given: the first is number 2."""
    return RawSQL(f"${number}", [])  # noqa: S611 - SQL of our own


def written_out(parameter):
    """Return a parameter as SQL. Only what changes stays open: a plan must know all else.

    The one moment that a statement holds is that of `published()`.
    """
    return "$1" if isinstance(parameter, datetime) else Literal(parameter).as_string()


def in_all(*fields):
    """Return the names of translated fields in every language of the site."""
    return [f"{field}_{code}" for field in fields for code, _name in settings.LANGUAGES]


class JSONValues(Func):
    """Up to a hundred values of a row as the text of a JSON array; Django's own makes jsonb first."""

    template = "json_build_array(%(expressions)s)::text"
    output_field = TextField()


def as_json(queryset, names):
    """Return SQL and parameters for the values of each row as JSON; `row_of` gives them their names."""
    return queryset.annotate(row=JSONValues(*names)).values_list("row").query.sql_with_params()


def row_of(names, text):
    """Return the dict of a row that was read as JSON."""
    return dict(zip(names, json.loads(text), strict=True))


def revive(model, row, **others):
    """Return the instance that a row tells of; fields that it does not name are empty."""
    fields = {name: value_of(model._meta.get_field(name), value) for name, value in row.items()}
    return model(**fields, **others)


def value_of(field, value):
    """Return a value of JSON as the database would hand it out."""
    value = (field.output_field if field.generated else field).to_python(value)
    if isinstance(field, RichTextField):
        return field.from_db_value(value, None, connection)  # marks it safe
    return value


@dataclass(frozen=True)
class Known:
    """What something is written of, known by what that says: so the text may be kept by it."""

    said: tuple
    content: object = field(compare=False)


def said_by(*rows):
    """Return all that was read of some rows, as what is written of them may be kept by.

    Also None, and what this function said of others.
    """
    return tuple(row if isinstance(row, tuple) else _said(row) for row in rows if row is not None)


def _said(row):
    return tuple(str(value) for name, value in vars(row).items() if name != "_state")
