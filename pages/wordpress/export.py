"""A WordPress export (WXR 1.0 to 1.2), read as a stream: one item in memory at a time."""

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from pages.wordpress.file import CleanLines, ExportError, opened
from publishing.rich_text import plain

VERSIONS = ("1.0", "1.1", "1.2")
NAMESPACES = {
    "wp": re.compile(r"https?://(www\.)?wordpress\.org/export/1\.\d/?"),
    "excerpt": re.compile(r"https?://(www\.)?wordpress\.org/export/1\.\d/excerpt/?"),
    "content": re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?"),
    "dc": re.compile(r"https?://purl\.org/dc/elements/1\.1/?"),
}
# What the parser says of a file that ends too early.
CUT_OFF = {
    errors.codes[reason]
    for reason in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_PARTIAL_CHAR,
    )
}
KEPT_META = {"_thumbnail_id", "_wp_attached_file", "_wp_attachment_image_alt"}


class Term(NamedTuple):
    """A category or tag; `parent` is the slug of another (in WXR 1.0, its name)."""

    slug: str
    name: str
    parent: str = ""
    id: int | None = None


@dataclass(slots=True)
class Item:
    """An item as the file holds it; what it lacks is empty."""

    line: int
    last_line: int
    id: int | None
    type: str
    title: str
    slug: str
    status: str
    link: str
    guid: str
    author: str
    password: str
    date: str
    date_gmt: str
    parent: int | None
    order: int
    is_sticky: bool
    url: str  # of an attachment's file
    excerpt: str
    content: str
    categories: list[Term]
    tags: list[Term]
    meta: dict[str, str]
    comments: int

    @property
    def key(self):
        """Name the item within its site: by its number, else by an address, else by its title."""
        return f"{self.type} {self.id or self.guid or self.link or self.title}"[:300]


@dataclass
class Head:
    """What an export says of the whole site."""

    version: str = ""
    homes: list[str] = field(default_factory=list)  # addresses of the old site
    authors: dict[str, str] = field(default_factory=dict)  # login -> name as readers saw it
    categories: list[Term] = field(default_factory=list)
    tags: list[Term] = field(default_factory=list)


