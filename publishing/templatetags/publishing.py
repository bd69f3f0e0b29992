"""Template tag for whatever is published: the language of its texts."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language

register = template.Library()


@register.filter
def lang(row, field):
    """Return ` lang="en"` when a text falls back to a language other than the page's, else "".

    <h2{{ article|lang:"title" }}>{{ article.title }}</h2>
    """
    shown = language_of(row, field)
    return "" if shown == get_language() else format_html(' lang="{}"', shown)


def language_of(row, field):
    """Return the language in which `row.field` is shown on the present page."""
    order = [get_language(), *settings.MODELTRANSLATION_FALLBACK_LANGUAGES]
    written = [code for code in order if getattr(row, f"{field}_{code}", None)]
    return written[0] if written else order[0]
