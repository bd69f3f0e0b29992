"""The private page of a pledge. Who has its link is its donor; reading it changes nothing.

Its address is a secret: no cache keeps it, no other page learns it, no search engine, no log.
"""

from functools import wraps

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.disclosure import tell
from correspondence.guard import is_allowed

from . import pledging
from .changing import campaign_of, may_change, typed_of
from .erasing import all_about, erase
from .forms import ChangeForm, DonorForm, LostLinkForm
from .links import ask_for_links, pledge_of, revoke
from .models import Pledge
from .paying import ways_to_give
from .printing import receipt_response
from .receipts import receipts_of
from .standing import gifts_of, outcomes, terms_of

takes_forms = require_http_methods(["GET", "HEAD", "POST"])


def discreet(response):
    """Let nobody keep an answer or learn its address."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def no_such_pledge(request):
    """Answer alike for a link that was forged, revoked or cut off, and offer a new one."""
    context = {"form": LostLinkForm()}
    return discreet(render(request, "donations/no_such_pledge.html", context, status=404))


def of_pledge(view):
    """Give the view the pledge of the link and the link's own words; 404 without a pledge."""

    @csrf_exempt
    @wraps(view)
    def opened(request, token, **asked):
        pledge = pledge_of(token)
        if pledge is None:
            return no_such_pledge(request)
        return discreet(view(request, pledge, token, **asked))

    return opened


@of_pledge
@require_safe
def pledge(request, pledge, token):
    lines, terms = list(pledge.lines.standing().with_place().order_by("pk")), terms_of(pledge)
    context = {
        "pledge": pledge,
        "token": token,
        "lines": lines,
        "terms": terms,
        "gifts": gifts_of(pledge),
        "receipts": receipts_of(pledge),
        "outcomes": outcomes(lines),
        "may_change": may_change(pledge, lines),
        "done": DONE.get(request.GET.get("done")),
    }
    if pledge.state == Pledge.State.UNCONFIRMED or any(term.is_open for term in terms):
        context["ways"] = ways_to_give(pledge)
    return render(request, "donations/pledge.html", context)


DONE = {
    "confirmed": gettext_lazy("Thank you. Your pledge is confirmed and counts from now on."),
    "changed": gettext_lazy("Your pledge is changed."),
    "cancelled": gettext_lazy("Your pledge is cancelled. Nobody waits for it any more."),
    "told": gettext_lazy("What you told us about yourself is kept."),
}


def _done(token, what):
    return redirect(f"{reverse('donations:pledge', args=[token])}?done={what}")


@of_pledge
@takes_forms
def confirm(request, pledge, token):
    """Let the pledge count. Only by the button: robots of mail servers follow every link."""
    if request.method != "POST":
        return redirect("donations:pledge", token)
    try:
        pledging.confirm(pledge)
    except ValidationError as error:
        return _question(request, "confirm", pledge, token, error)
    return _done(token, "confirmed")


def _question(request, name, pledge, token, error=None):
    """Ask once before a step that cannot be taken back, or say why it was not taken."""
    context = {"pledge": pledge, "token": token, "problems": error.messages if error else []}
    return render(request, f"donations/ask_{name}.html", context)


@of_pledge
@takes_forms
def cancel(request, pledge, token):
    if request.method != "POST":
        return _question(request, "cancel", pledge, token)
    pledging.cancel(pledge)
    return _done(token, "cancelled")


@of_pledge
@takes_forms
def new_link(request, pledge, token):
    """Make all links worthless that were sent so far, and send a new one."""
    if request.method != "POST":
        return _question(request, "new_link", pledge, token)
    with transaction.atomic():
        revoke(pledge)
        ask_for_links(pledge.donor.email, get_language())
    return redirect(f"{reverse('donations:lost_link')}?sent")


@of_pledge
@takes_forms
def change(request, pledge, token):
    """Let the donor promise something else: filled in, looked through, then changed."""
    lines = list(pledge.lines.standing().with_place().order_by("pk"))
    if not may_change(pledge, lines):
        return redirect("donations:pledge", token)
    campaign = campaign_of(lines)
    facts = {
        "pledge": pledge,
        "campaign": campaign,
        "numbers": tell([campaign])[campaign.pk] if campaign else (),
    }
    context = {"pledge": pledge, "token": token, "campaign": campaign, "action": request.path}
    if request.method != "POST":
        form = ChangeForm(initial=typed_of(lines), **facts)
        return render(request, "donations/change_form.html", context | {"form": form})
    form, step = ChangeForm(request.POST, **facts), request.POST.get("step")
    if not form.is_valid() or step == "change":
        return render(request, "donations/change_form.html", context | {"form": form})
    if step == "send" and form.was_seen() and form.change():
        return _done(token, "changed")
    context |= {"form": form, "lines": form.promised(), "total": form.total_text()}
    return render(request, "donations/change_review.html", context)


@of_pledge
@takes_forms
def about_me(request, pledge, token):
    """Let the donor say anew what to be called, and what the public may see."""
    form = DonorForm(pledge.donor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        return _done(token, "told")
    context = {"pledge": pledge, "token": token, "form": form}
    return render(request, "donations/about_me.html", context)


@of_pledge
@require_safe
def own_data(request, pledge, token):
    """Send all that is kept about the donor as a file."""
    response = HttpResponse(all_about(pledge.donor), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="lfnkr-{pledge.reference}.json"'
    return response


@of_pledge
@require_safe
def receipt(request, pledge, token, number):
    """Hand out one receipt of what came for this pledge."""
    return receipt_response(get_object_or_404(receipts_of(pledge), pk=number))


@of_pledge
@takes_forms
def erase_me(request, pledge, token):
    """Forget who the donor was. The link ends with it, so the answer is a page of its own."""
    if request.method != "POST":
        return _question(request, "erase", pledge, token)
    erase(pledge.donor)
    return redirect("donations:erased")


@require_safe
def erased(request):
    return render(request, "donations/erased.html")


@csrf_exempt
@takes_forms
def lost_link(request):
    """Mail the links to whoever has the address; say the same, as fast, to everybody."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        if is_allowed(request, "lost link", limit=settings.LINKS_AN_HOUR):
            form.ask(get_language())
            return redirect(f"{reverse('donations:lost_link')}?sent")
        form.add_error(None, _("Too many links were asked for from your network. Wait an hour."))
        status = 429
    context = {"form": form, "sent": "sent" in request.GET}
    return discreet(render(request, "donations/lost_link.html", context, status=status))
