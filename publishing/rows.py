"""Rows of several tables in one query, written once, and planned once by each connection.

Django takes ten times longer to write such a query than PostgreSQL takes to run it, and PostgreSQL
takes five times longer to plan it. So what stands around every page and in every article is fetched
by prepared statements.

The rows of a part come as one text with a row on each line, and a row as its values without their
names: an array of objects takes half as long again to write and to read.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.models import Func, TextField
from django.utils import timezone
from psycopg.sql import Literal

from .rich_text import RichTextField

GIVEN = -2_000_000_011  # stands for the id or the address that a query will be given; no row has it
GIVEN_DAY = date(1, 2, 3)  # the same for a day

PREPARED = WeakKeyDictionary()  # psycopg's connection -> names of the statements it knows


class Rows:
    """Several querysets, each as a list of rows; `build` returns {part: (queryset, names)}.

    A part may also be (SQL, parameters) that give one column without line breaks; `texts` returns
    it as it is.
    The querysets may use `published()`, whose moment is renewed each time, and filter by `GIVEN`
    or `GIVEN_DAY`, which is of the type `given`. A name may lead to a row of another table ("lead_photo__file").
    SQL may name several given values as $2, $3 ...; `given` then lists their types.
    """

    def __init__(self, build, given="bigint"):
        self.build = build
        self.given = given
        self.name = f"{build.__module__}_{build.__name__}".replace(".", "_")

    def texts(self, *given):
        """Return {part: rows as JSON, for `row_of`}. One query.

        What is made of rows alone may be kept by these texts. A given value may also be (SQL, parameters).
        """
        values = [
            value if isinstance(value, tuple) else ("%s", [value]) for value in given or [None]
        ]
        arguments = ", ".join(["%s", *(sql for sql, _ in values)])
        parameters = [timezone.now(), *(p for _, parameters in values for p in parameters)]
        with connection.cursor() as cursor:
            self.prepare(connection.connection)
            cursor.execute(f"EXECUTE {self.name} ({arguments})", parameters)
            return named(self.statement[0], cursor.fetchone())

    def prepare(self, session):
        """Let a connection know the statement, once: a session of the database, never a pooled one."""
        known = PREPARED.setdefault(session, set())
        if self.name not in known:
            types = f"(timestamptz, {self.given})"
            session.execute(f"PREPARE {self.name} {types} AS {self.statement[1]}")
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


def renewed(sql, parameters):
    """Return a statement that was written before, for the present moment."""
    now = timezone.now()
    return sql, [now if is_moment(parameter) else parameter for parameter in parameters]


def is_moment(parameter):
    """Tell the one moment that such a statement holds, that of `published()`."""
    return isinstance(parameter, datetime)


def written_out(parameter):
    """Return a parameter as SQL. Only what changes stays open: a plan must know all else."""
    if is_moment(parameter):
        return "$1"
    return (
        "$2" if str(parameter) in (str(GIVEN), str(GIVEN_DAY)) else Literal(parameter).as_string()
    )


def in_all(*fields):
    """Return the names of translated fields in every language of the site."""
    return [f"{field}_{code}" for field in fields for code, _name in settings.LANGUAGES]


class JSONValues(Func):
    """The values of a row as the text of a JSON array; Django's own makes a jsonb of it first."""

    template = "JSON_ARRAY(%(expressions)s NULL ON NULL RETURNING text)"
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
