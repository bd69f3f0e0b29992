"""What the newsroom lays on the desk of who opens the office."""

from django import template
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from news.models import Article
from publishing.models import Flag
from publishing.queue_admin import change_url
from publishing.steps import SCHEDULED, in_situation

register = template.Library()

ROWS = 6


@register.inclusion_tag("admin/news/_desk.html")
def news_desk(user):
    """Show what waits, what is in doubt and what was changed last. Seven queries."""
    if not user.has_perm("news.view_article"):
        return {"may_view": False}
    flags = Flag.objects.open()
    return {
        "may_view": True,
        "may_add": user.has_perm("news.add_article"),
        "flags": [
            (flag, change_url(flag.row))
            for flag in flags.prefetch_related("row").order_by("-pk")[:ROWS]
        ],
        "flags_count": flags.count(),
        "shelves": [
            (_("Waits for review"), "review", waiting("review", "changed_at")),
            (_("Scheduled"), SCHEDULED, waiting(SCHEDULED, "published_at")),
        ],
        "logs": [
            (_("Your latest work"), latest_changes(history_user=user)),
            (_("Newest changes"), latest_changes()),
        ],
    }


def waiting(situation, order):
    """Return the first articles in a situation, without their texts. One query."""
    columns = ("title", "state", "published_at", "changed_at")
    return in_situation(Article.objects.only(*columns), situation).order_by(order)[:ROWS]


def latest_changes(**by):
    """Return the newest version of each article changed last, if it is still there. One query."""
    still_there = Exists(Article.objects.filter(pk=OuterRef("id")))
    versions = Article.history.filter(still_there, **by).select_related("history_user")
    columns = ("id", "title", "history_date", "history_user__name", "history_user__email")
    newest = {}
    for version in versions.only(*columns).order_by("-history_date")[: ROWS * 5]:
        newest.setdefault(version.id, version)
    return list(newest.values())[:ROWS]
