"""Promising something: the form in two steps without a script, and the page that thanks for it.

A form acts on nothing but what it sends, so it needs no cookie against forgery. No shared cache may
keep what holds a form's moment or what somebody typed; the browser in which it was typed may, or
going back would lead to an error.
"""

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.disclosure import tell
from campaigns.models import Campaign
from correspondence.guard import is_allowed
from publishing.gate import get_published_or_gone

from .forms import PledgeForm
from .links import thanked, thanks_of
from .paying import ways_to_give
from .private import discreet, no_such_pledge

ALSO_OPEN = 6  # campaigns on the page for general funds: more are one link away
takes_forms = require_http_methods(["GET", "HEAD", "POST"])
for_one_browser = cache_control(private=True, no_cache=True)


@for_one_browser
@csrf_exempt
@takes_forms
def give(request):
    """Take a pledge for general funds, and show which campaigns one could choose instead."""
    campaigns = Campaign.objects.published().open().begun_first().for_list()[:ALSO_OPEN]
    return _pledge(request, campaigns=campaigns)


@for_one_browser
@csrf_exempt
@takes_forms
def pledge_for(request, slug):
    """Take a pledge for a campaign that still asks; its own page tells who may see it."""
    campaign = get_published_or_gone(Campaign.objects.for_page(), slug=slug)
    trail = [
        (_("Campaigns"), reverse("campaigns:index")),
        (campaign.title, campaign.get_absolute_url()),
    ]
    if campaign.is_finished:
        return render(request, "donations/finished.html", {"campaign": campaign, "trail": trail})
    return _pledge(request, campaign, tell([campaign])[campaign.pk], trail=trail)


def _pledge(request, campaign=None, numbers=(), **context):
    """Show the form; then all that was typed, with its sum; then take it."""
    context |= {"campaign": campaign, "action": request.path}
    facts = {"campaign": campaign, "numbers": numbers}
    if request.method != "POST":
        return _fill_in(request, PledgeForm(**facts), context)
    form, step = PledgeForm(request.POST, **facts), request.POST.get("step")
    if not form.is_valid() or step == "change":
        return _fill_in(request, form, context)
    if step != "send" or not form.was_seen():
        return _look_through(request, form, context)
    if not is_allowed(request, "pledge", limit=settings.PLEDGES_AN_HOUR):
        form.add_error(None, _("Too many pledges came from your network. Send it in an hour."))
    elif not form.is_welcome():
        form.add_error(None, _("Many letters went to this address. Look there, or wait an hour."))
    else:
        return redirect(thanks_of(form.receive()))
    return _look_through(request, form, context, status=429)


def _fill_in(request, form, context):
    return render(request, "donations/pledge_form.html", context | {"form": form})


def _look_through(request, form, context, status=200):
    context |= {"form": form, "lines": form.promised(), "total": form.total_text()}
    return render(request, "donations/pledge_review.html", context, status=status)


@require_safe
def thanks(request, ticket):
    """Tell how to keep a pledge. It names nobody, and opens nothing."""
    pledge = thanked(ticket)
    if pledge is None:
        return no_such_pledge(request)
    lines = list(pledge.lines.standing().with_place().order_by("pk"))
    context = {"pledge": pledge, "lines": lines, "total": pledge.total_text(lines)}
    if not pledge.is_over:
        context["ways"] = ways_to_give(pledge)
    return discreet(render(request, "donations/thanks.html", context))
