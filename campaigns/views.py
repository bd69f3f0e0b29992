"""The public pages of campaigns. All start from `published()`; only the preview reads who asks."""

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from news.feeds import links
from news.listed import listed
from publishing.found import breadcrumbs, updated_at
from publishing.gate import get_published_or_gone
from publishing.pagination import paginate

from . import found, written
from .deliveries_csv import DeliveriesResponse
from .disclosure import reports_on, tell, told
from .models import Campaign

PAGE_SIZE = 6  # each shows four numbers of every need: more is long to write, to send and to read


@require_safe
def campaign(request, slug):
    if "preview" in request.GET:
        return _preview(request, slug)
    campaign = get_published_or_gone(Campaign.objects.for_page(), slug=slug)
    return _campaign_page(request, campaign, changed_at=updated_at(campaign))


@never_cache
def _preview(request, slug):
    """Show staff what a page will look like; everybody else is asked to sign in first.

    The question comes before the look-up, so that it tells nothing about what exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Campaign.objects.visible_to(request.user).for_page()
    return _campaign_page(request, get_object_or_404(visible, slug=slug), preview=True)


def _campaign_page(request, campaign, **context):
    numbers = tell([campaign])[campaign.pk]
    trail = _trail()
    if campaign.is_finished:
        trail.append((_("Finished campaigns"), reverse("campaigns:finished")))
    context |= {
        "campaign": campaign,
        "needs": [written.need(one, campaign) for one in numbers],
        "has_deliveries": any(one.deliveries for one in numbers),
        "has_goods": any(not one.need.is_money for one in numbers),
        "photos": campaign.photos_in_order(),
        "reports": listed(reports_on(campaign, numbers)),
        "summary": found.summary(campaign),
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, campaign.title, campaign.get_absolute_url()),
        "linked": found.donate_action(campaign, numbers),
    }
    return render(request, "campaigns/campaign_detail.html", context)


@require_safe
def deliveries(request, slug):
    """Send what the page tells of deliveries as a file for a spreadsheet."""
    campaign = get_published_or_gone(Campaign.objects.for_page(), slug=slug)
    return DeliveriesResponse(campaign, tell([campaign])[campaign.pk])


@require_safe
def index(request):
    """List the campaigns that still ask, on the first page the featured ones before all others."""
    campaigns = Campaign.objects.published().open()
    is_later_page = request.GET.keys() & {"before", "after"}
    featured = campaigns.none() if is_later_page else campaigns.featured().begun_first()
    return _list(
        request,
        campaigns.not_featured(),
        _("Campaigns"),
        date_field="starts_on",
        featured=featured.for_list(),
        feeds=links("campaigns:feed"),
    )


@require_safe
def finished(request):
    campaigns = Campaign.objects.published().finished()
    return _list(
        request,
        campaigns,
        _("Finished campaigns"),
        date_field="ends_on",
        trail=_trail(),
        are_finished=True,
    )


def _trail():
    return [(_("Campaigns"), reverse("campaigns:index"))]


def _list(request, campaigns, heading, *, date_field, featured=(), trail=(), **context):
    page = paginate(campaigns.for_list(), request.GET, date_field=date_field, size=PAGE_SIZE)
    rows = told([*featured, *page.rows])
    context |= {
        "heading": heading,
        "page": page,
        "entries": [written.entry(*row, eager=row == rows[0]) for row in rows],
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, heading, request.path),
    }
    return render(request, "campaigns/campaign_list.html", context)
