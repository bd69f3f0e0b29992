"""/schedule/ and below: what volunteers see, signed in, and how they get there."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from . import schedule

app_name = "schedule"
urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("shifts/<int:pk>/take/", schedule.take_shift, name="take"),
    path("shifts/<int:pk>/give-back/", schedule.give_shift_back, name="give_back"),
    path("profile/", schedule.profile, name="profile"),
    path("calendar/renew/", schedule.renew_calendar, name="renew_calendar"),
    path("calendar/<str:token>.ics", schedule.calendar, name="calendar"),
    path("sign-in/", schedule.sign_in, name="sign_in"),
    path("sign-out/", auth.LogoutView.as_view(next_page=reverse_lazy("schedule:sign_in")),
         name="sign_out"),
    path("password/", schedule.forgotten_password, name="forgotten_password"),
    path(
        "password/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(
            template_name="schedule/set_password.html",
            success_url=reverse_lazy("schedule:sign_in"),
        ),
        name="set_password",
    ),
]  # fmt: skip
