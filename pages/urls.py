"""The front door. Pages stand at the words on the way to them: /about/, /about/our-work/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import search, views


class Address(StringConverter):
    """Words joined by slashes. None has a dot, so what asks for a file is not taken for a page."""

    regex = "[^/.]+(?:/[^/.]+)*"


register_converter(Address, "address")

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search, name="search"),
    # Last, for it takes every address that nobody else knows.
    path("<address:path>/", views.page, name="page"),
]
