"""The public pages of events. All show what `tell()` tells everybody; only the preview reads who asks."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from news.feeds import links
from publishing.found import breadcrumbs
from publishing.gate import get_published_or_gone
from publishing.pagination import PAGE_SIZE, paginate

from . import calendars, found
from .models import Event
from .projection import tell
from .shelves import years_with_events


@require_safe
def event(request, slug):
    if "preview" in request.GET:
        return _preview(request, slug)
    row = get_published_or_gone(Event.objects.for_page(), slug=slug)
    return _event_page(request, row)


@never_cache
def _preview(request, slug):
    """Show staff what the public will see; everybody else is asked to sign in first.

    The question comes before the look-up, so that it tells nothing about what exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Event.objects.visible_to(request.user).for_page()
    row = get_object_or_404(visible, slug=slug)
    return _event_page(request, row, preview=row.state_label)


def _event_page(request, row, preview=""):
    told = tell([row])[0]
    trail = _trail()
    if told.is_over:
        year = told.starts_on.year
        trail.append((str(year), reverse("events:year", args=[year])))
    context = {
        "event": told,
        "preview": preview,
        "summary": found.summary(told),
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, told.title, told.get_absolute_url()),
        "linked": found.event(told),
        "webcal": calendars.webcal(reverse("events:event_calendar", args=[told.slug])),
    }
    return render(request, "events/event_detail.html", context)


@require_safe
def index(request):
    """List what is to come, the soonest first, a page at a time."""
    page = _soonest(request, Event.objects.published().upcoming())
    return _list(request, page, _("Events"), feeds=links("events:feed"),
                 webcal=calendars.webcal(reverse("events:calendar")))  # fmt: skip


def _soonest(request, events):
    """Return a page of events in the order of their days. One query; Http404 beyond the last."""
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:5]) < 10_000):
        raise Http404
    start = (int(number) - 1) * PAGE_SIZE
    rows = list(events.for_list().soonest_first()[start : start + PAGE_SIZE + 1])
    if start and not rows:
        raise Http404
    return {
        "rows": rows[:PAGE_SIZE],
        "address": f"?page={number}" if start else "",
        "newer": f"?page={int(number) - 1}" if start else "",
        "older": f"?page={int(number) + 1}" if len(rows) > PAGE_SIZE else "",
    }


@require_safe
def past(request):
    page = paginate(
        Event.objects.published().past().for_list(), request.GET, date_field="starts_on"
    )
    return _list(request, vars(page), _("Past events"), trail=_trail(), are_past=True)


@require_safe
def year(request, year):
    """List the events of a year; 404 when nothing public is in it, so that it tells nothing."""
    events = Event.objects.published().in_year(year).for_list()
    page = paginate(events, request.GET, date_field="starts_on")
    if not page.rows:
        raise Http404
    return _list(request, vars(page), str(year), trail=_trail(), year=year, are_past=True)


@require_safe
def calendar(request):
    """Send all that is to come and a year of what was. One query, two more after a change."""
    versions = calendars.versions_of(Event.objects.published().in_calendars())
    page = reverse("events:index")
    return calendars.answer_with(
        request,
        versions,
        lambda: calendars.calendar_of_all(versions, _("Events of LFNKR"), page),
        "lfnkr-events",
    )


@require_safe
def event_calendar(request, slug):
    row = get_published_or_gone(Event.objects.for_page(), slug=slug)
    return calendars.answer_with(
        request,
        (row.pk, row.version),
        lambda: calendars.calendar_of_event(tell([row])[0]),
        calendars.file_name(slug),
    )


@require_safe
def session_calendar(request, slug, uid):
    """Send one session; 404 for one that is not for everybody, as for one that is not there."""
    row = get_published_or_gone(Event.objects.for_page(), slug=slug)
    told = tell([row])[0]
    session = next((s for s in told.sessions if s.is_whole and s.uid == uid), None)
    if session is None:
        raise Http404
    return calendars.answer_with(
        request,
        (uid, row.version),
        lambda: calendars.calendar_of_session(session, told),
        calendars.file_name(slug),
    )


def _trail():
    return [(_("Events"), reverse("events:index"))]


def _list(request, page, heading, *, trail=(), **context):
    context |= {
        "heading": heading,
        "page": page,
        "events": tell(page["rows"], programme=False),
        "years": years_with_events(),
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, heading, request.path),
    }
    return render(request, "events/event_list.html", context)