class Export:
    """One export file. `items()` may be called again and again; each call reads the file anew."""

    def __init__(self, path):
        self.path = path
        self.head = Head()
        self.lines = None

    def items(self):
        """Yield every `Item`; ExportError with its line when the file is not sound to its end."""
        self.head = Head()
        with opened(self.path) as file:
            self.lines = CleanLines(file)
            try:
                yield from self.parsed()
            except ParseError as error:
                raise ExportError(sentence_for(error)) from None
            except LookupError as error:
                if "unknown encoding" not in str(error):
                    raise
                raise ExportError(
                    _("The file says in line 1 that it is written in an encoding that nobody knows"
                      " (%s). Save it as UTF-8, and say so there.") % str(error).split(": ")[-1]
                ) from None  # fmt: skip
            except DefusedXmlException:
                raise ExportError(
                    _(
                        "The file declares a document type or an entity (line %d), which no"
                        " WordPress export does; it may be an attack and was not read."
                    )
                    % self.lines.number
                ) from None
        if self.head.version not in VERSIONS:
            raise ExportError(self.wrong_version())

    def parsed(self):
        """Let every part go once it was read: only the channel itself stays in memory."""
        above, start = [], 0
        for event, element in iterparse(self.lines, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                above.append(element)
                if len(above) == 3:
                    start = self.lines.number
                continue
            above.pop()
            if len(above) == 2:
                if element.tag == "item":
                    yield item_from(element, start, self.lines.number)
                else:
                    self.read_head(element)
            if len(above) <= 2:
                element.clear()
                if above:
                    above[-1].remove(element)
                self.lines.let_go()

    def read_head(self, element):
        name = short(element.tag)
        if name == "wp:wxr_version":
            self.head.version = text(element)
        elif name in ("wp:base_site_url", "wp:base_blog_url", "link") and text(element):
            self.head.homes.append(text(element))
        elif name == "wp:author":
            login = said(element, "wp:author_login")
            self.head.authors[login] = words(said(element, "wp:author_display_name"))
        elif name == "wp:category":
            self.head.categories.append(term_from(element, "wp:category_nicename", "wp:cat_name"))
        elif name == "wp:tag":
            self.head.tags.append(term_from(element, "wp:tag_slug", "wp:tag_name"))

    def wrong_version(self):
        if not self.head.version:
            return _("This is not a WordPress export: it names no version of that format.")
        return (
            _("The export has the version %s; this command reads 1.0, 1.1 and 1.2.")
            % (self.head.version[:20])
        )


def sentence_for(error):
    line = error.position[0]
    if error.code in CUT_OFF:
        return _("The file is empty or truncated: it ends in line %d, too early.") % line
    reason = str(error).partition(":")[0]
    return _("The file is not well-formed XML: %(reason)s in line %(line)d.") % {
        "reason": reason,
        "line": line,
    }


@lru_cache(maxsize=1000)
def short(tag):
    """Return `wp:post_id` whatever the namespace's address looks like in this version."""
    if not tag.startswith("{"):
        return tag
    address, _brace, name = tag[1:].partition("}")
    for prefix, pattern in NAMESPACES.items():
        if pattern.fullmatch(address):
            return f"{prefix}:{name}"
    return tag


def text(element):
    return (element.text or "").strip()


def said(element, name):
    """Return the text of the first child with this name, or ""."""
    return next((text(child) for child in element if short(child.tag) == name), "")


def words(markup):
    """Return the plain words of a title or a name, which WordPress stores as HTML."""
    if "<" in markup or "&" in markup:
        markup = html.unescape(plain(markup))
    return " ".join(markup.split())


def number(digits):
    return int(digits) if digits.isdecimal() and len(digits) < 19 and int(digits) else None


def term_from(element, slug, name):
    found = {short(child.tag): text(child) for child in element}
    return Term(
        slug=found.get(slug, ""),
        name=words(found.get(name, "")),
        parent=found.get("wp:category_parent", ""),
        id=number(found.get("wp:term_id", "")),
    )


def item_from(element, first_line, last_line):
    found = {}
    for child in element:
        found.setdefault(short(child.tag), text(child))
    return Item(
        line=first_line,
        last_line=last_line,
        id=number(found.get("wp:post_id", "")),
        type=found.get("wp:post_type", ""),
        title=words(found.get("title", "")),
        slug=found.get("wp:post_name", ""),
        status=found.get("wp:status", ""),
        link=found.get("link", ""),
        guid=found.get("guid", ""),
        author=found.get("dc:creator", ""),
        password=found.get("wp:post_password", ""),
        date=found.get("wp:post_date", ""),
        date_gmt=found.get("wp:post_date_gmt", ""),
        parent=number(found.get("wp:post_parent", "")),
        order=number(found.get("wp:menu_order", "")) or 0,
        is_sticky=found.get("wp:is_sticky") == "1",
        url=found.get("wp:attachment_url", ""),
        excerpt=found.get("excerpt:encoded", ""),
        content=found.get("content:encoded", ""),
        categories=terms_of(element, ("category", "")),
        tags=terms_of(element, ("post_tag", "tag")),
        meta=meta_of(element),
        comments=sum(short(child.tag) == "wp:comment" for child in element),
    )


def terms_of(element, domains):
    """Return the item's categories or tags. WXR 1.0 names each twice, once without its slug."""
    found = [
        (child.get("domain", ""), Term(child.get("nicename", ""), words(text(child))))
        for child in element
        if child.tag == "category"
    ]
    named = {term.name for domain, term in found if domain}
    terms = [
        term
        for domain, term in found
        if domain in domains and (domain or term.name not in named) and (term.slug or term.name)
    ]
    return list({term.slug or term.name: term for term in reversed(terms)}.values())[::-1]


def meta_of(element):
    found = {}
    for child in element:
        if short(child.tag) == "wp:postmeta" and said(child, "wp:meta_key") in KEPT_META:
            found[said(child, "wp:meta_key")] = said(child, "wp:meta_value")
    return found
