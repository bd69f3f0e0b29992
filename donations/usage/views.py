"""The public pages of what became of donations. The same bytes for everybody, in each language."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from donations.models import Telling
from donations.years import first_day, last_day, year_text
from publishing.found import breadcrumbs

from . import files
from .figures import figures_of, years
from .found import data_set, description
from .tables import written


@require_safe
def index(request):
    """Show the newest year of which something is told."""
    offered = years()
    for year in offered[:2]:  # of a year that has just begun nothing is told yet
        figures = figures_of(year)
        if any(one.measure.startswith("money") for one in figures):
            break
    return _page(request, year, offered, figures)


@require_safe
def year(request, year):
    offered = _years_with(year)
    return _page(request, year, offered, figures_of(year))


def _years_with(year):
    offered = years()
    if year not in offered:
        raise Http404
    return offered


def _page(request, year, offered, figures):
    telling = Telling.objects.first()
    heading = _("How your donations are used")
    trail = [] if request.path == reverse("usage:index") else [(heading, reverse("usage:index"))]
    title = f"{heading}, {year_text(year)}" if trail else heading
    context = {
        "heading": heading,
        "title": title,
        "year": year,
        "year_text": year_text(year),
        "first_day": first_day(year),
        "last_day": last_day(year),
        "years": [(other, year_text(other)) for other in offered],
        "until": telling and min(telling.until, last_day(year)),
        "tables": written(figures),
        "fewest_donors": settings.USAGE_FEWEST_DONORS,
        "fewest_payments": settings.USAGE_FEWEST_PAYMENTS,
        "description": description(),
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, title, request.path),
        "linked": data_set(year, telling and telling.until),
    }
    return render(request, "donations/usage/year.html", context)


@require_safe
def file(request, year, form):
    """Send a year's figures: the rows that the page shows."""
    _years_with(year)
    rows = files.rows_of(year, figures_of(year))
    return {"csv": files.csv_response, "json": files.json_response}[form](year, rows)


@require_safe
def columns(request):
    """Explain the columns of the files."""
    heading = _("What the columns mean")
    trail = [(_("How your donations are used"), reverse("usage:index"))]
    context = {
        "heading": heading,
        "columns": files.COLUMNS,
        "measures": files.MEASURES,
        "categories": files.CATEGORIES,
        "trail": trail,
        "breadcrumbs": breadcrumbs(trail, heading, request.path),
    }
    return render(request, "donations/usage/columns.html", context)
