"""The public page of thanks. It tells how many names it shows and nothing of anybody else."""

from collections import defaultdict

from django.db.models import Sum
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.money import money_text
from donations.models import Donation, Donor, NameOnWall
from publishing.found import breadcrumbs
from publishing.pagination import paginate

NAMES_SHOWN = 100


@require_safe
def thanks(request):
    """Show names, the newest first; beside them what was given, where the donor wants it told."""
    names = NameOnWall.objects.published().select_related("donor")
    page = paginate(names, request.GET, date_field="read_on", size=NAMES_SHOWN)
    sums = sums_of(page)
    trail = [(_("How your donations are used"), reverse("usage:index"))]
    heading = _("Thank you")
    context = {
        "heading": heading,
        "names": [(name.name, sums[name.donor_id]) for name in page],
        "page": page,
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, heading, request.path),
    }
    return render(request, "donations/wall/thanks.html", context)


def sums_of(names):
    """Return {number of a donor: sums by currency} of those who want theirs told. One query."""
    Shown = Donor.Shown
    told = [name.donor_id for name in names if name.donor.shown == Shown.NAME_AND_AMOUNT]
    rows = Donation.objects.without_mistakes().filter(donor__in=told, amount__isnull=False)
    sums = defaultdict(list)
    by_currency = rows.order_by("donor", "currency").values_list("donor", "currency")
    for donor, currency, amount in by_currency.annotate(Sum("amount")):
        if amount > 0:
            sums[donor].append(money_text(amount, currency))
    return sums
