"""What an item of the old home page becomes: an article with an address of its own."""

import re
from datetime import datetime, time

from django.utils import timezone
from django.utils.text import slugify

from news.models import LIST_ADDRESSES, Article
from publishing.imports import digest_of

LONGEST_SLUG = 100  # leaves room for what makes it unique
RESERVED_SLUG = re.compile(rf"\d{{1,4}}|{'|'.join(LIST_ADDRESSES)}")

# A kind is guessed from these words alone; whatever is in doubt is news.
KINDS = {
    Article.Kind.LETTER: r"^(open |joint )*letter (to|of)\b",
    Article.Kind.STATEMENT: r"^(our |joint )*statement (on|of|about|against)\b",
    Article.Kind.REVIEW: r"^(book|film|movie) review\b",
    Article.Kind.REPORT: r"\b(annual|activity|border) report\b|^report (on|from)\b",
    Article.Kind.INTERVIEW: r"^interview with\b",
}


def article_for(item, *, slug):
    """Return the article, not yet saved, that an item of the listing becomes."""
    article = Article(
        kind=kind_of(item.title),
        title=item.title,
        slug=slug,
        teaser=item.teaser,
        dated_on=item.date,
        date_precision=item.precision,
        is_highlight=item.section == "highlight",
    )
    if item.section == "dated":
        midnight = datetime.combine(item.date, time.min)
        article.published_at = timezone.make_aware(midnight, timezone.get_default_timezone())
        article.state = Article.State.PUBLISHED
    return article


def kind_of(title):
    found = (kind for kind, words in KINDS.items() if re.search(words, title, re.IGNORECASE))
    return next(found, Article.Kind.NEWS)


def written(article):
    """Return what an import writes into an article; the address stays as it is once given."""
    names = "kind title teaser body dated_on date_precision is_highlight state published_at"
    return {name: getattr(article, name) for name in names.split()}


def digest(article):
    return digest_of(written(article) | {"slug": article.slug})


def free_slugs(candidates, promised=()):
    """Choose from each list of candidates, best first, an address that no article has.

    `promised` are those already given away. One query, hardly ever more.
    """
    asked = [slug for slugs in candidates for slug in slugs]
    taken = set(Article.objects.filter(slug__in=asked).values_list("slug", flat=True))
    taken.update(promised)
    chosen = []
    for slugs in candidates:
        free = [s for s in slugs if s not in taken and not RESERVED_SLUG.fullmatch(s)]
        chosen.append(free[0] if free else numbered(slugs[0], taken))
        taken.add(chosen[-1])
    return chosen


def possible_slugs(item):
    """Return addresses for an item, best first: its title, with the year, with the day."""
    base = slugify(item.title) or slugify(item.title, allow_unicode=True) or kind_of(item.title)
    base = shortened(base)
    dates = {"day": ["%Y", "%Y-%m-%d"], "year": ["%Y"], "unknown": []}[item.precision]
    return [base, *(f"{base}-{item.date.strftime(form)}" for form in dates)]


def shortened(slug):
    return slug if len(slug) <= LONGEST_SLUG else slug[:LONGEST_SLUG].rsplit("-", 1)[0]


def numbered(base, taken):
    """Return the base with the first number that nobody uses. A query for each number tried."""
    number = 2
    while f"{base}-{number}" in taken or Article.objects.filter(slug=f"{base}-{number}").exists():
        number += 1
    return f"{base}-{number}"
