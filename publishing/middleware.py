"""What every public answer has in common: language, compression, old addresses, gone pages."""

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation

from .gate import Gone
from .models import OldAddress


class LanguageOfAddress:
    """Let the address alone decide the language: /ja/ Japanese, /ko/ Korean, all else English.

    No cookie and no Accept-Language: the same address is the same bytes for everybody.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


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


class PermissionsPolicy:
    """Switch off what no page of ours ever asks of a browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        )
        return response


class OldAddresses:
    """Redirect an address that is not found but was once ours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and request.method in ("GET", "HEAD"):
            return self.redirect(request) or response
        return response

    def redirect(self, request):
        """Return a permanent redirect in the language of the asked address, or None."""
        path = request.path_info
        if language := translation.get_language_from_path(path):
            path = path.removeprefix(f"/{language}")
        target = OldAddress.objects.find(path)
        return target and HttpResponsePermanentRedirect(target.get_absolute_url())


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
