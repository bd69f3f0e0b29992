"""/events/ and below: what is on, what was, and the calendars of both."""

from django.urls import path

from news.urls import FeedForm, Year  # noqa: F401 - registers the forms of feeds and years

from . import feeds, registration_views, views

app_name = "events"
urlpatterns = [
    path("", views.index, name="index"),
    path("past/", views.past, name="past"),
    path("feed.<form:form>", feeds.events, name="feed"),
    path("calendar.ics", views.calendar, name="calendar"),
    path("registration/<str:token>/", registration_views.registration, name="registration"),
    path("<year:year>/", views.year, name="year"),
    path("<str:slug>/", views.event, name="detail"),
    path("<str:slug>/register/", registration_views.register, name="register"),
    path("<str:slug>/calendar.ics", views.event_calendar, name="event_calendar"),
    path("<str:slug>/<uuid:uid>.ics", views.session_calendar, name="session_calendar"),
]
