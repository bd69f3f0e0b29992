"""Donors as the treasurer knows them: what they gave, what they may be asked, who is who twice."""

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, label_for_field
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sessions import make_sure
from campaigns.admin.exports import Exported
from campaigns.money import money_text
from donations.erasing import all_about, erase
from donations.merging import merge
from donations.models import Donation, Donor, Merge, NameOnWall
from donations.printing import pdf_response, print_statement
from publishing.versions import VersionsAdmin

from .exports import DonorTable

GIFTS_SHOWN = 50


class AlikeFilter(admin.SimpleListFilter):
    title = gettext_lazy("twice in the list?")
    parameter_name = "alike"

    def lookups(self, request, model_admin):
        return [("yes", _("Same name or address as another"))]

    def queryset(self, request, queryset):
        return queryset.alike().order_by("name", "email") if self.value() == "yes" else queryset


class ErasedFilter(admin.SimpleListFilter):
    title = gettext_lazy("erased")
    parameter_name = "erased"

    def lookups(self, request, model_admin):
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request, queryset):
        wanted = {"no": True, "yes": False}.get(self.value())
        return queryset if wanted is None else queryset.filter(erased_at__isnull=wanted)


@admin.register(Donor)
class DonorAdmin(Exported, VersionsAdmin):
    table = DonorTable
    list_display = ["__str__", "email", "country", "language", "shown", "gifts", "last_gift_on"]
    list_filter = [AlikeFilter, ErasedFilter, "shown", "may_write", "language"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["name", "email", "public_name"]
    fields = ["name", "email", "email_proved_at", "address", "country", "language", "public_name",
              "shown", "may_write", "note"]  # fmt: skip
    readonly_fields = ["email_proved_at"]
    change_form_template = "admin/donations/donor_change_form.html"
    actions = ["merge_two"]

    def has_delete_permission(self, request, obj=None):
        """Whoever is to be forgotten is erased; then the sums stay."""
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.erased_at)

    def get_queryset(self, request):
        return super().get_queryset(request).with_gifts()

    def save_model(self, request, obj, form, change):
        if "email" in form.changed_data:
            obj.email_proved_at = None  # of another address nobody has shown that it is theirs
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("gifts"))
    def gifts(self, obj):
        return obj.gift_count

    @admin.display(description=gettext_lazy("last gift"))
    def last_gift_on(self, obj):
        return obj.last_gift_on

    # One donor

    def get_urls(self):
        def get(name):
            return self.admin_site.admin_view(require_safe(getattr(self, name)))

        def post(name):
            return self.admin_site.admin_view(require_POST(getattr(self, name)))

        ask = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.ask))
        both = require_http_methods(["GET", "HEAD", "POST"])(self.merge_view)
        return [
            path("<int:pk>/gifts-<int:year>.pdf", get("statement"), name="donor_statement"),
            path("<int:pk>/all.json", get("all_about"), name="donor_all"),
            path("<int:pk>/erase/", ask, name="donor_erase"),
            path("<int:pk>/wall/", post("wall"), name="donor_wall"),
            path("merge/<int:one>/<int:other>/", self.admin_site.admin_view(both),
                 name="donor_merge"),
            *super().get_urls(),
        ]  # fmt: skip

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what somebody gave beside who it is. Six queries more, whatever there is."""
        donor = self.get_object(request, object_id)
        if donor and self.has_view_permission(request, donor):
            extra_context = story_of(donor) | (extra_context or {})
            extra_context["may_change"] = self.has_change_permission(request, donor)
        return super().change_view(request, object_id, form_url, extra_context)

    def statement(self, request, pk, year):
        donor = self.donor(request, pk)
        if not 1990 < year < 2200:
            raise Http404
        return pdf_response(print_statement(donor, year), f"gifts-{year}-donor-{pk}")

    def all_about(self, request, pk):
        """Hand out everything that is kept about a donor, for the donor."""
        donor = self.donor(request, pk)
        make_sure(request, back_to=reverse("admin:donations_donor_change", args=[pk]))
        text = all_about(donor)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="donor-{pk}.json"'
        response["Cache-Control"] = "private, no-store"
        return response

    def ask(self, request, pk):
        """Ask once, then forget the donor."""
        donor = self.donor(request, pk, to_change=True)
        make_sure(request, filled_in=request.method == "POST")
        if request.method == "POST":
            erase(donor)
            self.log_change(request, erased := Donor.objects.get(pk=pk), _("Erased."))
            self.message_user(request, _("%(donor)s is all that is left.") % {"donor": erased})
            return redirect("admin:donations_donor_change", pk)
        return self.page(request, "donor_erase", _("Erase a donor"), {"donor": donor})

    def wall(self, request, pk):
        """Let the name stand on the page of thanks as it was read, or take it off."""
        donor = self.donor(request, pk, to_change=True)
        name = request.POST.get("name", "")
        NameOnWall.objects.filter(donor=donor).delete()
        if name and name == donor.name_in_public:
            NameOnWall.objects.create(donor=donor, name=name, read_by=request.user)
            text = _("“%(name)s” stands on the page of thanks.")
            self.message_user(request, text % {"name": name}, messages.SUCCESS)
        elif name:
            text = _("The name changed meanwhile. Read it again.")
            self.message_user(request, text, messages.WARNING)
        else:
            self.message_user(request, _("The name is off the page of thanks."), messages.SUCCESS)
        return redirect("admin:donations_donor_change", pk)

    def donor(self, request, pk, to_change=False):
        donor = self.get_object(request, pk)
        if donor is None:
            raise Http404
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request, donor):
            raise PermissionDenied
        return donor

    def page(self, request, name, title, context):
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/donations/{name}.html", shared | context)

    # Two donors

    @admin.action(
        description=gettext_lazy("Merge two that are the same person"), permissions=["change"]
    )
    def merge_two(self, request, queryset):
        numbers = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(numbers) != 2:
            self.message_user(request, _("Tick two donors, not more or less."), messages.ERROR)
            return None
        return redirect("admin:donor_merge", *numbers)

    def merge_view(self, request, one, other):
        """Show both beside each other, ask whose words stay, then merge."""
        pair = [self.donor(request, pk, to_change=True) for pk in (one, other)]
        context = {"rows": compared(pair), "pair": pair}
        if request.method == "POST":
            try:
                kept, gone = chosen(request.POST.get("keep"), pair)
                merge(kept, gone, by=request.user)
            except ValidationError as refusal:
                context["refusal"] = refusal.messages
            else:
                self.log_change(request, kept, _("Merged with another donor."))
                self.message_user(request, _("Merged."), messages.SUCCESS)
                return redirect("admin:donations_donor_change", kept.pk)
        return self.page(request, "donor_merge", _("Merge two donors"), context)


@admin.register(Merge)
class MergeAdmin(admin.ModelAdmin):
    """Which donor's rows went where. Nobody writes here."""

    list_display = ["merged_at", "gone", "kept", "merged_by"]
    list_select_related = ["kept", "merged_by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["gone__exact", "kept__name"]
    search_help_text = gettext_lazy("The number of the donor that is no more, or who was kept.")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def chosen(number, pair):
    """Return (who is kept, who goes)."""
    for kept, gone in (pair, pair[::-1]):
        if number == str(kept.pk):
            return kept, gone
    raise ValidationError(_("Choose whose words stay."))


def compared(pair):
    """Return (label, of the one, of the other, whether they differ) of each field."""
    rows = []
    for name in DonorAdmin.fields:
        one, other = (
            display_for_field(getattr(donor, name), Donor._meta.get_field(name), "")
            for donor in pair
        )
        rows.append((label_for_field(name, Donor), one, other, one != other))
    counts = [str(donor.gift_count) for donor in pair]
    return [*rows, (_("gifts"), *counts, False)]


def story_of(donor):
    """Return the sums by year and currency, gifts, pledges and merges of a donor. Six queries."""
    gifts = donor.donations.without_mistakes()
    by_year = (
        gifts.filter(amount__isnull=False)
        .order_by()
        .annotate(year=ExtractYear("received_on"))
        .values_list("year", "currency")
        .annotate(sum=Sum("amount"), fees=Sum("fee"), count=Count("pk"))
        .order_by("-year", "currency")
    )
    rows = donor.donations.with_state().prefetch_related("receipts").select_related("method")
    waits = reverse("admin:donations_donation_changelist") + f"?donor__id__exact={donor.pk}"
    return {
        "sums": [
            (year, money_text(total, currency), money_text(fees, currency), count)
            for year, currency, total, fees, count in by_year
        ],
        "years": [day.year for day in gifts.dates("received_on", "year", order="DESC")],
        "gifts": list(rows.order_by("-received_on", "-pk")[:GIFTS_SHOWN]),
        "all_gifts": waits,
        "pledges": list(donor.pledges.with_lines().order_by("-pk")[:GIFTS_SHOWN]),
        "merges": list(donor.merges.select_related("merged_by")),
        "wall": NameOnWall.objects.filter(donor=donor).first(),
        "unthanked": Donation.objects.unthanked().filter(donor=donor).count(),
    }
