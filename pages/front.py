"""The front page: the lead story, the latest news, what is asked for, what is on, past highlights."""

from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from campaigns.disclosure import told
from campaigns.models import Campaign
from events.models import Event
from events.projection import tell
from news.listed import OF_CARD, OF_LINK, Listed
from news.models import Article
from publishing.rows import Rows, given

OF_HIGHLIGHT = (*OF_LINK, "dated_on")
LATEST = 11  # one leads, ten follow: a screen and a half on a phone
HIGHLIGHTS = 40
CAMPAIGNS = 3
EVENTS = 4


class News:
    """What the front page tells of articles, and what is written of them alone: each part once."""

    def __init__(self, latest, highlights):
        self.latest = list(map(Listed, latest))
        self.highlights = [Listed(row, OF_HIGHLIGHT) for row in highlights]

    @cached_property
    def lead(self):
        """The newest highlight among the latest; without one, the latest article; or None."""
        highlights = [article for article in self.latest if article.is_highlight]
        return next(iter(highlights + self.latest), None)

    @cached_property
    def lead_photo(self):
        photo = self.lead and self.lead.article.lead_photo
        return photo and photo.shown

    @cached_property
    def lead_story(self):
        return render_to_string("pages/_lead.html", {"article": self.lead.article})

    @property
    def others(self):
        return [article for article in self.latest if article != self.lead]

    @cached_property
    def others_story(self):
        return render_to_string("pages/_latest.html", {"news": self})

    @cached_property
    def past(self):
        return render_to_string("pages/_highlights.html", {"highlights": self.highlights})

    @cached_property
    def mission(self):
        return render_to_string("pages/_mission.html")


@lru_cache(maxsize=12)
def _news(latest, highlights, _language):
    return News(latest, highlights)


def read_front():
    """Return what the front page shows. One query, four for campaigns, one for events."""
    rows = ROWS.texts(timezone.localdate())
    return {
        "news": _news(rows["latest"], rows["highlights"], get_language()),
        "campaigns": _campaigns(rows["campaigns"]) if rows["campaigns"] else [],
        "events": _events(rows["events"]) if rows["events"] else [],
    }


def _campaigns(ids):
    return told(Campaign.objects.published().filter(pk__in=ids).for_list().begun_first())


def _events(ids):
    rows = Event.objects.published().filter(pk__in=ids).for_list().soonest_first()
    return tell(rows, programme=False)


def statement_of_front():
    """Of campaigns and events the ids alone: often there are none to ask more about."""
    newest = Article.objects.published().newest_first()
    campaigns = Campaign.objects.published().open(given(2)).featured().begun_first(given(2))
    events = Event.objects.published().upcoming().soonest_first()
    return {
        "latest": (newest[:LATEST], OF_CARD),
        "highlights": (newest.highlights()[:HIGHLIGHTS], OF_HIGHLIGHT),
        "campaigns": ids(campaigns[:CAMPAIGNS]),
        "events": ids(events[:EVENTS]),
    }


def ids(queryset):
    return queryset.values_list("pk").query.sql_with_params()


ROWS = Rows(statement_of_front, "date")
