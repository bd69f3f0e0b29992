"""Events with their sessions, as coordinators write them."""

from django.contrib import admin, messages
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from events import registering, shifts
from events.doubts import doubts_about_stored
from events.forms import EventForm, PartsFormSet, SessionForm
from events.models import Event, Session
from events.zones import ZoneInput
from publishing.admin import KeepsRelated, PublishableAdmin, SituationFilter
from publishing.queue_admin import AttentionList

from .copies import AnnouncePage, CopyPage
from .people import AssignmentInline
from .registrations import DoorPages
from .shifts import RosterPage, ShiftInline

LANGUAGES = [("ja", gettext_lazy("Japanese")), ("ko", gettext_lazy("Korean"))]
PRIVATE = ("private_place", "private_directions", "private_notes")


def in_languages(*fields):
    """Return a folded fieldset for each language other than English."""
    return [
        (
            language,
            {
                "classes": ["collapse"],
                "description": gettext_lazy("What stays empty is shown in English."),
                "fields": [f"{field}_{code}" for field in fields],
            },
        )
        for code, language in LANGUAGES
    ]


class SessionInline(KeepsRelated, TranslationStackedInline):
    """The programme. Without scripts nobody can add a form: one stands there empty."""

    model = Session
    form = SessionForm
    formset = PartsFormSet
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title_en",
                    ("day", "starts", "ends", "ends_on"),
                    ("room_en", "is_cancelled"),
                    "speakers_en",
                    "text_en",
                    ("audience", "outsiders_see", "label_en"),
                ]
            },
        ),
        (
            gettext_lazy("Afterwards"),
            {
                "classes": ["collapse"],
                "fields": [("video_link", "photos_link"), "report", "attendance"],
            },
        ),
        *in_languages("title", "room", "speakers", "text", "label"),
    ]

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report").in_order()


class TimeFilter(admin.SimpleListFilter):
    title = gettext_lazy("time")
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("upcoming", _("Upcoming")), ("past", _("Past"))]

    def queryset(self, request, queryset):
        narrowed = {"upcoming": queryset.upcoming, "past": queryset.past}
        return narrowed[self.value()]() if self.value() in narrowed else queryset


class EventList(AttentionList):
    """Fetches what the columns show, and not the long texts."""

    def get_queryset(self, request, exclude_parameters=None):
        return super().get_queryset(request, exclude_parameters).for_list()


@admin.register(Event)
class EventAdmin(CopyPage, AnnouncePage, RosterPage, DoorPages, PublishableAdmin, TranslationAdmin):
    form = EventForm
    change_form_template = "admin/events/event_form.html"
    list_display = ["title", "state_label", "starts_on", "ends_on", "status", "place"]
    list_filter = [SituationFilter, TimeFilter, "status"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-starts_on", "-pk"]
    search_fields = ["search"]
    search_help_text = gettext_lazy("Words in any of the languages; “a phrase”; -without.")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lead_photo"]
    inlines = [SessionInline, ShiftInline, AssignmentInline]
    fieldsets = [
        (
            gettext_lazy("Text"),
            {"fields": ["title_en", "slug", "teaser_en", "text_en", "lead_photo"]},
        ),
        (
            gettext_lazy("Time"),
            {"fields": [("starts_on", "ends_on"), "zone", ("status", "previously_on"),
                        "status_note_en"]},
        ),
        (
            gettext_lazy("Place, for everybody"),
            {"fields": ["place_en", "address_en", "directions_en", "online_link", "languages",
                        "contact"]},
        ),
        (
            gettext_lazy("Place, for volunteers of this event only"),
            {
                "fields": [*PRIVATE, "is_sensitive"],
                "description": gettext_lazy("Nothing of this ever stands on a public page."),
            },
        ),
        (gettext_lazy("Who is behind it"), {"classes": ["collapse"],
                                            "fields": ["organiser_en", "partners_en"]}),
        (
            gettext_lazy("Registration"),
            {"fields": ["takes_registrations", "capacity",
                        ("registration_opens_on", "registration_closes_on"),
                        "registration_note_en"]},
        ),
        *in_languages("title", "teaser", "text", "status_note", "place", "address", "directions",
                      "organiser", "partners", "registration_note"),
        (gettext_lazy("Publication"), {"fields": ["state_now", "published_at"]}),
    ]  # fmt: skip

    def get_changelist(self, request, **kwargs):
        return EventList

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "zone":
            kwargs["widget"] = ZoneInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        return obj.state_label

    # Private places

    def may_see_private(self, request):
        return request.user.has_perm("events.see_private_event")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self.may_see_private(request):
            return fieldsets
        return [pair for pair in fieldsets if PRIVATE[0] not in pair[1]["fields"]]

    def set_history_delta_changes(self, request, page, foreign_keys_are_objs=True):
        """What the form does not show, the history does not tell."""
        super().set_history_delta_changes(request, page, foreign_keys_are_objs)
        if not self.may_see_private(request):
            hidden = {str(self.opts.get_field(name).verbose_name).casefold() for name in PRIVATE}
            for act in page.acts:
                act.differences = [
                    d for d in act.differences if str(d.field).casefold() not in hidden
                ]

    # What should be looked at again

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["doubts"] = doubts_about_stored(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change:
            self.fill(form.instance)
        if "_continue" in request.POST:
            return  # the form itself will say it
        if doubts := doubts_about_stored(form.instance):
            heading = _("Saved. Please look at this again:")
            rows = format_html_join("", "<br>{}", [(doubt,) for doubt in doubts])
            self.message_user(request, format_html("{}{}", heading, rows), messages.WARNING)

    def fill(self, event):
        """Give out what a change made free: seats to visitors, places to volunteers."""
        registering.fill(event)
        for shift in event.shifts.all():
            shifts.fill(shift)
