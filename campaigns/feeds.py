"""Feeds of campaigns: Atom with story and numbers, RSS with the teaser."""

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

from news import feeds
from publishing.found import absolute, absolute_links, updated_at, written
from publishing.templatetags.publishing import language_of
from publishing.xml_answers import XmlResponse, add

from .disclosure import told
from .models import Campaign


@require_safe
def campaigns(request, form):
    """Send the newest campaigns, open and finished. Five queries."""
    newest = Campaign.objects.published().for_page().newest_first()[: feeds.NEWEST]
    title = f"{_('Campaigns')} · LFNKR"
    page = absolute(reverse("campaigns:index"))
    return FORMS[form](told(newest), title, page, absolute(request.path))


def atom(rows, title, page, address):
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": get_language()})
    add(feed, "title", title)
    add(feed, "id", address)
    add(feed, "updated", last_change(rows).isoformat())
    add(feed, "link", rel="self", type="application/atom+xml", href=address)
    add(feed, "link", rel="alternate", type="text/html", href=page)
    add(add(feed, "author"), "name", _("Life Funds for North Korean Refugees"))
    for campaign, numbers in rows:
        _add_entry(feed, campaign, numbers)
    return XmlResponse(feed, "application/atom+xml")


def _add_entry(feed, campaign, numbers):
    address = absolute(campaign.get_absolute_url())
    entry = add(feed, "entry")
    title, language = written(campaign, "title")
    add(entry, "title", title, xml__lang=language)
    add(entry, "id", identity(campaign))
    add(entry, "published", campaign.published_at.isoformat())
    add(entry, "updated", updated_at(campaign).isoformat())
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if campaign.teaser:
        add(entry, "summary", campaign.teaser, xml__lang=language_of(campaign, "teaser"))
    context = {"campaign": campaign, "numbers": numbers}
    text = render_to_string("campaigns/feed_entry.html", context)
    add(entry, "content", absolute_links(text, address), type="html")


def rss(rows, title, page, address):
    names = {"xmlns:atom": "http://www.w3.org/2005/Atom", "xmlns:media": "http://search.yahoo.com/mrss/"}  # fmt: skip
    root = Element("rss", {"version": "2.0"} | names)
    channel = add(root, "channel")
    add(channel, "title", title)
    add(channel, "link", page)
    add(channel, "description", _("Campaigns of Life Funds for North Korean Refugees"))
    add(channel, "language", get_language())
    add(channel, "lastBuildDate", format_datetime(last_change(rows)))
    add(channel, "atom:link", rel="self", type="application/rss+xml", href=address)
    for campaign, _numbers in rows:
        _add_item(channel, campaign)
    return XmlResponse(root, "application/rss+xml")


def _add_item(channel, campaign):
    item = add(channel, "item")
    add(item, "title", campaign.title)
    add(item, "link", absolute(campaign.get_absolute_url()))
    add(item, "guid", identity(campaign), isPermaLink="false")
    add(item, "pubDate", format_datetime(campaign.published_at))
    add(item, "description", conditional_escape(campaign.teaser or ""))
    if photo := campaign.lead_photo and campaign.lead_photo.shown:
        file = {"url": absolute(photo.file.url), "width": photo.width, "height": photo.height}
        add(add(item, "media:content", medium="image", **file), "media:description", photo.alt)


FORMS = {"atom": atom, "rss": rss}


def last_change(rows):
    return max((updated_at(campaign) for campaign, _numbers in rows), default=feeds.LONG_AGO)


def identity(campaign):
    """Return a name that stays when the address changes; a translation is an entry of its own."""
    host = urlsplit(settings.SITE_URL).hostname
    day = f"{campaign.created_at:%Y-%m-%d}"
    return f"tag:{host},{day}:campaign/{campaign.pk}/{get_language()}"
