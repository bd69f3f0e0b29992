"""By what staff narrow the lists of the newsroom."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .models import Article, CategoryTree


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        years = [(str(year), str(year)) for year in Article.objects.years()]
        return [*years, ("unknown", _("Unknown"))]

    def queryset(self, request, queryset):
        if self.value() == "unknown":
            return queryset.filter(date_precision=Article.Precision.UNKNOWN)
        known = dict(self.lookup_choices)
        return queryset.in_year(int(self.value())) if self.value() in known else queryset


class CategoryFilter(admin.SimpleListFilter):
    """A category with all its parts, as readers see it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request, model_admin):
        self.tree = CategoryTree()
        paths = {
            pk: " › ".join(part.name for part in self.tree.path_to(category))
            for pk, category in self.tree.by_id.items()
        }
        return sorted(((str(pk), path) for pk, path in paths.items()), key=lambda choice: choice[1])

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        chosen = self.tree.by_id[int(self.value())]
        return queryset.in_categories(self.tree.ids_below(chosen))
