"""What machines are told about an article: search engines, shared links, feed readers."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.text import Truncator

from publishing import found
from publishing.rich_text import plain
from publishing.templatetags.publishing import language_of


def summary(article):
    """Return the teaser, or how the text begins, as plain words."""
    return article.teaser or Truncator(plain(article.body)).chars(300)


def appeared_at(article):
    """Return the moment an article is counted from.

    That is the day it is dated, when that is known and lies before the day it stood here: an
    imported article is as old as it says. Otherwise it is the moment it became public.
    """
    day = article.dated_on if article.date_precision == article.Precision.DAY else None
    if day and day < timezone.localdate(article.published_at):
        return timezone.make_aware(datetime.combine(day, time.min))
    return article.published_at


def news_article(article):
    """Return an article as schema.org data, dated as precisely as its date is known."""
    data = {
        "@type": "NewsArticle",
        "headline": article.title,
        "description": summary(article),
        "datePublished": article.date_code,
        "dateModified": found.updated_at(article).isoformat(),
        "inLanguage": language_of(article, "title"),
        "mainEntityOfPage": found.absolute(article.get_absolute_url()),
        "author": author(article),
        "publisher": found.organisation(),
        "image": found.picture(article.lead_photo and article.lead_photo.shown),
    }
    return {name: value for name, value in data.items() if value}


def author(article):
    if article.author_line:
        return {"@type": "Person", "name": article.author_line}
    return found.organisation()
