"""Supplies, regions and campaigns with their needs, as campaigners write them."""

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from campaigns.forms import CampaignForm, NeedForm, NeedFormSet, needs_in_short
from campaigns.models import Campaign, CampaignPhoto, Need, Region, Supply
from publishing.admin import KeepsRelated, PublishableAdmin, SituationFilter

from .exports import CampaignTable, Exported

LANGUAGES = [("ja", gettext_lazy("Japanese")), ("ko", gettext_lazy("Korean"))]


@admin.register(Supply)
class SupplyAdmin(KeepsRelated, TranslationAdmin):
    list_display = ["name", "unit", "contains"]
    list_filter = ["unit"]
    search_fields = ["name_en", "name_ja", "name_ko"]
    autocomplete_fields = ["photo"]
    fields = ["name_en", "unit", "contains_en", "photo", "name_ja", "contains_ja", "name_ko",
              "contains_ko"]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        """The unit stays as soon as something is counted in it."""
        return ["unit"] if obj and obj.needs.exists() else []

    def has_delete_permission(self, request, obj=None):
        asked_for = obj is not None and obj.needs.exists()
        return super().has_delete_permission(request, obj) and not asked_for


@admin.register(Region)
class RegionAdmin(TranslationAdmin):
    list_display = ["name"]
    search_fields = ["name_en", "name_ja", "name_ko"]
    fields = ["name_en", "name_ja", "name_ko"]


class NeedInline(KeepsRelated, TranslationStackedInline):
    model = Need
    form = NeedForm
    formset = NeedFormSet
    extra = 0
    autocomplete_fields = ["supply"]
    readonly_fields = ["working", "ledger"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("supply", "purpose_en"),
                    ("target", "position"),
                    ("unit_cost", "quoted_on"),
                    "target_source_en",
                    "ledger",
                ]
            },
        ),
        (
            gettext_lazy("Formula: grams a person a day × people × days"),
            {"fields": [("grams_a_day", "people", "days"), "working", "target_reason_en"]},
        ),
        *(
            (
                language,
                {
                    "classes": ["collapse"],
                    "fields": [
                        f"{f}_{code}" for f in ("purpose", "target_source", "target_reason")
                    ],
                },
            )
            for code, language in LANGUAGES
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("supply", "campaign")

    @admin.display(description=gettext_lazy("what the formula gives"))
    def working(self, obj):
        if not obj.formula_text:
            return _("No formula yet; saving computes it.")
        return f"{obj.formula_text} {obj.rounding_text and f'({obj.rounding_text})'}".strip()

    @admin.display(description=gettext_lazy("ledger"))
    def ledger(self, obj):
        if not obj.pk:
            return _("Begins once the need is saved.")
        address = reverse("admin:campaigns_need_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("What came, left and arrived"))


class PhotoInline(KeepsRelated, admin.TabularInline):
    model = CampaignPhoto
    fields = ["position", "photo"]
    autocomplete_fields = ["photo"]
    extra = 0


class TimeFilter(admin.SimpleListFilter):
    title = gettext_lazy("time")
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("open", _("Open")), ("finished", _("Finished"))]

    def queryset(self, request, queryset):
        narrowed = {"open": queryset.open, "finished": queryset.finished}
        return narrowed[self.value()]() if self.value() in narrowed else queryset


@admin.register(Campaign)
class CampaignAdmin(Exported, PublishableAdmin, TranslationAdmin):
    table = CampaignTable
    form = CampaignForm
    list_display = ["title", "state_label", "starts_on", "time_left", "asks_for_in_short",
                    "is_featured"]  # fmt: skip
    list_filter = [SituationFilter, TimeFilter, "is_featured"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-starts_on", "-pk"]
    search_fields = ["search"]
    search_help_text = gettext_lazy("Words in any of the languages; “a phrase”; -without.")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lead_photo"]
    inlines = [NeedInline, PhotoInline]
    fieldsets = [
        (gettext_lazy("Text"), {"fields": ["title_en", "slug", "teaser_en", "story_en", "lead_photo"]}),
        (
            gettext_lazy("Time and money"),
            {"fields": [("starts_on", "ends_on"), "currency", "is_featured"]},
        ),
        *(
            (
                language,
                {
                    "classes": ["collapse"],
                    "description": gettext_lazy("What stays empty is shown in English."),
                    "fields": [f"{field}_{code}" for field in ("title", "teaser", "story")],
                },
            )
            for code, language in LANGUAGES
        ),
        (
            gettext_lazy("What the public learns of deliveries"),
            {"classes": ["collapse"], "fields": ["delay_days", "smallest_told"]},
        ),
        (gettext_lazy("Publication"), {"fields": ["state_now", "published_at"]}),
    ]  # fmt: skip

    def get_queryset(self, request):
        needs = Prefetch("needs", Need.objects.select_related("supply"))
        return super().get_queryset(request).defer("search").prefetch_related(needs)

    def has_delete_permission(self, request, obj=None):
        """What has entries stays: they are never deleted."""
        has_entries = obj is not None and obj.needs.filter(entries__isnull=False).exists()
        return super().has_delete_permission(request, obj) and not has_entries

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        return obj.state_label

    @admin.display(description=gettext_lazy("time left"), ordering="ends_on")
    def time_left(self, obj):
        if obj.is_finished:
            return _("finished")
        if obj.days_left is None:
            return _("no last day")
        days = ngettext("%(days)s day", "%(days)s days", obj.days_left)
        return days % {"days": obj.days_left}

    @admin.display(description=gettext_lazy("asks for"))
    def asks_for_in_short(self, obj):
        return needs_in_short(obj)
