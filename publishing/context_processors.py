"""What every template may use. No query, nothing about the visitor."""

from django.conf import settings


def site(request):
    return {"SITE_URL": settings.SITE_URL, "LANGUAGES": settings.LANGUAGES}
