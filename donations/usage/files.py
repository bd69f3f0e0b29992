"""The figures of a year as files: the same rows as CSV and as JSON, and what each column means.

The names of columns and measures are promises: programs of others read them, in every language.
"""

import csv
import json

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from campaigns.models import Expense
from correspondence.spreadsheets import inert
from donations.models.usage import VARIOUS
from donations.years import first_day, last_day

# Column: what it means. Their order is that of the file.
COLUMNS = {
    "year": _("The fiscal year, by the calendar year in which it begins."),
    "from": _("The first day of the fiscal year."),
    "to": _("Its last day."),
    "measure": _("What the number counts; the measures are explained below."),
    "campaign": _(
        "The last part of the campaign's address; empty for general funds, other campaigns and fees."
    ),
    "campaign_title": _("The campaign's title, in the language of the file."),
    "supply": _("Of goods: which, in the language of the file. Empty for money."),
    "category": _("Of money spent: for what. Empty for all else."),
    "unit": _("The currency (ISO 4217), or the unit of the goods: piece, set, kit or kg."),
    "value": _("The number, with a point before its fraction. In JSON it is text, lest it be rounded."),
    "as_of": _("The day up to which the number tells."),
}  # fmt: skip
MEASURES = {
    "money_received": _("Gifts of money, less what went back to its givers in this year."),
    "money_fees": _("What banks and PayPal kept of these gifts. It is a part of money_received."),
    "money_spent": _("Payments, less those that were taken back."),
    "goods_needed": _("How much the campaign asks for in all its time, as its page says today."),
    "goods_received": _("Goods that came, and what was given in money at the price of one."),
    "goods_delivered": _("Goods that reached those who need them."),
    "goods_lost": _("Goods that were lost in store or on the way."),
}
CATEGORIES = dict(Expense.Category.choices) | {
    VARIOUS: _("Small payments for rescue, shelter or transport, told together alone."),
}


def rows_of(year, figures):
    """Return the rows of a year: dicts of text by column."""
    return [_row(year, one) for one in figures]


def _row(year, one):
    return {
        "year": str(year),
        "from": first_day(year).isoformat(),
        "to": last_day(year).isoformat(),
        "measure": one.measure,
        "campaign": one.campaign.slug if one.campaign else "",
        "campaign_title": one.campaign.title if one.campaign else "",
        "supply": str(one.need) if one.need else "",
        "category": one.category,
        "unit": one.unit,
        "value": f"{one.value.normalize():f}",
        "as_of": one.until.isoformat(),
    }


def csv_response(year, rows):
    """Send the rows for a spreadsheet; the first sign is the one by which Excel knows UTF-8."""
    response = _download(f"donations-{year}.csv", "text/csv; charset=utf-8")
    response.write("\ufeff")
    lines = csv.DictWriter(response, COLUMNS)
    lines.writeheader()
    lines.writerows({name: inert(text) for name, text in row.items()} for row in rows)
    return response


def json_response(year, rows):
    response = _download(f"donations-{year}.json", "application/json")
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    response.write(f'{{"columns": {json.dumps(list(COLUMNS))},\n"rows": [{lines}]}}\n')
    return response


def _download(name, content_type):
    header = content_disposition_header(True, name)
    return HttpResponse(content_type=content_type, headers={"Content-Disposition": header})
