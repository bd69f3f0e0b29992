"""The audit trail as the auditor reads it: narrowed, searched and taken along, never changed."""

from itertools import chain

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from correspondence.spreadsheets import csv_response

from .acts import Act
from .models import User


class PersonFilter(admin.SimpleListFilter):
    title = _("person")
    parameter_name = "person"

    def lookups(self, request, model_admin):
        nobody = ("nobody", _("Nobody: strangers and commands"))
        return [nobody, *((str(user.pk), str(user)) for user in User.objects.order_by("email"))]

    def queryset(self, request, queryset):
        if self.value() == "nobody":
            return queryset.filter(actor=None)
        return (
            queryset.filter(actor=int(self.value()))
            if (self.value() or "").isdecimal()
            else queryset
        )


class RoomFilter(admin.SimpleListFilter):
    title = _("room")
    parameter_name = "room"

    def lookups(self, request, model_admin):
        rooms = {model._meta.app_config for model in admin.site._registry}
        return sorted((room.label, room.verbose_name) for room in rooms)

    def queryset(self, request, queryset):
        return queryset.filter(content_type__app_label=self.value()) if self.value() else queryset


# The sign before the first word tells Excel that all of it is UTF-8.
HEADER = ["\ufeffid", "at", "person", "action", "room", "kind", "number", "name", "fields",
          "detail"]  # fmt: skip


def rows_of(acts):
    """Return the rows of a table, in the order in which things happened. One query."""
    kind = ("content_type__app_label", "content_type__model")
    columns = ("pk", "at", "actor__email", "action", *kind, "object_id", "name", "fields", "detail")
    for *facts, fields, detail in acts.order_by("pk").values_list(*columns).iterator():
        yield [*facts, ", ".join(fields), detail]


@admin.register(Act)
class ActAdmin(admin.ModelAdmin):
    list_display = ["at", "person", "action", "what", "fields_changed", "detail"]
    list_filter = [PersonFilter, "action", RoomFilter]
    list_select_related = ["actor"]
    list_per_page = 100
    date_hierarchy = "at"
    show_full_result_count = False
    search_fields = ["name", "detail", "object_id__exact", "actor__name", "actor__email"]
    search_help_text = _("A name, a number, a person, or words like “erase”.")
    fields = ["at", "actor", "action", "what", "fields_changed", "detail"]
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("person"), ordering="actor")
    def person(self, obj):
        return obj.actor or _("nobody")

    @admin.display(description=_("to what"))
    def what(self, obj):
        """Lead to what it was done to, if it has a page; it may be gone since. No query."""
        if not obj.object_id:
            return obj.what
        kind = ContentType.objects.get_for_id(obj.content_type_id)
        try:
            page = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[obj.object_id])
        except NoReverseMatch:
            return obj.what
        return format_html('<a href="{}">{}</a>', page, obj.what)

    @admin.display(description=_("fields"))
    def fields_changed(self, obj):
        return ", ".join(obj.fields)

    # Taking it along

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.send_table))
        return [path("table.csv", view, name="accounts_act_table"), *super().get_urls()]

    def send_table(self, request):
        """Send what the list shows, all its pages, narrowed and searched alike."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        acts = self.get_changelist_instance(request).get_queryset(request)
        name = f"audit-trail-{timezone.localdate():%Y-%m-%d}.csv"
        return csv_response(chain([HEADER], rows_of(acts)), name)
