"""/sitemap.xml and its parts: what the whole site shows to search engines."""

from functools import lru_cache, partial

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

import campaigns.sitemaps
import donations.sitemaps
import events.sitemaps
import news.sitemaps
from campaigns.models import Campaign
from events.models import Event
from news.models import Article
from publishing import sitemaps
from publishing.rows import in_all

from .models import Page


def by_title(rows, address="slug"):
    """Return rows as `sitemaps.part` wants them: a page is offered in the languages of its title.

    Read of each are its dates, its titles and the field of its address; its texts stay where they are.
    """
    told = rows.only(address, "changed_at", "published_at", *in_all("title"))
    return sitemaps.pages_of(told, "title")


# Word in the address: model, and what is told of its rows. A room that begins to publish adds its
# model here.
SECTIONS = {
    "articles": (Article, by_title),
    "campaigns": (Campaign, by_title),
    "events": (Event, events.sitemaps.pages_of),
    "pages": (Page, partial(by_title, address="path")),
}


@require_safe
def index(request):
    """List the parts. One query for each section."""
    addresses = [(reverse("sitemap_lists"), None)]
    for section, (model, _told) in SECTIONS.items():
        for number, changed in sitemaps.parts(model):
            addresses.append((path_of(section, number), changed))
    return sitemaps.index(addresses)


@lru_cache(maxsize=1000)
def path_of(section, number):
    return reverse("sitemap_part", args=[section, number])


@require_safe
def part(request, section, number):
    """List one part's pages in one query; 404 when nothing public is in it."""
    if section not in SECTIONS:
        raise Http404
    model, told = SECTIONS[section]
    pages = told(sitemaps.rows(model, number))
    if not pages:
        raise Http404
    return sitemaps.part(pages)


@require_safe
def lists(request):
    """List the front page, the archives and the years of donations, which stand in all languages."""
    codes = [code for code, _name in settings.LANGUAGES]
    addresses = [reverse("pages:home"), *news.sitemaps.list_addresses()]
    addresses += campaigns.sitemaps.list_addresses() + events.sitemaps.list_addresses()
    addresses += donations.sitemaps.list_addresses()
    return sitemaps.part((address, codes, None) for address in addresses)
