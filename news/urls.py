"""/news/ and below: lists of articles, and each article at its own word."""

from django.urls import path, register_converter

from . import views


class Year:
    """Exactly four digits, and one that the calendar knows."""

    regex = "(?!0000)[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04d}"


register_converter(Year, "year")

app_name = "news"
urlpatterns = [
    path("", views.index, name="index"),
    path("<year:year>/", views.year, name="year"),
    path("<year:year>/<int:month>/", views.month, name="month"),
    path("highlights/", views.highlights, name="highlights"),
    path("category/<str:slug>/", views.category, name="category"),
    path("tag/<str:slug>/", views.tag, name="tag"),
    path("kind/<slug:kind>/", views.kind, name="kind"),
    path("<str:slug>/", views.article, name="article"),
]
