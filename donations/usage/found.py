"""What search engines are told of a year's figures: a data set and its files."""

from django.urls import reverse
from django.utils.translation import gettext as _

from donations.years import first_day, last_day, year_text
from publishing import found

from .files import MEASURES

FORMS = {"csv": "text/csv", "json": "application/json"}


def data_set(year, until):
    """Return a year's figures as schema.org data. `until`: the last day told, or None."""
    data = {
        "@type": "Dataset",
        "name": _("How donations were used in %(year)s") % {"year": year_text(year)},
        "description": description(),
        "url": found.absolute(reverse("usage:year", args=[year])),
        "creator": found.organisation(),
        "isAccessibleForFree": True,
        "temporalCoverage": f"{first_day(year)}/{last_day(year)}",
        "variableMeasured": list(MEASURES),
        "dateModified": until and until.isoformat(),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": found.absolute(reverse("usage:file", args=[year, form])),
            }
            for form, kind in FORMS.items()
        ],
    }
    return {name: value for name, value in data.items() if value}


def description():
    return _(
        "What came in money and in goods for each campaign of Life Funds for North Korean Refugees,"
        " what was spent and for what, what was delivered and what was lost."
    )
