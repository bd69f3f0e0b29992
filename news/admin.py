"""The newsroom as editors and publishers use it every day."""

from django.apps import apps
from django.contrib import admin
from django.db.models import Count
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin
from taggit.models import Tag

from publishing.admin import KeepsRelated, PublishableAdmin, SituationFilter
from publishing.queue_admin import AttentionFilter, AttentionList

from .filters import CategoryFilter, YearFilter
from .forms import ArticleForm
from .models import (
    Article,
    ArticleDocument,
    ArticlePhoto,
    Category,
    Signatory,
)


class PartInline(KeepsRelated, admin.TabularInline):
    """A part of an article, placed by its number."""

    extra = 0


class PhotoInline(PartInline):
    model = ArticlePhoto
    fields = ["position", "photo"]
    autocomplete_fields = ["photo"]


class DocumentInline(PartInline):
    model = ArticleDocument
    fields = ["position", "document"]
    autocomplete_fields = ["document"]


class SignatoryInline(PartInline):
    model = Signatory
    fields = ["position", "name", "affiliation"]


class ArticleList(AttentionList):
    """Fetches what the columns show, and not the long texts."""

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows.for_list().prefetch_related("categories")


@admin.register(Article)
class ArticleAdmin(PublishableAdmin, TranslationAdmin):
    form = ArticleForm
    list_display = [
        "title",
        "date",
        "kind",
        "state_label",
        "shelves",
        "attention",
        "has_lead_photo",
        "changed",
    ]
    list_filter = [SituationFilter, AttentionFilter, "kind", CategoryFilter, YearFilter]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-sort_on", "-pk"]
    search_fields = ["search"]
    search_help_text = gettext_lazy("Words in any of the languages; “a phrase”; -without.")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lead_photo", "follows", "categories"]
    inlines = [PhotoInline, DocumentInline, SignatoryInline]
    fieldsets = [
        (
            gettext_lazy("Text"),
            {"fields": ["title_en", "slug", "teaser_en", "body_en", "author_line"]},
        ),
        (
            gettext_lazy("Date"),
            {"fields": ["dated_on", "date_precision"]},
        ),
        (
            gettext_lazy("Where it belongs"),
            {"fields": ["kind", "categories", "tags", "is_highlight"]},
        ),
        (
            gettext_lazy("Pictures and documents"),
            {
                "fields": ["lead_photo"],
                "description": gettext_lazy(
                    "Further photos, documents and signatories stand at the end of this form."
                ),
            },
        ),
        (
            gettext_lazy("Letter"),
            {"classes": ["collapse"], "fields": ["addressee", "sent_on", "delivery"]},
        ),
        (
            gettext_lazy("Source, content warning, follow-up"),
            {
                "classes": ["collapse"],
                "fields": ["source_name", "source_url", "content_warning_en", "follows"],
            },
        ),
        *(
            (
                language,
                {
                    "classes": ["collapse"],
                    "description": gettext_lazy("What stays empty is shown in English."),
                    "fields": [
                        f"{field}_{code}"
                        for field in ("title", "teaser", "body", "content_warning")
                    ],
                },
            )
            for code, language in [("ja", gettext_lazy("Japanese")), ("ko", gettext_lazy("Korean"))]
        ),
        (gettext_lazy("Publication"), {"fields": ["state_now", "published_at"]}),
    ]

    # The list

    def get_changelist(self, request, **kwargs):
        return ArticleList

    @admin.display(description=gettext_lazy("date"), ordering="sort_on")
    def date(self, obj):
        return obj.date_text or _("unknown")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        return obj.state_label

    @admin.display(description=gettext_lazy("categories"))
    def shelves(self, obj):
        return ", ".join(category.name for category in obj.categories.all())

    @admin.display(description=gettext_lazy("photo"), ordering="lead_photo")
    def has_lead_photo(self, obj):
        return _("yes") if obj.lead_photo_id else ""

    @admin.display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, obj):
        return date_format(localtime(obj.changed_at))


@admin.register(Category)
class CategoryAdmin(TranslationAdmin):
    list_display = ["name", "parent", "slug", "articles_count"]
    list_select_related = ["parent"]
    search_fields = ["name_en", "name_ja", "name_ko"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name_en", "slug", "parent", "name_ja", "name_ko"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(articles_count=Count("articles"))

    def get_readonly_fields(self, request, obj=None):
        """An address once given stays: visitors have it in their bookmarks."""
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=gettext_lazy("articles"), ordering="articles_count")
    def articles_count(self, obj):
        return obj.articles_count


# taggit's own page edits the articles of a tag one by one; there may be thousands. Its name says
# nothing to staff.
admin.site.unregister(Tag)
apps.get_app_config("taggit").verbose_name = gettext_lazy("Tags")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "used"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "slug"]

    def get_readonly_fields(self, request, obj=None):
        """An address once given stays: visitors have it in their bookmarks."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["name"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(used=Count("taggit_taggeditem_items"))

    @admin.display(description=gettext_lazy("used"), ordering="used")
    def used(self, obj):
        return obj.used
