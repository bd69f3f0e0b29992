"""What every public answer has in common: language, compression, old addresses, gone pages."""

import re
from copy import copy
from urllib.parse import quote

from django.conf import settings
from django.http import (
    Http404,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import render
from django.utils import translation

from .found import language_in
from .gate import Gone
from .models import OldAddress


class NoSuchAddress:
    """Answer 404 where an address holds a NUL: no page has one, and PostgreSQL takes none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseNotFound("There is no such page.", content_type="text/plain")
        return self.get_response(request)


class ReadOrSend:
    """Answer 405 to whoever does not read (GET, HEAD) or send (POST): no page of ours does more.

    Without it Django's own admin takes DELETE and whatever else for a GET.
    """

    METHODS = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        return self.get_response(request)


class OnlyUtf8:
    """Read what is sent as UTF-8, whatever it calls itself.

    Our pages are UTF-8, so every browser's form is. In other encodings robots spell halves of
    signs, which can be neither stored nor shown.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.encoding = "utf-8"
        return self.get_response(request)


class LanguageOfAddress:
    """Let the address alone decide the language: /ja/ Japanese, /ko/ Korean, all else English.

    No cookie and no Accept-Language: the same address is the same bytes for everybody. Only the
    office, whose pages are nobody else's, speaks the language of whoever works there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = self.language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def language_of(request):
        if request.path_info.startswith("/admin/"):
            return translation.get_language_from_request(request)
        return language_in(request.path_info) or settings.LANGUAGE_CODE


class ConditionalGetOrHead(ConditionalGetMiddleware):
    """Name the version of an answer to HEAD too, which Django does to GET alone."""

    def process_response(self, request, response):
        if request.method != "HEAD":
            return super().process_response(request, response)
        as_get = copy(request)
        as_get.method = "GET"
        return super().process_response(as_get, response)


class CompressPublicPages(GZipMiddleware):
    """Compress what is the same for everybody, and nothing that belongs to one person.

    A page with a secret must not be compressed beside what an attacker chose (BREACH). Public
    pages hold none, so they need no random padding either and stay the same bytes.
    """

    max_random_bytes = 0

    def process_response(self, request, response):
        personal = response.cookies or "Cookie" in response.headers.get("Vary", "")
        if (
            personal or response.streaming
        ):  # photos and documents stream, and are compressed already
            return response
        return super().process_response(request, response)


class NothingForOthers:
    """Let no other site take in what is ours, and switch off what no page of ours ever asks for."""

    HEADERS = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "browsing-topics=(), camera=(), display-capture=(), geolocation=(),"
        " microphone=(), payment=(), usb=()",
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class OldAddresses:
    """Redirect an address that is not found but was once ours, by its path or by a number.

    WordPress also answers at `/?p=123`. Our front page would answer there as well, so such an
    address counts as not found.
    """

    NUMBER = re.compile(r"(?:^|&)((?:p|page_id|attachment_id|cat|m)=[0-9]+)(?:&|$)")
    FEED = re.compile(r"/feed(?:/(?:(atom)|rdf|rss2?))?/?$")
    # Further pages and feeds of a list or text lead to it; a scaled picture to the whole one.
    FURTHER = re.compile(rf"{FEED.pattern}|/page/[0-9]+/?$|-[0-9]+x[0-9]+(?=\.[a-z]+$)")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        language = language_in(request.path_info)
        prefix = f"/{language}" if language else ""
        path = request.path_info.removeprefix(prefix)
        number = self.NUMBER.search(request.META["QUERY_STRING"])
        if number and path in ("", "/"):
            if found := self.redirect(request, f"/?{number[1]}", [prefix]):
                return found
            raise Http404
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        by_number = number and self.redirect(request, f"{path.rstrip('/')}/?{number[1]}", [prefix])
        return by_number or self.redirect_one_of(request, path, prefix) or response

    def redirect_one_of(self, request, path, prefix):
        """Redirect the path as it is, or else what it is a further page, a feed or a copy of.

        The feed of a list leads to our feed of it, so that who followed the old site follows ours.
        The old site may have had languages in its addresses too, so these are looked for as well.
        """
        asked = {path: (prefix,), request.path_info: (prefix, "") if prefix else ("",)}
        tries = [(old, prefixes, "") for old, prefixes in asked.items()]
        if feed := self.FEED.search(path):
            form = "feed.atom" if feed[1] else "feed.rss"
            tries += [(self.FEED.sub("", old), prefixes, form) for old, prefixes in asked.items()]
        if self.FURTHER.search(path):
            tries += [(self.FURTHER.sub("", old), prefixes, "") for old, prefixes in asked.items()]
        redirects = (self.redirect(request, *one) for one in tries)
        return next(filter(None, redirects), None)

    def redirect(self, request, path, prefixes, below=""):
        """Return a permanent redirect to what was once at a path, or None.

        A list is looked for behind each of the prefixes, which name languages; `below` is the last
        word of an address below that of a list.
        """
        old = OldAddress.objects.find(path)
        if old is None or (below and not old.goes_to):
            return None
        if not old.goes_to:
            return HttpResponsePermanentRedirect(old.row.get_absolute_url())
        addresses = (f"{prefix}{old.goes_to}{below}" for prefix in prefixes)
        found = next((address for address in addresses if self.is_found(request, address)), None)
        return HttpResponsePermanentRedirect(quote(found)) if found else None

    def is_found(self, request, path):
        """Ask the site itself: a list without anything public answers 404."""
        asked = copy(request)
        asked.path = asked.path_info = path
        asked.GET = QueryDict()
        with translation.override(language_in(path) or settings.LANGUAGE_CODE):
            return self.get_response(asked).status_code == 200


class GonePages:
    """Answer a withdrawn page with 410 and a sentence that says nothing about it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Gone):
            return render(request, "410.html", status=410)
        return None
