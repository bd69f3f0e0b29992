"""Fetch one row for a public or a signed-in page, and say rightly why it is not there."""

from django.http import Http404


class Gone(Exception):
    """Was public, is withdrawn: answered with 410 and a neutral page."""


def get_published_or_gone(queryset, **lookup):
    """Return the public row; Gone when it was withdrawn; Http404 when it never was public.

    One query when the row is public, two otherwise.
    """
    return queryset.published().filter(**lookup).first() or refuse(queryset.model, **lookup)


def refuse(model, **lookup):
    """Raise Gone for what was withdrawn, and Http404 for what never was public. One query."""
    raise Gone if model.objects.gone().filter(**lookup).exists() else Http404
