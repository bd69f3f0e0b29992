"""Tables for a spreadsheet: campaigns, needs, entries and expenses, as CSV and XLSX."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource

from accounts.sessions import make_sure
from campaigns.models import Campaign, Entry, Expense, Need
from correspondence.spreadsheets import inert

FORMATS = {"csv": CSV, "xlsx": XLSX}


class Table(ModelResource):
    """Rows whose words give a spreadsheet no orders: those that look like one begin with an '.

    The setting of import_export takes the sign = away, and leaves the others.
    """

    def export_field(self, field, instance, **kwargs):
        value = super().export_field(field, instance, **kwargs)
        return inert(value) if isinstance(value, str) else value


class CampaignTable(Table):
    class Meta:
        model = Campaign
        fields = ["id", "title_en", "slug", "state", "starts_on", "ends_on", "currency",
                  "is_featured", "published_at", "delay_days", "smallest_told"]  # fmt: skip
        export_order = fields


class NeedTable(Table):
    """Needs with their numbers, in the unit of each."""

    campaign = Field("campaign__title_en", "campaign")
    supply = Field("supply__name_en", "supply")
    unit = Field("unit", "unit")
    pledged = Field("pledged", "pledged")
    received = Field("received", "received")
    delivered = Field("delivered", "delivered")
    in_stock = Field("in_stock", "in_stock")
    on_the_way = Field("on_the_way", "on_the_way")

    class Meta:
        model = Need
        fields = ["id", "campaign", "supply", "purpose_en", "unit", "target", "unit_cost",
                  "quoted_on", "grams_a_day", "people", "days", "formula_kg", "target_source_en",
                  "target_reason_en", "pledged", "received", "delivered", "in_stock",
                  "on_the_way"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return Need.objects.select_related("campaign", "supply").with_quantities()


class EntryTable(Table):
    campaign = Field("need__campaign__title_en", "campaign")
    need = Field("need__supply__name_en", "need")
    unit = Field("need__unit", "unit")
    entered_by = Field("entered_by__name", "entered_by")
    region = Field("detail__region__name_en", "region")
    people_reached = Field("detail__people_reached", "people_reached")
    private_place = Field("detail__private_place", "private_place")
    private_note = Field("detail__private_note", "private_note")
    report = Field("detail__report__title_en", "report")

    class Meta:
        model = Entry
        fields = ["id", "campaign", "need", "kind", "quantity", "unit", "happened_on", "amount",
                  "currency", "reverses", "came_from", "entered_at", "entered_by", "region",
                  "people_reached", "private_place", "private_note", "report"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return Entry.objects.in_order().select_related(
            "need__campaign", "need__supply", "entered_by", "detail__region", "detail__report"
        )


class ExpenseTable(Table):
    campaign = Field("campaign__title_en", "campaign")
    entered_by = Field("entered_by__name", "entered_by")

    class Meta:
        model = Expense
        fields = ["id", "category", "amount", "currency", "spent_on", "campaign", "note",
                  "reverses", "entered_at", "entered_by"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return Expense.objects.order_by("pk").select_related("campaign", "entered_by")


class Exported:
    """Adds to an admin two addresses that send its whole table; a list's page links to them.

    import_export's own page needs inline scripts, which no page of ours may hold.
    """

    table = None
    change_list_template = "admin/campaigns/exported_change_list.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_table"
        view = self.admin_site.admin_view(require_safe(self.send_table))
        return [path("table.<slug:ending>/", view, name=name), *super().get_urls()]

    def has_table_permission(self, request):
        """Whoever sees every column may have it in a file."""
        return self.has_view_permission(request)

    def send_table(self, request, ending):
        if ending not in FORMATS or not self.has_table_permission(request):
            raise PermissionDenied
        back_to = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        make_sure(request, back_to=back_to)
        kind = FORMATS[ending]()
        body = kind.export_data(self.table().export())
        name = f"{self.opts.model_name}-{timezone.localdate():%Y-%m-%d}.{ending}"
        response = HttpResponse(body, content_type=kind.get_content_type())
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def changelist_view(self, request, extra_context=None):
        offered = FORMATS if self.has_table_permission(request) else []
        return super().changelist_view(request, {"tables": offered, **(extra_context or {})})
