"""Gifts as the treasurer books them, looks them up and takes them back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.admin.exports import Exported
from donations import booking
from donations.gift_forms import BackForm, GiftForm, VoidForm
from donations.models import Donation

from .acts import GiftActs, ReceiptFilter, ThanksFilter
from .exports import DonationTable
from .years import MonthFilter, YearFilter

FIGURES = ["text", "received_on", "method", "pledge", "fee_text", "transaction_id", "worth"]


@admin.register(Donation)
class DonationAdmin(GiftActs, Exported, admin.ModelAdmin):
    """Posted figures stay for ever; whom a gift came from may be learnt late."""

    table = DonationTable
    list_display = ["received_on", "text", "donor", "code", "method", "state", "thanked_on"]
    list_display_links = ["received_on", "text"]
    list_filter = [YearFilter, MonthFilter, ThanksFilter, ReceiptFilter, "currency", "method"]
    list_select_related = ["donor", "method", "instalment__pledge"]
    list_per_page = 50
    show_full_result_count = False
    day_field = "received_on"
    search_fields = ["donor__name", "donor__email", "transaction_id__exact",
                     "instalment__pledge__reference__iexact"]  # fmt: skip
    search_help_text = gettext_lazy(
        "The donor's name or e-mail address, a transaction id, or a reference code."
    )
    autocomplete_fields = ["donor"]
    fields = [*FIGURES, "donor", "goods", "note", "thanked_on"]
    readonly_fields = FIGURES
    change_form_template = "admin/donations/donation_change_form.html"

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        """Leave out what a gift of money, or of goods, has not."""
        empty = {"goods", "worth"} if obj and obj.is_money else {"fee_text", "transaction_id"}
        return [name for name in self.fields if name not in empty]

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=["donor", "goods", "note", "thanked_on"])

    # What the list and the form show

    @admin.display(description=gettext_lazy("what"), ordering="amount")
    def text(self, obj):
        return obj.text

    @admin.display(description=gettext_lazy("pledge"))
    def code(self, obj):
        return obj.instalment.pledge.spaced_reference if obj.instalment_id else ""

    pledge = code

    @admin.display(description=gettext_lazy("fee"))
    def fee_text(self, obj):
        return obj.fee_text

    @admin.display(description=gettext_lazy("donor's own valuation"))
    def worth(self, obj):
        return obj.valuation_text

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj):
        return obj.state_text

    # Booking and taking back

    def get_urls(self):
        def view(view):
            return self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(view))

        return [
            path("<int:pk>/void/", view(self.void), name="donations_donation_void"),
            path("<int:pk>/back/", view(self.give_back), name="donations_donation_back"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = GiftForm(request.POST or None, initial={"pledge": request.GET.get("pledge", "")})
        if request.method == "POST" and form.is_valid() and (gift := form.enter(by=request.user)):
            self.message_user(request, _("Booked: %(gift)s.") % {"gift": gift}, messages.SUCCESS)
            return redirect("admin:donations_donation_change", gift.pk)
        context = {"form": form, "media": self.media + form.media + form.parts.media}
        return self.render(request, "gift_form", _("Book a gift"), context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        gift = self.get_object(request, object_id)
        context = {"rows": gift and list(gift.allocations.with_purpose()),
                   "reversals": gift and gift.reversals.all(),
                   "may_book": self.has_add_permission(request)}  # fmt: skip
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def void(self, request, pk):
        """Ask once, then take back a gift that was entered by mistake."""

        def act(gift, told):
            booking.void(gift, by=request.user, note=told["note"])

        form = VoidForm(request.POST or None)
        return self.take_back(request, pk, form, _("Entered by mistake"), act)

    def give_back(self, request, pk):
        """Ask once, then book that money went back."""

        def act(gift, told):
            booking.give_back(gift, told.pop("amount"), by=request.user, **told)

        form = BackForm(request.POST or None, initial={"on": timezone.localdate()})
        return self.take_back(request, pk, form, _("Money went back"), act)

    def take_back(self, request, pk, form, title, act):
        if not self.has_add_permission(request):
            raise PermissionDenied
        gift = self.get_object(request, pk)
        if gift is None or gift.reverses_id:
            raise Http404
        if request.method == "POST" and form.is_valid():
            try:
                act(gift, form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                self.message_user(request, _("Taken back."), messages.SUCCESS)
                return redirect("admin:donations_donation_change", pk)
        context = {"form": form, "gift": gift, "media": self.media + form.media}
        return self.render(request, "gift_back", title, context)

    def render(self, request, name, title, context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **context,
        }
        return TemplateResponse(request, f"admin/donations/{name}.html", context)
