"""Supplies, regions and campaigns with their needs, as campaigners write them."""

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from campaigns.forms import CampaignForm, NeedForm, NeedFormSet
from campaigns.models import Campaign, CampaignPhoto, Need, Region, Supply
from campaigns.quantities import Unit
from campaigns.templatetags.campaigns_office import time_left
from library.admin import tell_withheld
from library.models import Photo
from publishing.admin import KeepsRelated, PublishableAdmin, SituationFilter
from publishing.queue_admin import AttentionList

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

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell_withheld(self, request, Photo.objects.withheld().filter(pk=obj.photo_id))

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
    """What the campaign asks for. Without scripts nobody can add a form: one stands there empty."""

    model = Need
    form = NeedForm
    formset = NeedFormSet
    readonly_fields = ["working", "target_now", "ledger"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "ledger",
                    ("supply", "purpose_en"),
                    ("target", "target_now", "working"),
                    "target_source_en",
                    ("unit_cost", "quoted_on"),
                    "position",
                ]
            },
        ),
        (
            gettext_lazy("Formula: grams a person a day × people × days"),
            {"fields": [("grams_a_day", "people", "days"), "target_reason_en"]},
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

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("supply", "campaign")

    def get_fieldsets(self, request, obj=None):
        """Show the target as typed or as read, and the ledger to whom it is open."""
        hidden = {"target_now" if self.has_change_permission(request, obj) else "target"}
        if not request.user.has_perm("campaigns.view_entry"):
            hidden.add("ledger")
        return [
            (name, facts | {"fields": without(hidden, facts["fields"])})
            for name, facts in super().get_fieldsets(request, obj)
        ]

    @admin.display(description=gettext_lazy("what the formula gives"))
    def working(self, obj):
        if obj.pk and obj.unit != Unit.KG:
            return _("Only what is weighed has a formula of grams.")
        if not obj.formula_text:
            return _("Nothing yet: fill in all three parts of the formula, and save.")
        return f"{obj.formula_text} {obj.rounding_text and f'({obj.rounding_text})'}".strip()

    @admin.display(description=gettext_lazy("target"))
    def target_now(self, obj):
        return obj.text_of(obj.target)

    @admin.display(description=gettext_lazy("ledger"))
    def ledger(self, obj):
        if not obj.pk:
            return _("Begins once the need is saved.")
        address = reverse("admin:campaigns_need_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("What came, left and arrived"))


def without(hidden, names):
    """Return the rows of a fieldset without some fields."""
    rows = [
        tuple(name for name in row if name not in hidden) if isinstance(row, tuple) else row
        for row in names
    ]
    return [row for row in rows if row and row not in hidden]


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


class CampaignList(AttentionList):
    """Fetches what the columns show, and not the long texts. One query more for the needs."""

    def get_queryset(self, request, exclude_parameters=None):
        needs = Need.objects.select_related("supply").with_quantities()
        rows = super().get_queryset(request, exclude_parameters)
        return rows.for_list().prefetch_related(Prefetch("needs", needs))


@admin.register(Campaign)
class CampaignAdmin(Exported, PublishableAdmin, TranslationAdmin):
    table = CampaignTable
    form = CampaignForm
    list_display = ["title", "state_label", "starts_on", "time_left", "needs_in_short",
                    "featured"]  # fmt: skip
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

    def get_changelist(self, request, **kwargs):
        return CampaignList

    def has_delete_permission(self, request, obj=None):
        """What has entries stays: they are never deleted."""
        has_entries = obj is not None and obj.needs.filter(entries__isnull=False).exists()
        return super().has_delete_permission(request, obj) and not has_entries

    def get_deleted_objects(self, objs, request):
        """Needs without entries go with their campaign, though their own pages delete none."""
        tree, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return tree, counts, lacking - {Need._meta.verbose_name}, protected

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        return obj.state_label

    @admin.display(description=gettext_lazy("time left"), ordering="ends_on")
    def time_left(self, obj):
        return time_left(obj)

    @admin.display(description=gettext_lazy("featured"), ordering="is_featured")
    def featured(self, obj):
        return _("yes") if obj.is_featured else ""

    @admin.display(description=gettext_lazy("needs"))
    def needs_in_short(self, obj):
        return format_html_join("", "<div>{}</div>", [(in_short(n),) for n in obj.needs.all()])


def in_short(need):
    """Write a need with what became of it: "Rice: 2 t needed, 1 t received, 500 kg delivered"."""
    numbers = {
        "need": need,
        "target": need.text_of(need.target),
        "received": need.text_of(need.received),
        "delivered": need.text_of(need.delivered),
    }
    if need.is_money:
        return _("%(need)s: %(target)s needed, %(received)s received") % numbers
    return (
        _("%(need)s: %(target)s needed, %(received)s received, %(delivered)s delivered") % numbers
    )
