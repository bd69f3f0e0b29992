"""What one may ask of a whole event: copies of it, and a letter to all who come."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.announcing import announce, visitors_to_tell, volunteers_to_tell
from events.copying import copy, copy_weekly
from events.forms import CopyForm
from events.projection import tell


class CopyPage:
    """A page of the event's admin that makes drafts of the same event."""

    def get_urls(self):
        return [
            path("<int:pk>/copy/", self.admin_site.admin_view(self.copy), name="events_event_copy"),
            *super().get_urls(),
        ]

    def copy(self, request, pk):
        """Ask where the copies go, and make them: drafts, each an ordinary event."""
        event = self.get_object(request, str(pk))
        if event is None:
            raise Http404
        if not (self.has_add_permission(request) and self.may_see_private(request)):
            raise PermissionDenied
        form = CopyForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self.make_copies(request, event, **form.cleaned_data)
        context = self.admin_site.each_context(request) | {
            "title": _("Copy “%(event)s”") % {"event": event},
            "event": event,
            "form": form,
            "opts": self.opts,
        }
        return render(request, "admin/events/copy.html", context)

    def make_copies(self, request, event, starts_on, weeks):
        copies = [copy(event, starts_on)] if starts_on else copy_weekly(event, weeks)
        count = len(copies)
        text = ngettext(
            "%(count)s draft made: %(days)s.", "%(count)s drafts made: %(days)s.", count
        )
        days = ", ".join(date_format(row.starts_on) for row in copies)
        self.message_user(request, text % {"count": count, "days": days}, messages.SUCCESS)
        if count == 1:
            return redirect(reverse("admin:events_event_change", args=[copies[0].pk]))
        return redirect(reverse("admin:events_event_changelist") + "?situation=draft")


class AnnouncePage:
    """A page of the event's admin that writes to everybody who comes, after a second look."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.announce)
        return [path("<int:pk>/announce/", view, name="events_event_announce"), *super().get_urls()]

    def announce(self, request, pk):
        event = self.get_object(request, str(pk))
        if event is None:
            raise Http404
        if not request.user.has_perm("events.change_registration"):
            raise PermissionDenied
        if request.method == "POST":
            return self.send_announcement(request, event)
        context = self.admin_site.each_context(request) | {
            "title": _("Write to all who come: %(event)s") % {"event": event},
            "event": event,
            "told": tell([event])[0],
            "visitors": visitors_to_tell(event).count(),
            "volunteers": volunteers_to_tell(event).count(),
            "opts": self.opts,
        }
        return render(request, "admin/events/announce.html", context)

    def send_announcement(self, request, event):
        if not event.is_public:
            self.message_user(request, _("Publish the event first: the letter leads to its page."),
                              messages.WARNING)  # fmt: skip
        else:
            count = announce(event)
            text = ngettext("%d letter is on its way.", "%d letters are on their way.", count)
            self.message_user(request, text % count, messages.SUCCESS)
        return redirect(reverse("admin:events_event_change", args=[event.pk]))
