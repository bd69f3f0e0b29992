"""The front door."""

from django.urls import path

from . import search, views

app_name = "pages"
urlpatterns = [path("", views.home, name="home"), path("search/", search.search, name="search")]
