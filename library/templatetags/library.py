from django import template

from library.models import VARIANT_FORMATS

register = template.Library()


@register.inclusion_tag("library/_picture.html")
def picture(photo, sizes="100vw", loading="lazy", fetchpriority=""):
    """Show `photo` in the lightest form that the browser can use. Costs no query.

    `sizes` tells how wide it will stand, in CSS: "(min-width: 60rem) 40rem, 100vw".
    Give loading="eager" and fetchpriority="high" to the first picture of a page, and to no other.
    """
    return {
        "photo": photo,
        "sources": sources(photo) if photo else [],
        "sizes": sizes,
        "loading": loading,
        "fetchpriority": fetchpriority,
    }


def sources(photo):
    """Return MIME type and srcset of each format, the lightest first; none while they are made."""
    formats = VARIANT_FORMATS if photo.variant_widths else ()
    return [{"type": f"image/{suffix}", "srcset": srcset(photo, suffix)} for suffix in formats]


def srcset(photo, suffix):
    url, widths = photo.file.storage.url, photo.variant_widths
    return ", ".join(f"{url(photo.variant_name(width, suffix))} {width}w" for width in widths)
