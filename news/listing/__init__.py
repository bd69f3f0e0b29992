"""The NGO's old home page, saved as text, read into items: no database, no guessing in silence.

The grammar. A *paragraph* is a run of lines between blank ones; a line of no-break spaces is blank.
A *date line* is indented and says `December 7, 2014:`.

    listing    = opening [highlights] news closing
    opening    = every paragraph before the highlights or the first dated item: left out
    highlights = a heading "Past News Highlights", then groups; what stands between them is left out
    group      = a line with a year alone, then one title in each paragraph (wrapped lines are
                 joined), until a blank line that is not empty or the first dated item
    news       = dated items, newest first, and among or after them undated ones
    dated      = [captions] title, date line, teaser; the title is the line right above the date
    undated    = a paragraph whose first line looks like a title, followed by teaser lines
    closing    = from the last paragraph with a telephone line to the end: left out

A paragraph of one line between two items can be two things. If it looks like a title (short, no
full stop) it is taken for the caption of a photo of the item below, else for a further paragraph
of the item above; either way it is flagged, for nobody can be sure. Lines without a word are stray.

Every line that is not blank ends up in exactly one item or in exactly one `LeftOut`.
"""

import re
from collections import Counter

from django.utils.translation import gettext as _

from news.listing.file import ListingError, read_text
from news.listing.parts import Flag, Item, LeftOut, Line, Listing, leave_out, split_into_paragraphs
from news.listing.readers import HighlightsReader, NewsReader

__all__ = ["Flag", "Item", "LeftOut", "Listing", "ListingError", "parse_listing", "read_listing"]

TELEPHONE = re.compile(r"tel\.?\s*(/\s*fax)?[.:]?\s*\(?\+?\d", re.IGNORECASE)


def read_listing(path):
    """Read and parse a file; every way it can be unfit is a ListingError of one sentence."""
    return parse_listing(read_text(path))


def parse_listing(text):
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    opening, news, closing = divide(split_into_paragraphs(lines))
    highlights = HighlightsReader()
    for paragraph in opening:
        highlights.read(paragraph)
    reader = NewsReader(Counter(re.findall(r"[^\W\d_]+", text.lower())))
    for paragraph in news:
        reader.read(paragraph)
    reader.finish()
    left_out = highlights.left_out + reader.left_out + leave_out("closing", closing)
    items = highlights.items + reader.items
    for item in items:
        item.raw = "\n".join(line.text for line in lines[item.first_line - 1 : item.last_line])
    return Listing(items, left_out)


def divide(paragraphs):
    """Return opening, news and closing; refuse a listing that has no news or no end."""
    dated = [i for i, paragraph in enumerate(paragraphs) if paragraph.is_dated]
    if not dated:
        raise ListingError(_("This is not the old home page: it holds no dated item."))
    ends = [
        i
        for i, paragraph in enumerate(paragraphs)
        if i > dated[-1] and any(TELEPHONE.match(line.said) for line in paragraph.lines)
    ]
    if not ends:
        raise ListingError(
            _("The file is truncated: the address with its telephone line is missing at the end.")
        )
    return paragraphs[: dated[0]], paragraphs[dated[0] : ends[-1]], paragraphs[ends[-1] :]
