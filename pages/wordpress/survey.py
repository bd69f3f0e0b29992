"""The first look at an export: what is in it, what it will become, and what stays behind."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from pages.wordpress import reasons
from pages.wordpress.export import Item
from pages.wordpress.fields import title_of

BECOMES = {"post": "article", "": "article", "page": "page"}
NEVER_READ = ("trash", "auto-draft")


class LeftOut(NamedTuple):
    code: str
    line: int
    words: str

    @property
    def sentence(self):
        return reasons.LEFT_OUT[self.code]


@dataclass(slots=True, eq=False)
class Planned:
    """An item that becomes an article or a page, without its texts."""

    kind: str  # "article" or "page"
    key: str
    item: Item
    title: str
    slug: str = ""
    path: str = ""  # of a page: its slug below those above it
    address: str = ""  # its new one; none when staff deleted what an earlier import made
    row_id: int | None = None  # of what an import made of it
    parent: "Planned | None" = None


class Survey:
    """Reads the whole file once, so that nothing is written of a file that is not sound."""

    def __init__(self, export):
        self.export = export
        self.plan = []  # one Planned or None for each item, in the order of the file
        self.attachments = {}
        self.left_out = []
        self.comments = 0
        self.terms = {"categories": {}, "tags": {}}  # that stand at items, by slug or name
        self.authors = Counter()  # of texts, by login
        seen = Counter()
        for item in export.items():
            self.comments += item.comments
            self.plan.append(self.planned(item, seen))
        self.head = export.head

    def planned(self, item, seen):
        if left := self.reason_to_leave(item):
            self.left_out.append(LeftOut(left, item.line, f"{item.type} “{item.title}”"))
            return None
        if is_attachment(item):
            self.attachments[item.id or -item.line] = replace(item, content="")
            return None
        seen[item.key] += 1
        key = item.key if seen[item.key] == 1 else f"{item.key[:280]} ({seen[item.key]})"
        self.authors[item.author] += 1
        for name in self.terms:
            self.terms[name].update((term.slug or term.name, term) for term in getattr(item, name))
        bare = replace(item, content="", excerpt="")
        return Planned(BECOMES[item.type], key, bare, title=title_of(item)[0])

    def reason_to_leave(self, item):
        if item.status in NEVER_READ:
            return item.status
        if item.type in BECOMES or is_attachment(item):
            return None
        return item.type if item.type in reasons.LEFT_OUT else "type-unknown"

    def of_kind(self, kind):
        return [planned for planned in self.plan if planned and planned.kind == kind]

    def attached_to(self, item):
        """Return the numbers of the pictures that were uploaded while a text was written."""
        return self.by_parent.get(item.id, []) if item.id else []

    @cached_property
    def by_parent(self):
        found = {}
        for number, attachment in self.attachments.items():
            found.setdefault(attachment.parent, []).append(number)
        return found

    def unknown_authors(self):
        """Return (login, number of texts) of authors whose name the export does not tell."""
        unknown = {
            login: n for login, n in self.authors.items() if not self.head.authors.get(login)
        }
        return sorted(unknown.items())


def is_attachment(item):
    return item.type == "attachment" or (not item.type and bool(item.url))
