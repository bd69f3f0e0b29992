"""Below /media/: nothing but names that the library gives, so no path can lead elsewhere."""

from django.urls import re_path

from library import views

app_name = "library"
urlpatterns = [
    re_path(
        r"^(?P<name>photos/[0-9a-f]{32}(?:-[0-9]{1,4})?\.(?:jpg|png|webp|avif))$",
        views.photo,
        name="photo",
    ),
    re_path(r"^(?P<name>documents/[0-9a-f]{32}\.pdf)$", views.document, name="document"),
]
