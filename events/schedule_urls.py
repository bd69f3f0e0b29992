"""/schedule/ and below: what volunteers see, signed in, and how they get there."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.urls import choose_password

from . import schedule

app_name = "schedule"
urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("shifts/<int:pk>/take/", schedule.take_shift, name="take"),
    path("shifts/<int:pk>/give-back/", schedule.give_shift_back, name="give_back"),
    path("profile/", schedule.profile, name="profile"),
    path("calendar/renew/", schedule.renew_calendar, name="renew_calendar"),
    path("calendar/<str:token>.ics", schedule.calendar, name="calendar"),
    # Where letters of before lead to; the door is everybody's
    path(
        "sign-in/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="sign_in",
    ),
    path(
        "password/",
        RedirectView.as_view(pattern_name="forgotten_password"),
        name="forgotten_password",
    ),
    path("password/<uidb64>/<token>/", choose_password, name="set_password"),
]
