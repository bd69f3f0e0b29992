"""Expenses: entered once, reversed when wrong; only note and document may change."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.expense_forms import ExpenseForm
from campaigns.models import Expense
from campaigns.money import money_text
from publishing.admin import KeepsRelated

from .exports import ExpenseTable, Exported

FIGURES = ["category", "amount", "currency", "spent_on", "campaign"]


@admin.register(Expense)
class ExpenseAdmin(Exported, KeepsRelated, admin.ModelAdmin):
    table = ExpenseTable
    form = ExpenseForm
    list_display = ["spent_on", "category", "sum", "campaign", "note_begins", "state"]
    list_display_links = ["spent_on", "category"]
    list_filter = ["category", "currency", "campaign"]
    list_select_related = ["campaign", "reversed_by"]
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "spent_on"
    search_fields = ["note"]
    autocomplete_fields = ["document"]
    fields = [*FIGURES, "note", "document", "form_slip"]
    change_form_template = "admin/campaigns/expense_change_form.html"
    change_list_template = "admin/campaigns/expense_change_list.html"
    actions = None

    def get_readonly_fields(self, request, obj=None):
        return FIGURES if obj else []

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if not (obj and name == "form_slip")]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Enter an expense once, however often its form arrives; later save what may change."""
        if change:
            obj.save(update_fields=["note", "document"])
        else:
            obj.entered_by = request.user
            self.enter_once(obj)

    def enter_once(self, obj):
        """Of two that arrive at the same moment the database lets one pass; the other is it."""
        try:
            with transaction.atomic():
                obj.save()
        except IntegrityError:
            obj.pk = Expense.objects.values_list("pk", flat=True).get(slip=obj.slip)

    # The list

    def changelist_view(self, request, extra_context=None):
        """Tell below the list what all of its expenses come to, each currency by itself."""
        response = super().changelist_view(request, extra_context)
        if changelist := getattr(response, "context_data", {}).get("cl"):
            expenses = changelist.queryset.order_by("currency").values_list("currency")
            response.context_data["totals"] = [
                (currency, money_text(total, currency))
                for currency, total in expenses.annotate(Sum("amount"))
            ]
        return response

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, obj):
        return money_text(obj.amount, obj.currency)

    @admin.display(description=gettext_lazy("note"))
    def note_begins(self, obj):
        return obj.note[:60]

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj):
        if obj.reverses_id:
            return _("reverses No. %(number)s") % {"number": obj.reverses_id}
        if hasattr(obj, "reversed_by"):
            return _("reversed by No. %(number)s") % {"number": obj.reversed_by.pk}
        return ""

    # Reversing

    def get_urls(self):
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.reverse)
        )
        return [
            path("<int:pk>/reverse/", view, name="campaigns_expense_reverse"),
            *super().get_urls(),
        ]

    def reverse(self, request, pk):
        """Ask once, then enter the expense that takes this one back."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        expense = Expense.objects.filter(pk=pk).first()
        if expense is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reverse an expense"),
            "expense": expense,
            "sum": money_text(expense.amount, expense.currency),
        }
        if request.method == "POST":
            try:
                expense.reverse(by=request.user)
            except ValidationError as refusal:
                context["refusal"] = refusal.messages
            else:
                self.message_user(request, _("Reversed. Now enter it right."), messages.SUCCESS)
                return redirect("admin:campaigns_expense_changelist")
        return TemplateResponse(request, "admin/campaigns/expense_reverse.html", context)
