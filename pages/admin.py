"""The front door as the office furnishes it: pages, questions, letters, our own address."""

from django.contrib import admin
from django.db import models
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from publishing.admin import KeepsRelated, PublishableAdmin, SituationFilter
from publishing.queue_admin import AttentionFilter
from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS

from .forms import PageForm
from .models import Addressee, Link, Organisation, Page, PageDocument, Question, SampleLetter
from .moves import move


def in_all_languages(*names):
    """Return the fields language by language: all in English, then in Japanese, then in Korean."""
    return [f"{name}_{code}" for code in ("en", "ja", "ko") for name in names]


class DocumentInline(KeepsRelated, admin.TabularInline):
    model = PageDocument
    extra = 0
    fields = ["position", "document"]
    autocomplete_fields = ["document"]


class QuestionInline(admin.StackedInline):
    model = Question
    extra = 0
    fields = ["position", *in_all_languages("question", "answer")]
    classes = ["collapse"]


class LetterInline(admin.StackedInline):
    model = SampleLetter
    extra = 0
    max_num = 1
    fields = in_all_languages("subject", "text")
    classes = ["collapse"]


class AddresseeInline(admin.StackedInline):
    model = Addressee
    extra = 0
    fields = ["position", *in_all_languages("name"), "address", "email"]
    classes = ["collapse"]


@admin.register(Page)
class PageAdmin(PublishableAdmin, TranslationAdmin):
    form = PageForm
    list_display = [
        "title_in_tree",
        "address",
        "state_label",
        "attention",
        "position",
        "in_main_menu",
        "in_footer",
    ]
    list_filter = [SituationFilter, AttentionFilter, "in_main_menu", "in_footer"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["search"]
    search_help_text = gettext_lazy("Words in any of the languages; “a phrase”; -without.")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lead_photo"]
    inlines = [DocumentInline, QuestionInline, LetterInline, AddresseeInline]
    fieldsets = [
        (gettext_lazy("Text"), {"fields": ["title_en", "teaser_en", "body_en"]}),
        (
            gettext_lazy("Place"),
            {"fields": ["parent", "slug", "position", "in_main_menu", "in_footer"]},
        ),
        (
            gettext_lazy("What stands on the page besides"),
            {
                "fields": ["lead_photo", "has_contact_form"],
                "description": gettext_lazy(
                    "Documents, questions, and a letter with its addressees stand at the end of"
                    " this form. A page shows whatever it has."
                ),
            },
        ),
        *(
            (
                language,
                {
                    "classes": ["collapse"],
                    "description": gettext_lazy("What stays empty is shown in English."),
                    "fields": [f"{field}_{code}" for field in ("title", "teaser", "body")],
                },
            )
            for code, language in [("ja", gettext_lazy("Japanese")), ("ko", gettext_lazy("Korean"))]
        ),
        (gettext_lazy("Publication"), {"fields": ["state_now", "published_at"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).in_tree_order().with_openness().defer(*SEARCH_COLUMNS)

    @admin.display(description=gettext_lazy("title"))
    def title_in_tree(self, obj):
        return f"{'— ' * obj.path.count('/')}{obj}"

    @admin.display(description=gettext_lazy("address"))
    def address(self, obj):
        return f"/{obj.path}/"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        hidden = obj.is_public and not obj.is_open
        return _("Published, but hidden by a page above") if hidden else obj.state_label

    @admin.display(description=gettext_lazy("state"))
    def state_now(self, obj):
        if obj.is_public and not is_open(obj):
            return _("Published, but nobody sees it: a page above this one is not public.")
        return super().state_now(obj)

    def view_on_site(self, obj):
        return obj.get_absolute_url() + ("" if is_open(obj) else "?preview")

    def get_readonly_fields(self, request, obj=None):
        """Whoever may not publish moves nothing public: another parent hides or shows a page."""
        fields = super().get_readonly_fields(request, obj)
        decided = obj and obj.state in (Page.State.PUBLISHED, Page.State.WITHDRAWN)
        if decided and not self.may(request, "publish"):
            return [*fields, "parent", "in_main_menu", "in_footer"]
        return fields

    def save_model(self, request, obj, form, change):
        with move(obj):
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Save the parts; what questions and letter say now belongs to the same act of history."""
        super().save_related(request, form, formsets, change)
        page, names = form.instance, in_all("says_besides")
        now = Page.objects.filter(pk=page.pk).values(*names).get()
        if now != {name: getattr(page, name) for name in names}:
            page.refresh_from_db(fields=names)
            page.save()


def is_open(page):
    """Say whether everybody may see the page, those above it considered. One query."""
    return Page.objects.published().filter(pk=page.pk).exists()


class LinkInline(admin.TabularInline):
    model = Link
    extra = 0
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = ["position", "kind", *in_all_languages("label"), "url"]


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    """The one row, so that its list is its form."""

    inlines = [LinkInline]
    fields = [
        *in_all_languages("name", "representative", "address"),
        "telephone",
        "fax",
        "email",
    ]

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:pages_organisation_change", 1)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
