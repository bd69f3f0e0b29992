"""Feeds of events: Atom with text and programme, RSS with the teaser."""

from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.feeds import LONG_AGO, NEWEST
from publishing.found import absolute, absolute_links
from publishing.xml_answers import XmlResponse, add

from .models import Event
from .projection import tell


@require_safe
def events(request, form):
    """Send the events that were announced last, coming and past. Two queries."""
    newest = Event.objects.published().for_page().newest_first()[:NEWEST]
    title = f"{_('Events')} · LFNKR"
    page = absolute(reverse("events:index"))
    return FORMS[form](tell(newest), title, page, absolute(request.path))


def atom(rows, title, page, address):
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": get_language()})
    add(feed, "title", title)
    add(feed, "id", address)
    add(feed, "updated", last_change(rows).isoformat())
    add(feed, "link", rel="self", type="application/atom+xml", href=address)
    add(feed, "link", rel="alternate", type="text/html", href=page)
    add(add(feed, "author"), "name", _("Life Funds for North Korean Refugees"))
    for told in rows:
        _add_entry(feed, told)
    return XmlResponse(feed, "application/atom+xml")


def _add_entry(feed, told):
    address = absolute(told.get_absolute_url())
    entry = add(feed, "entry")
    add(entry, "title", told.title, xml__lang=told.title.language)
    add(entry, "id", identity(told))
    add(entry, "published", told.published_at.isoformat())
    add(entry, "updated", told.last_change.isoformat())
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if told.teaser:
        add(entry, "summary", told.teaser, xml__lang=told.teaser.language)
    text = render_to_string("events/feed_entry.html", {"event": told})
    add(entry, "content", absolute_links(text, address), type="html")


def rss(rows, title, page, address):
    root = Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = add(root, "channel")
    add(channel, "title", title)
    add(channel, "link", page)
    add(channel, "description", _("Events of Life Funds for North Korean Refugees"))
    add(channel, "language", get_language())
    add(channel, "lastBuildDate", format_datetime(last_change(rows)))
    add(channel, "atom:link", rel="self", type="application/rss+xml", href=address)
    for told in rows:
        item = add(channel, "item")
        add(item, "title", told.title)
        add(item, "link", absolute(told.get_absolute_url()))
        add(item, "guid", identity(told), isPermaLink="false")
        add(item, "pubDate", format_datetime(told.published_at))
        add(item, "description", conditional_escape(str(told.teaser)))
    return XmlResponse(root, "application/rss+xml")


FORMS = {"atom": atom, "rss": rss}


def last_change(rows):
    return max((told.last_change for told in rows), default=LONG_AGO)


def identity(told):
    """Return a name that stays when the address changes; a translation is an entry of its own."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{told.created_at:%Y-%m-%d}:event/{told.pk}/{get_language()}"
