"""Puts receipts and statements of the books on paper, and hands them out.

What is handed out names a donor: no cache keeps it, no search engine lists it, no log holds it.
"""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import paper
from .models import Donation, Receipt


def letterhead():
    """Return who we are, in the language of the moment. One query.

    The settings name the function, for it stands in a room that this one may not know.
    """
    return import_string(settings.LETTERHEAD)()


def print_receipts(receipts):
    """Return the PDF of receipts, each in its donor's language. Three queries, however many."""
    rows = Receipt.objects.with_gift().filter(pk__in=[receipt.pk for receipt in receipts])
    return paper.draw_receipts([_receipt(row) for row in rows.order_by("year", "number")], _once())


def unprintable_on(receipt):
    """Return the signs of donor and goods that would be a 〓 on this paper."""
    donor = receipt.donation.donor
    return paper.unprintable(donor.name + donor.address + receipt.donation.goods)


def _once():
    """Ask for the letterhead once in each language."""
    known = {}

    def cached():
        language = translation.get_language()
        if language not in known:
            known[language] = letterhead()
        return known[language]

    return cached


def _receipt(receipt):
    gift, donor = receipt.donation, receipt.donation.donor
    with translation.override(donor.language):
        return paper.Receipt(
            number=str(receipt),
            issued_on=receipt.issued_on,
            language=donor.language,
            donor=donor.name,
            address=donor.address,
            received_on=gift.received_on,
            purpose=gift.purpose,
            amount=receipt.amount,
            currency=gift.currency,
            goods=gift.goods,
            valuation=gift.valuation,
            valuation_currency=gift.valuation_currency,
            method=str(gift.method or ""),
            reissued_on=receipt.reissued_on,
            void_on=receipt.void_on,
            void_because=receipt.get_void_cause_display(),
        )


def print_statement(donor, year):
    """Return the PDF of what a donor gave in a calendar year, as tax offices count. Four queries."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    with translation.override(donor.language):
        sections, goods = _lines_between(donor, first, last)
        return paper.draw_statement(
            paper.Statement(
                first=first,
                last=last,
                issued_on=timezone.localdate(),
                language=donor.language,
                donor=donor.name,
                address=donor.address,
                sections=[paper.Section(code, gifts) for code, gifts in sorted(sections.items())],
                goods=goods,
            ),
            letterhead,
        )


def _lines_between(donor, first, last):
    """Return what came and what went back: ({currency: lines}, lines of goods)."""
    rows = Donation.objects.without_mistakes().filter(
        Q(reverses=None, donor=donor) | Q(reverses__donor=donor),
        received_on__range=(first, last),
    )
    receipts = Prefetch("receipts", Receipt.objects.valid())
    rows = rows.with_purpose().select_related("reverses").prefetch_related(receipts)
    sections, goods = defaultdict(list), []
    for row in rows.order_by("received_on", "pk"):
        lines = sections[row.currency] if row.is_money else goods
        lines.append(_line(row))
    return sections, goods


def _line(row):
    receipt = ", ".join(map(str, row.receipts.all()))
    if not row.is_money:
        return paper.Gift(
            row.received_on, row.goods, receipt, row.valuation, row.valuation_currency
        )
    what = _("Given back: %(gift)s") % {"gift": row.reverses} if row.reverses else row.purpose
    return paper.Gift(row.received_on, what, receipt, row.amount, row.currency)


def pdf_response(pdf, name):
    """Return the answer that hands out a PDF to whoever may have it, and to nobody after."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response


def receipt_response(receipt):
    """Return the answer to a donor, or to staff, who asks for one receipt. Three queries."""
    return pdf_response(print_receipts([receipt]), f"receipt-{receipt}")
