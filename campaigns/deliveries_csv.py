"""What is told of a campaign's deliveries, as a file that spreadsheets open."""

import csv

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from correspondence.spreadsheets import inert

from .quantities import Unit


class DeliveriesResponse(HttpResponse):
    """One line for each delivery that `tell` tells: months and regions, never days and places.

    It begins with the mark by which Excel knows UTF-8.
    """

    def __init__(self, campaign, numbers):
        super().__init__("\ufeff", content_type="text/csv; charset=utf-8")
        name = content_disposition_header(True, f"{campaign.slug}-deliveries.csv")
        self.headers["Content-Disposition"] = name
        rows = csv.writer(self)
        rows.writerow(
            [_("Need"), _("From month"), _("To month"), _("Region"), _("Quantity"), _("Unit"),
             _("People reached")]
        )  # fmt: skip
        for delivery in (delivery for one in numbers for delivery in one.deliveries):
            rows.writerow(inert(str(cell)) for cell in line(delivery))


def line(delivery):
    return [
        delivery.need,
        f"{delivery.first_month:%Y-%m}",
        f"{delivery.last_month:%Y-%m}",
        delivery.region or _("other regions"),
        f"{delivery.quantity.normalize():f}",
        Unit(delivery.need.unit).label,
        "" if delivery.people is None else delivery.people,
    ]
