"""What articles and pages alike get from an item: title, address, dates, and whether they are public."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from news.imported_articles import shortened
from pages.wordpress.export import words
from publishing.models import Publishable

State = Publishable.State
LONGEST_TITLE = 200
STATES = {
    "publish": State.PUBLISHED,
    "future": State.PUBLISHED,  # from its own moment on
    "pending": State.REVIEW,
    "draft": State.DRAFT,
    "private": State.DRAFT,
}


def title_of(item):
    """Return a title that fits, and the flags that it deserves."""
    title = item.title
    if not title:
        first_words = Truncator(" ".join(strip_tags(item.content).split())).words(8)
        readable = re.search(r"[^\W\d_]", first_words) and "[" not in first_words
        title = first_words if readable else f"{item.type or 'post'} {item.id or item.line}"
        return title[:LONGEST_TITLE], [("title-missing", "")]
    if len(title) > LONGEST_TITLE:
        return Truncator(title).chars(LONGEST_TITLE), [("text-shortened", title)]
    return title, []


def possible_slugs(item, title):
    """Return addresses for an item, best first: its own, then with what makes it unique."""
    base = slugify(unquote(item.slug), allow_unicode=True) or slugify(title, allow_unicode=True)
    base = shortened(base or f"{item.type or 'post'}-{item.id or item.line}")
    day = day_of(item)
    further = [f"{base}-{day:%Y}", f"{base}-{day:%Y-%m-%d}"] if day else []
    return [base, *further, *([f"{base}-{item.id}"] if item.id else [])]


def moment_from(words, zone):
    """Return the moment that WordPress wrote, or None for `0000-00-00 00:00:00` and the like."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment.replace(tzinfo=zone) if 1 < moment.year < 9999 and not moment.tzinfo else None


def moment_of(item):
    """Return when an item was or will be public on the old site, or None."""
    moment = moment_from(item.date_gmt, UTC)
    return moment or moment_from(item.date, timezone.get_default_timezone())


def day_of(item):
    """Return the day that readers saw, which is the old site's own; or None."""
    moment = moment_from(item.date, UTC)
    if moment:
        return moment.date()
    moment = moment_of(item)
    return timezone.localdate(moment, timezone.get_default_timezone()) if moment else None


def publication_of(item):
    """Return state, moment and flags. In doubt, nothing becomes public."""
    state, moment, flags = STATES.get(item.status, State.DRAFT), moment_of(item), []
    if item.status not in STATES:
        flags.append(("status-unknown", item.status or _("missing")))
    if item.status == "private":
        flags.append(("was-private", ""))
    if item.password:
        state = State.DRAFT
        flags.append(("was-protected", ""))
    if state == State.PUBLISHED and moment is None:
        state = State.DRAFT
        flags.append(("date-missing", ""))
    kept = state == State.PUBLISHED or item.password or item.status == "private"
    return state, moment if kept else None, flags


def teaser_of(item):
    return words(item.excerpt)
