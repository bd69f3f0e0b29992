"""Visitors with seats: the list for the office, a file, and a list for the door."""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.sessions import make_sure
from correspondence.spreadsheets import inert
from events.models import Event, Registration
from events.registering import cancel, enter, renew_link

State = Registration.State


class EnteredForm(forms.ModelForm):
    """A registration that somebody gave to the office, by telephone or at the desk."""

    class Meta:
        model = Registration
        fields = ["event", "name", "email", "seats", "language"]

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()

    def clean_event(self):
        event = self.cleaned_data["event"]
        if event.status == Event.Status.CANCELLED or event.is_over:
            raise ValidationError(_("This event is cancelled or over."))
        return event

    def clean(self):
        """Name who is registered already: the form does not show the state, so that the
        constraint, which needs it, is not asked."""
        cleaned = super().clean()
        event, email = cleaned.get("event") or self.instance.event_id, cleaned.get("email")
        rows = Registration.objects.exclude(pk=self.instance.pk).exclude(state=State.CANCELLED)
        if event and email and rows.filter(event=event, email=email).exists():
            self.add_error("email", _("This e-mail address is registered already."))
        return cleaned


@admin.register(Registration)
class RegistrationAdmin(admin.ModelAdmin):
    form = EnteredForm
    list_display = ["name", "event", "seats", "state", "email", "language", "registered_at"]
    list_filter = ["state", "language"]
    list_select_related = ["event"]
    ordering = ["-event__starts_on", "event", "name", "pk"]
    search_fields = ["name", "email", "event__title_en"]
    search_help_text = gettext_lazy("A name, an e-mail address or the title of an event.")
    show_full_result_count = False
    autocomplete_fields = ["event"]
    readonly_fields = ["state", "registered_at", "confirmed_at"]
    fields = ["event", "name", "email", "seats", "language", "state", "registered_at",
              "confirmed_at"]  # fmt: skip
    actions = ["cancel_all", "renew_links"]

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["event", "name", "email", "seats", "language"]

    def get_readonly_fields(self, request, obj=None):
        """Seats and event stay: they were counted. Cancel, and enter anew."""
        return [*self.readonly_fields, "event", "seats"] if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        enter(obj)
        if obj.state == State.WAITING:
            self.message_user(request, _("There is no room: entered on the waiting list."),
                              messages.WARNING)  # fmt: skip

    def delete_model(self, request, obj):
        cancel(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for registration in queryset:
            self.delete_model(request, registration)

    @admin.action(
        description=gettext_lazy("Cancel (the next get the seats)"), permissions=["change"]
    )
    def cancel_all(self, request, queryset):
        rows = list(queryset.exclude(state=State.CANCELLED))
        for registration in rows:
            cancel(registration)
        text = ngettext(
            "%d registration is cancelled.", "%d registrations are cancelled.", len(rows)
        )
        self.message_user(request, text % len(rows), messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Send a new link (older ones stop working)"),
        permissions=["change"],
    )
    def renew_links(self, request, queryset):
        rows = list(queryset.exclude(email="").exclude(state=State.CANCELLED))
        for registration in rows:
            renew_link(registration)
        text = ngettext("%d new link is on its way.", "%d new links are on their way.", len(rows))
        self.message_user(request, text % len(rows), messages.SUCCESS)


class DoorPages:
    """Two pages of the event's admin: a list to print for the door, and the same as a file."""

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("<int:pk>/door/", page(self.door), name="events_event_door"),
            path("<int:pk>/visitors.csv", page(self.visitors), name="events_event_visitors"),
            *super().get_urls(),
        ]

    def event_of_visitors(self, request, pk):
        event = Event.objects.filter(pk=pk).first()
        if event is None or not request.user.has_perm("events.view_registration"):
            raise Http404
        return event

    def door(self, request, pk):
        event = self.event_of_visitors(request, pk)
        seated = event.registrations.seated()
        context = self.admin_site.each_context(request) | {
            "title": _("At the door: %(event)s") % {"event": event},
            "event": event,
            "registrations": seated.order_by("name", "pk"),
            "waiting": event.registrations.waiting(),
            "seats": seated.seats(),
            "opts": self.opts,
        }
        return render(request, "admin/events/door.html", context)

    def visitors(self, request, pk):
        event = self.event_of_visitors(request, pk)
        make_sure(request, back_to=reverse("admin:events_event_door", args=[pk]))
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="visitors-{event.pk}.csv"'
        writer = csv.writer(response)
        writer.writerow([_("name"), _("e-mail address"), _("seats"), _("language"), _("state"),
                         _("registered")])  # fmt: skip
        for row in event.registrations.order_by("state", "name", "pk"):
            moment = localize(localtime(row.registered_at))
            facts = [row.name, row.email, row.seats, row.language, row.get_state_display(), moment]
            writer.writerow([inert(str(fact)) for fact in facts])
        return response
