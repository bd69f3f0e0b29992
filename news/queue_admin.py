"""What imports left for an editor to settle, and what they made of each item."""

from django.contrib import admin, messages
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .filters import SettledFilter
from .models import Flag, ImportedItem


def settle_all(model_admin, request, flags):
    """Settle flags in the name of who asks, and say how many."""
    flags = list(flags)
    for flag in flags:
        flag.settle(request.user)
    queue = format_html(
        '<a href="{}">{}</a>', reverse("admin:news_flag_changelist"), _("What else needs attention")
    )
    done = ngettext("%d flag settled.", "%d flags settled.", len(flags)) % len(flags)
    model_admin.message_user(request, format_html("{} {}", done, queue), messages.SUCCESS)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Made by an import; looked at here, and changed by nobody's hand."""

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("article"), ordering="article")
    def article_link(self, obj):
        if obj.article is None:
            return _("deleted")
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:news_article_change", args=[obj.article_id]),
            obj.article,
        )

    @admin.display(description=gettext_lazy("text as it stood"))
    def raw_start(self, obj):
        return truncatechars(obj.raw, 160)


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = ["reason", "place", "article_link", "raw_start", "settled_at"]
    list_filter = [SettledFilter, "reason"]
    list_select_related = ["article"]
    search_fields = ["place", "raw"]
    actions = ["settle"]
    fields = ["reason", "place", "article_link", "note", "raw", "settled_at", "settled_by"]

    def has_settle_permission(self, request):
        return request.user.has_perm("news.change_article")

    @admin.action(description=gettext_lazy("Settled"), permissions=["settle"])
    def settle(self, request, queryset):
        settle_all(self, request, queryset.open())


@admin.register(ImportedItem)
class ImportedItemAdmin(ReadOnlyAdmin):
    list_display = ["key", "source", "place", "article_link", "raw_start"]
    list_filter = ["source"]
    list_select_related = ["article"]
    search_fields = ["key", "raw"]
    fields = ["source", "key", "place", "article_link", "raw"]
