"""Receipts: read, handed out, issued again. They are issued in the list of gifts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from campaigns.admin.exports import Exported
from donations.models import Receipt
from donations.printing import receipt_response
from donations.receipts import reissue

from .acts import receipts_answer, tell_refusals, warn_of_signs
from .exports import ReceiptTable
from .years import MonthFilter, YearFilter


class ValidFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("valid", _("Valid")), ("void", _("Void"))]

    def queryset(self, request, queryset):
        narrowed = {
            "valid": lambda: queryset.valid(),
            "void": lambda: queryset.exclude(void_on=None),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset


@admin.register(Receipt)
class ReceiptAdmin(Exported, admin.ModelAdmin):
    """Nothing of a receipt is typed: what is wrong is put right in the gift or with the donor."""

    table = ReceiptTable
    list_display = ["code", "issued_on", "donor", "what", "reissued_on", "state"]
    list_filter = [YearFilter, MonthFilter, ValidFilter]
    list_select_related = ["donation__donor"]
    list_per_page = 50
    show_full_result_count = False
    day_field = "issued_on"
    search_fields = ["donation__donor__name", "donation__donor__email"]
    search_help_text = gettext_lazy("A number like 2026-00012, or the donor's name or address.")
    fields = ["code", "donor", "what", "donation", "issued_on", "issued_by", "reissued_on", "state"]
    change_form_template = "admin/donations/receipt_change_form.html"
    actions = ["download", "issue_again"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_reissue_permission(self, request):
        return request.user.has_perm("donations.change_receipt")

    def get_search_results(self, request, queryset, search_term):
        year, dash, number = search_term.strip().partition("-")
        if dash and (year + number).isascii() and (year + number).isdecimal() and len(number) < 9:
            return queryset.filter(year=int(year[:4]), number=int(number or 0)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def code(self, obj):
        return str(obj)

    @admin.display(description=gettext_lazy("donor"))
    def donor(self, obj):
        return obj.donation.donor

    @admin.display(description=gettext_lazy("what"))
    def what(self, obj):
        return obj.text

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj):
        if obj.void_on is None:
            return _("valid")
        return _("void: %(cause)s") % {"cause": obj.get_void_cause_display()}

    # Many

    @admin.action(description=gettext_lazy("Download as one PDF"), permissions=["view"])
    def download(self, request, queryset):
        return receipts_answer(self, request, queryset, "receipts")

    @admin.action(
        description=gettext_lazy("Issue again, under the same number"), permissions=["reissue"]
    )
    def issue_again(self, request, queryset):
        done, refusals = [], []
        for receipt in queryset.select_related("donation__donor"):
            try:
                reissue(receipt)
            except ValidationError as refusal:
                refusals.extend(refusal.messages)
            else:
                self.log_change(request, receipt, [{"changed": {"fields": ["reissued_on"]}}])
                done.append(receipt)
        tell_refusals(self, request, refusals)
        warn_of_signs(self, request, done)
        if done:
            self.message_user(request, _("Issued again. Tick them and download."), messages.SUCCESS)

    # One

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/receipt.pdf", view(require_safe(self.paper)), name="receipt_paper"),
            path("<int:pk>/again/", view(require_POST(self.again)), name="receipt_again"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_reissue": self.has_reissue_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def paper(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return receipt_response(self.receipt(request, pk))

    def again(self, request, pk):
        if not self.has_reissue_permission(request):
            raise PermissionDenied
        receipts = Receipt.objects.filter(pk=self.receipt(request, pk).pk)
        self.issue_again(request, receipts)
        return redirect("admin:donations_receipt_change", pk)

    def receipt(self, request, pk):
        receipt = self.get_object(request, pk)
        if receipt is None:
            raise Http404
        return receipt
