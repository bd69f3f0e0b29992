"""/news/ and below: lists of articles, and each article at its own word."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import feeds, views


class Year:
    """Exactly four digits, and one that the calendar knows; undated articles are sorted into year 1."""

    regex = "(?!000[01]|9999)[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04d}"


class FeedForm(StringConverter):
    regex = "atom|rss"


class Month:
    """Two digits, as the old site wrote them too."""

    regex = "0[1-9]|1[0-2]"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:02d}"


register_converter(Year, "year")
register_converter(Month, "month")
register_converter(FeedForm, "form")

app_name = "news"
urlpatterns = [
    path("", views.index, name="index"),
    path("feed.<form:form>", feeds.all_news, name="feed"),
    path("<year:year>/", views.year, name="year"),
    path("<year:year>/<month:month>/", views.month, name="month"),
    path("highlights/", views.highlights, name="highlights"),
    path("category/<str:slug>/", views.category, name="category"),
    path("category/<str:slug>/feed.<form:form>", feeds.category, name="category_feed"),
    path("tag/<str:slug>/", views.tag, name="tag"),
    path("tag/<str:slug>/feed.<form:form>", feeds.tag, name="tag_feed"),
    path("kind/<slug:kind>/", views.kind, name="kind"),
    path("<str:slug>/", views.article, name="article"),
]
