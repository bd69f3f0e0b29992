"""Promises as the treasurer sees them: looked up by their code, confirmed, cancelled."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from donations.links import revoke
from donations.models import Instalment, Pledge
from donations.pledging import cancel, confirm
from donations.promises import left_of
from donations.references import near_misses, read_reference

from .years import MonthFilter, YearFilter

ACTS = {"confirm": partial(confirm, by_link=False), "cancel": cancel, "revoke": revoke}


class LateFilter(admin.SimpleListFilter):
    title = gettext_lazy("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [("late", _("late, and reminded")), ("goods", _("goods to come"))]

    def queryset(self, request, queryset):
        narrowed = {
            "late": lambda: queryset.late(),
            "goods": lambda: queryset.open().with_goods(),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset


@admin.register(Pledge)
class PledgeAdmin(admin.ModelAdmin):
    """What was promised, in which instalments it falls due, and what came of it."""

    list_display = ["code", "made_at", "donor", "promised", "rhythm", "state"]
    list_filter = ["state", LateFilter, YearFilter, MonthFilter, "rhythm", "currency"]
    list_select_related = ["donor"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["reference"]
    search_help_text = gettext_lazy("A reference code, also mistyped, or the donor's name.")
    day_field = "made_at"
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_act(self, request):
        return request.user.has_perm("donations.change_pledge")

    def get_queryset(self, request):
        return super().get_queryset(request).with_lines()

    def get_search_results(self, request, queryset, search_term):
        """Find a pledge by its code however it was written, or by its donor's name."""
        if not search_term:
            return queryset, False
        code = read_reference(search_term)
        if codes := [code] if code else near_misses(search_term):
            found = queryset.filter(reference__in=codes)
            if found.exists():
                return found, False
        return queryset.filter(donor__name__icontains=search_term), False

    @admin.display(description=gettext_lazy("code"), ordering="reference")
    def code(self, obj):
        return obj.spaced_reference

    @admin.display(description=gettext_lazy("promised"))
    def promised(self, obj):
        return "; ".join(line.text for line in obj.standing_lines)

    # One pledge

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.act))
        return [
            path("<int:pk>/act/<slug:act>/", view, name="donations_pledge_act"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what was promised and what came. A fixed number of queries and two an instalment."""
        pledge = self.get_object(request, object_id)
        if not self.has_view_permission(request, pledge):
            raise PermissionDenied
        if pledge is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Pledge %(code)s") % {"code": pledge},
            "pledge": pledge,
            "instalments": instalments_of(pledge),
            "may_act": self.may_act(request),
        }
        return TemplateResponse(request, "admin/donations/pledge.html", context)

    def act(self, request, pk, act):
        """Do what a button says, and say what came of it."""
        if not self.may_act(request):
            raise PermissionDenied
        pledge = Pledge.objects.filter(pk=pk).first()
        if pledge is None or act not in ACTS:
            raise Http404
        try:
            ACTS[act](pledge)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self.message_user(request, _("Done."), messages.SUCCESS)
        return redirect("admin:donations_pledge_change", pk)


def instalments_of(pledge):
    """Return the newest instalments, each with its gifts and what is still to come of it."""
    instalments = pledge.instalments.order_by("-number").prefetch_related("donations")[:12]
    for instalment in instalments:
        instalment.pledge = pledge
        if instalment.state in Instalment.OPEN:
            left = left_of(instalment)
            instalment.left = [line.text_of(rest) for line, rest in left.items() if rest > 0]
    return instalments
