"""/donations/thanks/: who gave, of those who agreed to stand here."""

from django.urls import path

from . import views

app_name = "wall"
urlpatterns = [path("", views.thanks, name="thanks")]
