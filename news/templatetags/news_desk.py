"""What the newsroom lays on the desk of who opens the office."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from news.models import Article
from publishing.desk import ROWS, Desk, Row, Shelf, acts_for, latest_work, scheduled
from publishing.desk import waiting_for_review as for_review
from publishing.models import Flag
from publishing.queue_admin import change_url

register = template.Library()


@register.inclusion_tag("admin/_desk.html")
def news_desk(user):
    """Show what waits, what is in doubt and what was changed last. Seven queries."""
    if not user.has_perm("news.view_article"):
        return {}
    acts = acts_for(user, ("news.add_article", _("Write an article"), "admin:news_article_add"))
    shelves = [
        in_doubt(),
        for_review(Article),
        scheduled(Article, _("Nothing.")),
        *latest_work(Article, user),
    ]
    return {"desk": Desk("news", _("News"), acts, shelves)}


def in_doubt():
    """Return the shelf of flags still open. Three queries."""
    flags = Flag.objects.open()
    count = flags.count()
    rows = [
        Row(flag.row, change_url(flag.row), flag.get_reason_display())
        for flag in flags.prefetch_related("row").order_by("-pk")[:ROWS]
    ]
    everything = ngettext("The one open flag", "All %(number)s open flags", count)
    return Shelf(
        _("Needs attention"),
        rows,
        _("Nothing. The last import left no doubts."),
        (everything % {"number": count}, reverse("admin:publishing_flag_changelist")),
    )
