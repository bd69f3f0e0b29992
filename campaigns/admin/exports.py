"""Tables for a spreadsheet: campaigns, needs, entries and expenses, as CSV and XLSX."""

from itertools import chain

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sessions import make_sure
from campaigns.models import Campaign, Entry, Expense, Need
from correspondence.spreadsheets import FORMATS

CHUNK = 2000  # rows that are in memory at once


class Table:
    """Rows of the database as lines of a file."""

    columns = {}  # heading -> the name of what stands below it, as querysets know it

    def get_queryset(self):
        raise NotImplementedError

    def words(self):
        """Return {heading: function that writes what the database gave}, in the page's language."""
        return {}

    def lines(self):
        """Return the heading and a line for each row, which is fetched when it is asked for."""
        words = self.words()
        words = [words.get(heading) for heading in self.columns]
        rows = self.get_queryset().values_list(*self.columns.values()).iterator(CHUNK)
        lines = (
            [write(value) if write else value for write, value in zip(words, row, strict=True)]
            for row in rows
        )
        return chain([self.columns], lines)


def as_named(*names):
    """Return columns whose headings are the names of their fields."""
    return {name: name for name in names}


class CampaignTable(Table):
    columns = as_named(
        "id", "title_en", "slug", "state", "starts_on", "ends_on", "currency", "is_featured",
        "published_at", "delay_days", "smallest_told",
    )  # fmt: skip

    def get_queryset(self):
        return Campaign.objects.order_by("pk")


class NeedTable(Table):
    """Needs with their numbers, in the unit of each."""

    columns = {
        "id": "id",
        "campaign": "campaign__title_en",
        "supply": "supply__name_en",
        "purpose_en": "purpose_en",
        "unit": "supply__unit",
        **as_named("target", "unit_cost", "quoted_on", "grams_a_day", "people", "days"),
        **as_named("formula_kg", "target_source_en", "target_reason_en"),
        **as_named("pledged", "received", "delivered", "in_stock", "on_the_way"),
    }

    def get_queryset(self):
        return Need.objects.with_quantities()


class EntryTable(Table):
    columns = {
        "id": "id",
        "campaign": "need__campaign__title_en",
        "need": "need__supply__name_en",
        **as_named("kind", "quantity"),
        "unit": "need__supply__unit",
        **as_named("happened_on", "amount", "currency", "reverses", "came_from", "entered_at"),
        "entered_by": "entered_by__name",
        "region": "detail__region__name_en",
        "people_reached": "detail__people_reached",
        "private_place": "detail__private_place",
        "private_note": "detail__private_note",
        "report": "detail__report__title_en",
    }

    def get_queryset(self):
        return Entry.objects.in_order()


class ExpenseTable(Table):
    columns = {
        **as_named("id", "category", "amount", "currency", "spent_on"),
        "campaign": "campaign__title_en",
        **as_named("note", "reverses", "entered_at"),
        "entered_by": "entered_by__name",
    }

    def get_queryset(self):
        return Expense.objects.order_by("pk")


class Exported:
    """Adds to an admin two addresses that send its whole table; a list's page links to them."""

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
        name = f"{self.opts.model_name}-{timezone.localdate():%Y-%m-%d}.{ending}"
        return FORMATS[ending](self.table().lines(), name)

    def changelist_view(self, request, extra_context=None):
        offered = FORMATS if self.has_table_permission(request) else []
        return super().changelist_view(request, {"tables": offered, **(extra_context or {})})
