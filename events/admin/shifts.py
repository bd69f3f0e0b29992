"""Shifts: where people lack, who is on them, and who waits for a yes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from events.forms import PartsFormSet
from events.models import Duty, Event, Shift
from events.rota import tell_shifts
from events.shifts import Refused, answer, check, fill, give_back, locked, take
from publishing.admin import KeepsRelated

LANGUAGES = ("job_ja", "job_ko")


class ShiftInline(KeepsRelated, TranslationStackedInline):
    """The jobs at an event."""

    model = Shift
    formset = PartsFormSet
    extra = 0
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("job_en", "needed"),
                    ("day", "starts", "ends", "ends_on"),
                    "place",
                    "languages",
                    "notes",
                ]
            },
        ),
        (gettext_lazy("In other languages"), {"classes": ["collapse"], "fields": LANGUAGES}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).in_order()


class GapFilter(admin.SimpleListFilter):
    title = gettext_lazy("people")
    parameter_name = "people"

    def lookups(self, request, model_admin):
        return [("lacking", _("People lack")), ("asked", _("Somebody waits for a yes"))]

    def queryset(self, request, queryset):
        if self.value() == "lacking":
            return queryset.open_to_volunteers().with_gaps()
        return queryset.filter(asked__gt=0) if self.value() == "asked" else queryset


@admin.register(Shift)
class ShiftAdmin(TranslationAdmin):
    """All shifts by their day. They are written in the form of their event."""

    list_display = ["job", "event", "day", "starts", "ends", "people", "waiting_list"]
    list_filter = [GapFilter]
    list_select_related = ["event"]
    ordering = ["day", "starts", "pk"]
    date_hierarchy = "day"
    search_fields = ["job_en", "job_ja", "job_ko", "event__title_en"]
    show_full_result_count = False
    fields = ["event", ("job_en", "needed"), ("day", "starts", "ends", "ends_on"), "place",
              "languages", "notes", "job_ja", "job_ko", "who"]  # fmt: skip
    readonly_fields = ["event", "who"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_numbers()

    def has_add_permission(self, request):
        return False

    @admin.display(description=gettext_lazy("people"))
    def people(self, obj):
        asked = _(", %(count)s to be answered") % {"count": obj.asked} if obj.asked else ""
        return _("%(held)s of %(needed)s") % {"held": obj.held, "needed": obj.needed} + asked

    @admin.display(description=gettext_lazy("waiting list"), ordering="waiting")
    def waiting_list(self, obj):
        return obj.waiting or ""

    @admin.display(description=gettext_lazy("who"))
    def who(self, obj):
        roster = reverse("admin:events_event_roster", args=[obj.event_id])
        duties = reverse("admin:events_duty_changelist") + f"?shift={obj.pk}"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            duties, _("Volunteers on this shift"), roster, _("Roster of the event"),
        )  # fmt: skip

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        fill(obj)


class DutyForm(forms.ModelForm):
    """Puts a volunteer on a shift, with the same refusals as when volunteers take one."""

    class Meta:
        model = Duty
        fields = ["shift", "volunteer"]

    def clean(self):
        """Lock the shift until it is saved, so that what is checked stays true."""
        cleaned = super().clean()
        if not self.instance.pk and not self.errors:
            try:
                check(locked(cleaned["shift"].pk), cleaned["volunteer"])
            except Refused as reason:
                raise ValidationError(str(reason)) from reason
        return cleaned


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin):
    """Who is on which shift. Volunteers take and give back; coordinators answer, and help out."""

    form = DutyForm

    list_display = ["volunteer", "languages", "shift", "event", "day", "state", "since"]
    list_filter = ["state"]
    list_select_related = ["volunteer__user", "shift__event"]
    ordering = ["shift__day", "shift__starts", "since"]
    search_fields = ["volunteer__user__name", "volunteer__user__email", "shift__event__title_en"]
    show_full_result_count = False
    actions = ["say_yes", "say_no", "take_off"]
    autocomplete_fields = ["volunteer", "shift"]
    fields = readonly_fields = ["volunteer", "shift", "event", "state", "since", "reminded_at"]

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["shift", "volunteer"]

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def save_model(self, request, obj, form, change):
        """Put a volunteer on a shift: whom a coordinator enters has the coordinator's yes."""
        if not change:
            duty = take(obj.shift, obj.volunteer)
            answer(duty, is_yes=True)
            obj.pk, obj.state = duty.pk, duty.state

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("event"), ordering="shift__event__title_en")
    def event(self, obj):
        return obj.shift.event

    @admin.display(description=gettext_lazy("day"), ordering="shift__day")
    def day(self, obj):
        return obj.shift.day

    @admin.display(description=gettext_lazy("speaks"))
    def languages(self, obj):
        return obj.volunteer.languages_text

    @admin.action(description=gettext_lazy("Say yes: the shift is theirs"), permissions=["change"])
    def say_yes(self, request, queryset):
        self.answer_all(request, queryset, is_yes=True)

    @admin.action(
        description=gettext_lazy("Say no: give the place to the next"), permissions=["change"]
    )
    def say_no(self, request, queryset):
        self.answer_all(request, queryset, is_yes=False)

    @admin.action(
        description=gettext_lazy("Take off the shift (the next moves up)"), permissions=["change"]
    )
    def take_off(self, request, queryset):
        done = 0
        for duty in queryset.select_related("shift", "volunteer__user"):
            try:
                give_back(duty.shift, duty.volunteer)
                done += 1
            except Refused as reason:
                self.message_user(request, f"{duty}: {reason}", messages.WARNING)
        text = ngettext("%d volunteer is off the shift.", "%d volunteers are off the shift.", done)
        self.message_user(request, text % done, messages.SUCCESS)

    def answer_all(self, request, queryset, is_yes):
        duties = list(queryset)
        answered = sum(answer(duty, is_yes) for duty in duties)
        text = ngettext(
            "%d volunteer gets your answer.", "%d volunteers get your answer.", answered
        )
        self.message_user(request, text % answered, messages.SUCCESS)
        if left := len(duties) - answered:
            text = ngettext(
                "%d did not wait for an answer.", "%d did not wait for an answer.", left
            )
            self.message_user(request, text % left, messages.WARNING)


class RosterPage:
    """A page of the event's admin to print: every shift, and who comes."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.roster)
        return [path("<int:pk>/roster/", view, name="events_event_roster"), *super().get_urls()]

    def roster(self, request, pk):
        event = Event.objects.filter(pk=pk).first()
        if event is None or not request.user.has_perm("events.view_duty"):
            raise Http404
        duties = Duty.objects.filter(shift__event=event).exclude(state=Duty.State.REFUSED)
        people = {}
        for duty in duties.select_related("volunteer__user"):
            people.setdefault(duty.shift_id, []).append(duty)
        shifts = tell_shifts([event], None, is_staff=True)[event.pk]
        context = self.admin_site.each_context(request) | {
            "title": _("Roster: %(event)s") % {"event": event},
            "event": event,
            "shifts": [(shift, people.get(shift.pk, [])) for shift in shifts],
            "opts": self.opts,
        }
        return render(request, "admin/events/roster.html", context)
