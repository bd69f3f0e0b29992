"""What imports left for an editor to settle, and what they made of each item."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import redirect
from django.template.defaultfilters import truncatechars
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from .models import Flag, ImportedItem, Publishable, content_type_of


def change_url(row):
    """Return where staff work on a row."""
    return reverse(admin_name(row, "change"), args=[row.pk])


def admin_name(row, act):
    return f"admin:{row._meta.app_label}_{row._meta.model_name}_{act}"


def settle_all(model_admin, request, flags):
    """Settle flags in the name of who asks, and say how many."""
    flags = list(flags)
    for flag in flags:
        flag.settle(request.user)
    queue = format_html(
        '<a href="{}">{}</a>',
        reverse("admin:publishing_flag_changelist"),
        _("What else needs attention"),
    )
    done = ngettext("%d flag settled.", "%d flags settled.", len(flags)) % len(flags)
    model_admin.message_user(request, format_html("{} {}", done, queue), messages.SUCCESS)


class AttentionFilter(admin.SimpleListFilter):
    title = gettext_lazy("needs attention")
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        return queryset.needing_attention() if self.value() == "yes" else queryset


class SettledFilter(admin.SimpleListFilter):
    """Open flags unless one asks for more: the queue is for what is still to do."""

    title = gettext_lazy("settled")
    parameter_name = "settled"

    def lookups(self, request, model_admin):
        return [("yes", _("Settled")), ("all", _("All"))]

    def choices(self, changelist):
        still_open, *others = super().choices(changelist)
        return [still_open | {"display": _("Still open")}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.exclude(settled_at=None) if self.value() == "yes" else queryset.open()


class AttentionList(ChangeList):
    """Counts each row's open flags, for the column `attention`."""

    def get_queryset(self, request, exclude_parameters=None):
        flags = Flag.objects.open().filter(
            content_type=content_type_of(self.model), object_id=OuterRef("pk")
        )
        counted = flags.order_by().values("object_id").annotate(n=Count("pk")).values("n")
        rows = super().get_queryset(request, exclude_parameters)
        return rows.annotate(open_flags=Coalesce(Subquery(counted, IntegerField()), 0))


class AttentionAdmin(admin.ModelAdmin):
    """Shows a row's flags above its form, to be settled there, and counts them in the list."""

    def get_changelist(self, request, **kwargs):
        return AttentionList

    @admin.display(description=gettext_lazy("flags"))
    def attention(self, obj):
        return obj.open_flags or ""

    def get_urls(self):
        settle = self.admin_site.admin_view(self.settle)
        name = admin_name(self.model, "settle").removeprefix("admin:")
        return [
            path("<int:pk>/settle/", settle, name=f"{name}_all"),
            path("<int:pk>/settle/<int:flag_pk>/", settle, name=name),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def settle(self, request, pk, flag_pk=None):
        """Settle one flag of a row, or all, and come back to the row."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        flags = row.flags.open()
        settle_all(self, request, flags.filter(pk=flag_pk) if flag_pk else flags)
        return redirect(change_url(row))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            flags = list(obj.flags.select_related("settled_by"))
            context["open_flags"] = [flag for flag in flags if not flag.settled_at]
            context["settled_flags"] = [flag for flag in flags if flag.settled_at]
            context["imported_items"] = obj.imported_items
            context["settle_name"] = admin_name(obj, "settle")
            context["settle_all_name"] = admin_name(obj, "settle_all")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """Flags go with their row, though nobody may delete one by hand."""
        tree, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return tree, counts, lacking - {Flag._meta.verbose_name}, protected


class ReadOnlyAdmin(admin.ModelAdmin):
    """Made by an import; looked at here, and changed by nobody's hand."""

    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("row")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("what it became"))
    def row_link(self, obj):
        if obj.row is None:
            return _("deleted")
        return format_html('<a href="{}">{}</a>', change_url(obj.row), obj.row)

    @admin.display(description=gettext_lazy("text as it stood"))
    def raw_start(self, obj):
        return truncatechars(obj.raw, 160)


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = ["reason", "place", "row_link", "raw_start", "settled_at"]
    list_filter = [SettledFilter, "reason"]
    search_fields = ["place", "raw"]
    actions = ["settle"]
    fields = ["reason", "place", "row_link", "note", "raw", "settled_at", "settled_by"]

    def has_settle_permission(self, request):
        """Who may change one kind of what is published may settle what is in doubt about it."""
        return bool(self.kinds_to_settle(request.user))

    def kinds_to_settle(self, user):
        return [
            content_type_of(model)
            for model in Publishable.__subclasses__()
            if user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
        ]

    @admin.action(description=gettext_lazy("Settled"), permissions=["settle"])
    def settle(self, request, queryset):
        kinds = self.kinds_to_settle(request.user)
        settle_all(self, request, queryset.open().filter(content_type__in=kinds))


@admin.register(ImportedItem)
class ImportedItemAdmin(ReadOnlyAdmin):
    list_display = ["key", "source", "place", "row_link", "raw_start"]
    list_filter = ["source"]
    search_fields = ["key", "raw"]
    fields = ["source", "key", "place", "row_link", "raw"]
