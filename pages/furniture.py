"""What stands around every page: menus, the NGO's address, links. One query, whatever there is."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .models import Link, Organisation, Page


@dataclass
class Entry:
    """A link in a menu. `lang` is set when its text is not of the page's language."""

    text: str
    address: str
    lang: str = ""
    kind: str = ""


@dataclass
class Furniture:
    organisation: Organisation = field(default_factory=Organisation)
    menu: list[Entry] = field(default_factory=list)
    footer: list[Entry] = field(default_factory=list)
    links: list[Entry] = field(default_factory=list)


def furniture(request):
    """Give every template `furniture`, read when first used: what shows none costs no query."""
    return {"furniture": SimpleLazyObject(read_furniture)}


def read_furniture():
    found = Furniture()
    for row in _fetch():
        if row["table"] == "organisation":
            found.organisation = Organisation(**{name: row[name] for name in ("id", *ABOUT_US)})
        elif row["table"] == "link":
            found.links.append(_entry(row, "label", row["url"], row["kind"]))
        else:
            _add_page(found, row)
    return found


def _in_every_language(name):
    return [f"{name}_{code}" for code, _language in settings.LANGUAGES]


ABOUT_US = [
    *_in_every_language("name"),
    *_in_every_language("address"),
    *_in_every_language("representative"),
    "telephone",
    "fax",
    "email",
]


def _fetch():
    """Return the rows of all three tables, in the order of the office's choice. One query."""
    statement, parameters = _statement()
    now = timezone.now()
    with connection.cursor() as cursor:
        # The only moment in the statement is the one of `published()`.
        cursor.execute(statement, [now if isinstance(p, datetime) else p for p in parameters])
        found = [json.loads(row) for (row,) in cursor.fetchall()]
    return sorted(found, key=lambda row: (row["position"], row["id"]))


@cache
def _statement():
    """Return SQL and parameters, made once: that costs ten times what running them does."""
    pages = Page.objects.published().filter(Q(in_main_menu=True) | Q(in_footer=True))
    ours = _values("organisation", Organisation.objects.all(), *ABOUT_US, position=Value(0))
    rows = ours.union(
        _values("link", Link.objects.all(), *_in_every_language("label"), "kind", "url"),
        _values("page", pages, *_in_every_language("title"), "path", "in_main_menu", "in_footer"),
        all=True,
    )
    return rows.query.sql_with_params()


def _values(table, rows, *names, position="position"):
    facts = {"table": Value(table), "id": "id", "position": position}
    return rows.order_by().values_list(JSONObject(**facts, **{name: name for name in names}))


def _add_page(found, row):
    entry = _entry(row, "title", reverse("pages:page", args=[row["path"]]))
    if row["in_main_menu"]:
        found.menu.append(entry)
    if row["in_footer"]:
        found.footer.append(entry)


def _entry(row, name, address, kind=""):
    """Return the link in the page's language, or else in the first that its text is written in."""
    here = get_language()
    codes = [here, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES]
    code = next((code for code in codes if row[f"{name}_{code}"]), here)
    return Entry(row[f"{name}_{code}"] or "", address, "" if code == here else code, kind)
