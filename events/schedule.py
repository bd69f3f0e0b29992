"""The volunteers' own pages. Signed in, never cached, never compressed beside what others chose."""

from functools import wraps

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from publishing.found import absolute

from . import calendars, links, shifts
from .models import Event, Shift, Volunteer
from .projection import tell
from .rota import tell_shifts
from .volunteers import viewer_of, volunteer_of

PURPOSE = "private-calendar"


def for_volunteers(view):
    """Let in volunteers, and staff who plan their work; ask everybody else to sign in."""

    @wraps(view)
    @never_cache
    def checked(request, *args, **kwargs):
        if not request.user.is_authenticated:
            asked = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_login')}?{asked}")
        request.volunteer = volunteer_of(request.user)
        request.viewer = viewer_of(request.user, request.volunteer)
        if not (request.volunteer or request.viewer.is_staff):
            return render(request, "schedule/not_for_you.html", status=403)
        return view(request, *args, **kwargs)

    return checked


@require_safe
@for_volunteers
def schedule(request):
    """Show what is to come. Nine queries at most, besides those of the session."""
    rows = list(Event.objects.published().upcoming().soonest_first().for_page())
    told = tell(rows, request.viewer)
    by_event = tell_shifts(rows, request.volunteer, is_staff=request.viewer.is_staff)
    context = {
        "events": [(event, by_event[event.pk]) for event in told],
        "volunteer": request.volunteer,
        "viewer": request.viewer,
        "mine": [(event, shift) for event in told for shift in by_event[event.pk] if shift.mine],
        "calendar_address": request.volunteer and calendar_address(request.volunteer),
    }
    if request.volunteer:
        context["webcal"] = calendars.webcal(calendar_path(request.volunteer))
    return render(request, "schedule/schedule.html", context)


@require_POST
@for_volunteers
def take_shift(request, pk):
    return _act(request, pk, shifts.take)


@require_POST
@for_volunteers
def give_shift_back(request, pk):
    return _act(request, pk, shifts.give_back)


def _act(request, pk, act):
    """Do it, or say why it does not go; then show the schedule again."""
    if request.volunteer is None:
        raise PermissionDenied
    shift = get_object_or_404(Shift.objects.filter(event__in=Event.objects.published()), pk=pk)
    try:
        duty = act(shift, request.volunteer)
    except shifts.Refused as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, SENTENCES[duty and duty.state])
    return redirect(f"{reverse('schedule:schedule')}#shift-{pk}")


SENTENCES = {
    None: gettext_lazy("You have given the shift back. Thank you for saying so."),
    "taken": gettext_lazy("The shift is yours. Thank you!"),
    "asked": gettext_lazy("The coordinator has to say yes first. You get an e-mail."),
    "waiting": gettext_lazy(
        "All places are taken. You are on the waiting list, and get an e-mail when one is free."
    ),
}


class ProfileForm(forms.ModelForm):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)

    class Meta:
        model = Volunteer
        fields = ["languages", "skills", "mail_language"]
        widgets = {"skills": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["name"] = self.instance.user.name
        self.order_fields(["name", "languages", "skills", "mail_language"])

    def save(self, commit=True):
        self.instance.user.name = " ".join(self.cleaned_data["name"].split())
        self.instance.user.save(update_fields=["name"])
        return super().save(commit)


@for_volunteers
def profile(request):
    if request.volunteer is None:
        raise PermissionDenied
    form = ProfileForm(request.POST or None, instance=request.volunteer)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("schedule:schedule")
    return render(request, "schedule/profile.html", {"form": form})


# The private calendar


def calendar_path(volunteer):
    token = links.token_of(PURPOSE, volunteer.pk, volunteer.calendar_version)
    return reverse("schedule:calendar", args=[token])


def calendar_address(volunteer):
    return absolute(calendar_path(volunteer))


@require_POST
@for_volunteers
def renew_calendar(request):
    if request.volunteer is None:
        raise PermissionDenied
    request.volunteer.revoke_calendar()
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect(f"{reverse('schedule:schedule')}#calendar")


@require_safe
@cache_control(private=True, no_cache=True)
def calendar(request, token):
    """Send what this volunteer may see. The address is the key: no session is asked for."""
    rows = Volunteer.objects.active().select_related("user")
    try:
        volunteer = links.row_behind(PURPOSE, token, rows, "calendar_version")
    except links.Revoked:
        return _revoked()
    if volunteer is None or volunteer_of(volunteer.user) is None:
        raise Http404
    viewer = viewer_of(volunteer.user, volunteer)
    events = list(Event.objects.published().in_calendars().soonest_first().for_page())
    content = calendars.calendar_of_volunteer(
        tell(events, viewer), tell_shifts(events, volunteer), reverse("schedule:schedule")
    )
    return calendars.CalendarResponse(content, "lfnkr-schedule")


def _revoked():
    sentence = _("This calendar address was replaced. Take the new one from your schedule:")
    text = f"{sentence} {absolute(reverse('schedule:schedule'))}\n"
    return HttpResponse(text, status=410, content_type="text/plain; charset=utf-8")
