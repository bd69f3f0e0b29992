"""The pages by which visitors register, and see, confirm and cancel it by their link. Never cached."""

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from correspondence.guard import is_allowed
from publishing.gate import get_published_or_gone

from . import links, registering
from .models import Event
from .projection import tell

REGISTRATIONS_AN_HOUR = 30  # of one network: a school, an office or a Tor exit is one, too


# The form acts on nothing but what it sends, so it needs no cookie.
@never_cache
@csrf_exempt
def register(request, slug):
    """Show the form, or keep what was sent and thank for it."""
    event = get_published_or_gone(Event.objects.for_page(), slug=slug)
    try:
        registering.refuse_unless_open(event)
    except registering.Refused as reason:
        status = 409 if request.method == "POST" else 200
        return _register_page(request, event, refusal=str(reason), status=status)
    if request.method != "POST":
        form = registering.RegistrationForm(event)
        return _register_page(request, event, form=form, thanks="thanks" in request.GET)
    form = registering.RegistrationForm(event, request.POST)
    if not form.is_valid():
        return _register_page(request, event, form=form)
    if not is_allowed(request, "registration", limit=REGISTRATIONS_AN_HOUR):
        form.add_error(
            None, _("Too many registrations came from your network. Send it in an hour.")
        )
        return _register_page(request, event, form=form, status=429)
    facts = {name: form.cleaned_data[name] for name in ("name", "email", "seats", "language")}
    try:
        registering.register(event, **facts)
    except registering.Refused as reason:  # it closed meanwhile
        return _register_page(request, event, refusal=str(reason), status=409)
    return redirect(f"{reverse('events:register', args=[slug])}?thanks")


def _register_page(request, event, *, status=200, **context):
    told = tell([event], programme=False)[0]
    context |= {
        "event": told,
        "free": registering.free_seats(event),
        "keep_days": settings.REGISTRATIONS_KEEP_DAYS,
        "trail": [(_("Events"), reverse("events:index")), (told.title, told.get_absolute_url())],
    }
    return render(request, "events/register.html", context, status=status)


ACTS = {"confirm": registering.confirm, "cancel": registering.cancel}


@never_cache
@csrf_exempt
def registration(request, token):
    """Show a visitor's own registration; a button confirms or cancels it, a mere look does not."""
    try:
        row = registering.registration_behind(token)
    except links.Revoked:
        return _refuse(request, _("This link was replaced. Use the one in our newest e-mail."))
    if row is None:
        return _refuse(request, _("We keep no such registration, or no longer."))
    if not row.event.is_public:  # of what was withdrawn nobody learns anything any more
        return _refuse(request, _("This event is not announced any more, so nobody is expected."))
    if request.method in ("GET", "HEAD"):
        return _registration_page(request, row)
    act = ACTS.get(request.POST.get("act"))
    if request.method != "POST" or act is None:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        act(row)
    except registering.Refused as reason:
        return _registration_page(request, row, refusal=str(reason), status=409)
    return redirect(request.path)


def _registration_page(request, row, *, status=200, refusal=""):
    has_seat = row.state == row.State.CONFIRMED
    context = {
        "registration": row,
        "refusal": refusal,
        "event": tell([row.event], programme=False)[0],
        "note": row.event.registration_note if has_seat else "",
    }
    return render(request, "events/registration.html", context, status=status)


def _refuse(request, sentence):
    return render(request, "events/registration.html", {"refusal": sentence}, status=410)
