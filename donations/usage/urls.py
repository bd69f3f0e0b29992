"""/donations/: what became of what was given."""

from django.urls import path, register_converter

from . import views
from .found import FORMS


class FileForm:
    regex = "|".join(FORMS)

    def to_python(self, value):
        return value

    to_url = to_python


class Year:
    regex = "[12][0-9]{3}"

    def to_python(self, value):
        return int(value)

    to_url = staticmethod(str)


register_converter(FileForm, "usage_file")
register_converter(Year, "fiscal_year")

app_name = "usage"
urlpatterns = [
    path("", views.index, name="index"),
    path("columns/", views.columns, name="columns"),
    path("<fiscal_year:year>/", views.year, name="year"),
    path("<fiscal_year:year>.<usage_file:form>", views.file, name="file"),
]
