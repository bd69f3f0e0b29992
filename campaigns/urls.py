"""/campaigns/ and below: what is asked for, and what became of it."""

from django.urls import path

from news.urls import FeedForm  # noqa: F401 - registers the form of a feed

from . import feeds, views

app_name = "campaigns"
urlpatterns = [
    path("", views.index, name="index"),
    path("finished/", views.finished, name="finished"),
    path("feed.<form:form>", feeds.campaigns, name="feed"),
    path("<str:slug>/", views.campaign, name="detail"),
    path("<str:slug>/deliveries.csv", views.deliveries, name="deliveries"),
]
