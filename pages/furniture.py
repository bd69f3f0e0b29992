"""What stands around every page: menus, the NGO's address, links. One query, whatever there is."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from publishing.rows import Rows, in_all, revive

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
    rows = ROWS.fetch()
    ours = [revive(Organisation, row) for row in rows["organisation"]] or [Organisation()]
    pages = [(row, entry(row, "title", address_of(row))) for row in rows["pages"]]
    return Furniture(
        organisation=ours[0],
        menu=[link for row, link in pages if row["in_main_menu"]],
        footer=[link for row, link in pages if row["in_footer"]],
        links=[entry(row, "label", row["url"], row["kind"]) for row in rows["links"]],
    )


def statement():
    about_us = ["telephone", "fax", "email", *in_all("name"), *in_all("address")]
    pages = Page.objects.published().filter(Q(in_main_menu=True) | Q(in_footer=True))
    return {
        "organisation": (Organisation.objects.all(), [*about_us, *in_all("representative")]),
        "pages": (
            pages.order_by("position", "pk"),
            ["path", "in_main_menu", "in_footer", *in_all("title")],
        ),
        "links": (Link.objects.order_by("position", "pk"), ["url", "kind", *in_all("label")]),
    }


ROWS = Rows(statement)


def address_of(row):
    return reverse("pages:page", args=[row["path"]])


def entry(row, name, address, kind=""):
    """Return the link in the page's language, or else in the first that its text is written in."""
    here = get_language()
    codes = [here, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES]
    code = next((code for code in codes if row[f"{name}_{code}"]), here)
    return Entry(row[f"{name}_{code}"] or "", address, "" if code == here else code, kind)
