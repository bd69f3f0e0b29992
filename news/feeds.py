"""Feeds: Atom with the full text, RSS with the teaser, of all news, of a category, of a tag.

Each stands below the list that it follows and in its language: /ja/news/tag/boats/feed.atom.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaks
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from taggit.models import Tag

from publishing.found import absolute, absolute_links, updated_at, written
from publishing.rows import Rows, as_json, in_all, revive, row_of
from publishing.xml_answers import XmlResponse, add, as_text

from .found import appeared_at
from .listed import CHOSEN, OF_LEAD, article_with_photo, rows_of
from .models import Article, Category, CategoryTree, Shelved, tags_of
from .parts import OF_ARTICLE

NEWEST = 20
# Of a feed in which nothing stands yet: any moment will do that stays the same.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@require_safe
def all_news(request, form):
    rows = NEWS.texts()["entries"]
    return _feed(request, form, rows, _("News"), reverse("news:index"))


@require_safe
def category(request, slug, form):
    tree = CategoryTree()
    category = tree.get(slug)
    if not category:
        raise Http404
    articles = Article.objects.published().in_categories(tree.ids_below(category))
    rows = _rows(articles.newest_first().values("pk"))
    return _feed(request, form, rows, category.name, category.get_absolute_url())


@require_safe
def tag(request, slug, form):
    tag = get_object_or_404(Tag, slug=slug)
    rows = _rows(Shelved.objects.public().filter(tag=tag).newest_first().values("article"))
    heading = _("Tagged “%(tag)s”") % {"tag": tag}
    return _feed(request, form, rows, heading, reverse("news:tag", args=[slug]))


def _rows(ids):
    """Return the rows of the newest; Http404 when nothing is public, so that it tells nothing."""
    rows = rows_of(ids[:NEWEST], statement_of_entry())
    if not rows:
        raise Http404
    return rows


def _feed(request, form, rows, heading, page):
    """Send the rows in the asked form."""
    return FORMS[form](rows, f"{heading} · LFNKR", absolute(page), absolute(request.path))


@cache
def statement_of_entry():
    """Return SQL and parameters for the row of a chosen article."""
    return as_json(with_shelves(Article.objects.filter(pk=CHOSEN)), OF_ENTRY)


def with_shelves(articles):
    """Return the articles with the categories and tags that they stand under."""
    categories = Category.objects.filter(articles=OuterRef("pk")).order_by("name_en", "pk")
    tags = tags_of(OuterRef(OuterRef("pk")))
    return articles.annotate(
        told_categories=rows_within(categories, ["slug", *in_all("name")]),
        told_tags=rows_within(tags, ["slug", "name"]),
    )


OF_ENTRY = [*OF_ARTICLE, *OF_LEAD, "told_categories", "told_tags"]


def statement_of_news():
    newest = with_shelves(Article.objects.published()).newest_first()[:NEWEST]
    return {"entries": (newest, OF_ENTRY)}


NEWS = Rows(statement_of_news)


def rows_within(queryset, names):
    return ArraySubquery(queryset.values_list(JSONObject(**{name: name for name in names})))


@dataclass(frozen=True)
class Entry:
    """An article in a feed, and when readers last got something new of it."""

    text: str
    updated_at: datetime


@lru_cache(maxsize=1000)
def entry_of(write, row, _language):
    """Return the entry that `write` makes of a row. Like lists, it depends on nothing else."""
    row = row_of(OF_ENTRY, row)
    categories = [revive(Category, of_category) for of_category in row.pop("told_categories")]
    shelves = [(category.slug, category.name) for category in categories]
    shelves += [(tag["slug"], tag["name"]) for tag in row.pop("told_tags")]
    article = article_with_photo(row)
    return Entry(as_text(write(article, shelves)), updated_at(article))


def atom(rows, title, page, address):
    entries = [entry_of(_entry, row, get_language()) for row in rows]
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": get_language()})
    add(feed, "title", title)
    add(feed, "id", address)
    add(feed, "updated", last_change(entries).isoformat())
    add(feed, "link", rel="self", type="application/atom+xml", href=address)
    add(feed, "link", rel="alternate", type="text/html", href=page)
    add(add(feed, "author"), "name", _("Life Funds for North Korean Refugees"))
    return XmlResponse(feed, "application/atom+xml", [entry.text for entry in entries])


def last_change(entries):
    return max((entry.updated_at for entry in entries), default=LONG_AGO)


def _entry(article, shelves):
    address = absolute(article.get_absolute_url())
    entry = Element("entry")
    title, language = written(article, "title")
    add(entry, "title", title, xml__lang=language)
    add(entry, "id", identity(article))
    add(entry, "published", appeared_at(article).isoformat())
    add(entry, "updated", updated_at(article).isoformat())
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if article.author_line:
        add(add(entry, "author"), "name", article.author_line)
    for term, label in shelves:
        add(entry, "category", term=term, label=label)
    (teaser, teaser_language), (body, language) = (
        written(article, "teaser"),
        written(article, "body"),
    )
    if body and teaser:
        add(entry, "summary", teaser, xml__lang=teaser_language)
    if not body:
        body, language = linebreaks(teaser, autoescape=True), teaser_language
    text = full_text(article, body, address)
    add(entry, "content", text, type="html", xml__lang=language)
    return entry


def rss(rows, title, page, address):
    entries = [entry_of(_item, row, get_language()) for row in rows]
    names = {"xmlns:atom": "http://www.w3.org/2005/Atom", "xmlns:dc": "http://purl.org/dc/elements/1.1/",
             "xmlns:media": "http://search.yahoo.com/mrss/"}  # fmt: skip
    root = Element("rss", {"version": "2.0"} | names)
    channel = add(root, "channel")
    add(channel, "title", title)
    add(channel, "link", page)
    add(channel, "description", _("News from Life Funds for North Korean Refugees"))
    add(channel, "language", get_language())
    add(channel, "lastBuildDate", format_datetime(last_change(entries)))
    add(channel, "atom:link", rel="self", type="application/rss+xml", href=address)
    return XmlResponse(root, "application/rss+xml", [entry.text for entry in entries], channel.tag)


def _item(article, shelves):
    item = Element("item")
    add(item, "title", written(article, "title")[0])
    add(item, "link", absolute(article.get_absolute_url()))
    add(item, "guid", identity(article), isPermaLink="false")
    add(item, "pubDate", format_datetime(appeared_at(article)))
    add(item, "description", conditional_escape(written(article, "teaser")[0]))
    if article.author_line:
        add(item, "dc:creator", article.author_line)
    for _term, label in shelves:
        add(item, "category", label)
    if photo := article.lead_photo and article.lead_photo.shown:
        # Not an enclosure: that wants a length in bytes, which would cost a look at the disk.
        file = {"url": absolute(photo.file.url), "width": photo.width, "height": photo.height}
        add(add(item, "media:content", medium="image", **file), "media:description", photo.alt)
    return item


FORMS = {"atom": atom, "rss": rss}


class Link(NamedTuple):
    """A feed's name, media type and address."""

    name: str
    type: str
    address: str


def links(page, *args):
    """Return what a page tells of its feeds: a `Link` to each form."""
    return tuple(
        Link(name, f"application/{form}+xml", reverse(page, args=[*args, form]))
        for form, name in (("atom", "Atom"), ("rss", "RSS"))
    )


def identity(article):
    """Return a name that stays when the address changes; a translation is an entry of its own."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{article.created_at:%Y-%m-%d}:article/{article.pk}/{get_language()}"


def full_text(article, body, address):
    """Return picture, warning and text of an article as HTML that stands by itself."""
    warning, _language = written(article, "content_warning")
    return absolute_links(_picture(article.lead_photo) + _warned(warning) + body, address)


def _picture(photo):
    if not photo or photo.is_withheld:
        return ""
    return format_html(
        '<figure><img src="{}" width="{}" height="{}" alt="{}">{}</figure>',
        *(photo.file.url, photo.width, photo.height, photo.alt),
        _caption(photo),
    )


def _caption(photo):
    words = " ".join(filter(None, (photo.caption, photo.credit)))
    return format_html("<figcaption>{}</figcaption>", words) if words else ""


def _warned(warning):
    if not warning:
        return ""
    return format_html("<p><strong>{}</strong> {}</p>", _("Before you read:"), warning)
