"""What stands around every page: menus, the NGO's address, links. One query, whatever there is."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from publishing.rows import Rows, in_all, revive, row_of

from .models import Link, Organisation, Page


@dataclass
class Entry:
    """A link in a menu. `lang` is set when its text is not of the page's language."""

    text: str
    address: str
    lang: str = ""
    kind: str = ""


@dataclass(eq=False)
class Furniture:
    """The rows in one language, and what is written of them alone: each part once."""

    organisation: Organisation = field(default_factory=Organisation)
    menu: list[Entry] = field(default_factory=list)
    footer: list[Entry] = field(default_factory=list)
    links: list[Entry] = field(default_factory=list)
    contact: Entry | None = None  # where one can write to us

    @cached_property
    def wordmark(self):
        return render_to_string("includes/_wordmark.html", {"furniture": self})

    @cached_property
    def search_box(self):
        return render_to_string("includes/_search.html")

    @cached_property
    def foot(self):
        return render_to_string("includes/_footer.html", {"furniture": self})

    def sections(self, path):
        """Write the main menu, in which the page at `path` is marked."""
        return _sections(self, path if path in [entry.address for entry in self.menu] else "")

    def masthead(self, path):
        """Write what stands above the page at `path`."""
        return _masthead(self, path)


@lru_cache(maxsize=64)
def _sections(furniture, here):
    return render_to_string("includes/_sections.html", {"furniture": furniture, "here": here})


@lru_cache(maxsize=200)
def _masthead(furniture, path):
    context = {"furniture": furniture, "sections": furniture.sections(path), "path": path}
    return render_to_string("includes/_masthead.html", context)


def furniture(request):
    """Give every template `furniture` and the `masthead` of its page.

    They are read when first used: what shows none costs no query.
    """
    ours = SimpleLazyObject(read_furniture)
    return {"furniture": ours, "masthead": SimpleLazyObject(lambda: ours.masthead(request.path))}


def read_furniture():
    """Return the present furniture. One query; what the rows say is worked out when they change."""
    texts = ROWS.texts()
    return _furniture(tuple(texts.items()), get_language())


@lru_cache(maxsize=8)
def _furniture(texts, _language):
    rows = {part: [row_of(TOLD[part], row) for row in rows] for part, rows in texts}
    ours = [revive(Organisation, row) for row in rows["organisation"]] or [Organisation()]
    pages = [(row, entry(row, "title", address_of(row))) for row in rows["pages"]]
    contact = [entry(row, "title", address_of(row)) for row in rows["contact"]]
    return Furniture(
        organisation=ours[0],
        menu=[link for row, link in pages if row["in_main_menu"]],
        footer=[link for row, link in pages if row["in_footer"]],
        links=[entry(row, "label", row["url"], row["kind"]) for row in rows["links"]],
        contact=contact[0] if contact else None,
    )


TOLD = {
    "organisation": [
        "telephone", "fax", "email", *in_all("name", "address", "representative"),
    ],
    "pages": ["path", "in_main_menu", "in_footer", *in_all("title")],
    "contact": ["path", *in_all("title")],
    "links": ["url", "kind", *in_all("label")],
}  # fmt: skip


def statement():
    published = Page.objects.published().order_by("position", "pk")
    rows = {
        "organisation": Organisation.objects.all(),
        "pages": published.filter(Q(in_main_menu=True) | Q(in_footer=True)),
        "contact": published.filter(has_contact_form=True)[:1],
        "links": Link.objects.order_by("position", "pk"),
    }
    return {part: (rows[part], names) for part, names in TOLD.items()}


ROWS = Rows(statement)


def address_of(row):
    return reverse("pages:page", args=[row["path"]])


def entry(row, name, address, kind=""):
    """Return the link in the page's language, or else in the first that its text is written in."""
    here = get_language()
    codes = [here, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES]
    code = next((code for code in codes if row[f"{name}_{code}"]), here)
    return Entry(row[f"{name}_{code}"] or "", address, "" if code == here else code, kind)
