"""Tags for the head of a page: what search engines and those who share a link are told."""

import json

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from publishing import found

register = template.Library()
register.simple_tag(found.organisation)
register.simple_tag(found.path_in)

# In a script element a browser looks for nothing but its end, and does not know entities.
HARMLESS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


@register.simple_tag
def linked_data(*things):
    """Write schema.org data into the page. Data is never run, so the content policy allows it."""
    graph = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(graph, ensure_ascii=False, default=str).translate(HARMLESS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.inclusion_tag("includes/_languages.html", takes_context=True)
def language_links(context, row=None, field="title", query="", written_in=None, path=None):
    """Link the page's translations: of a row those that are written, otherwise all languages.

    `written_in` names them where the page has no row in hand, `path` where the page stands when it
    is not written for one request.
    """
    codes = written_in or [code for code, _name in settings.LANGUAGES]
    if row:
        codes = found.languages_with(row, field)
    return {"alternates": found.alternates((path or context["request"].path) + query, codes)}


@register.inclusion_tag("includes/_social.html", takes_context=True)
def social_card(context, title, description="", photo=None, published="", changed=None, path=None):
    """Tell those who share the link what stands behind it. `changed` makes it an article."""
    return {
        "title": title,
        "description": description,
        "address": found.absolute(path or context["request"].path),
        "photo": photo,
        "photo_address": photo and found.absolute(photo.file.url),
        "locale": found.LOCALES[get_language()],
        "is_article": changed is not None,
        "published": published,
        "changed": changed,
    }
