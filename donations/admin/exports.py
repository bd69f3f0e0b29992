"""Tables for the accountant: donors, gifts with what they count for, and receipts."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from campaigns.admin.exports import Table, as_named
from campaigns.models import Campaign, Need
from donations.models import Allocation, Donation, Donor, Receipt

NUMBER = JSONObject(year=F("year"), number=F("number"))


def number_text(number):
    return str(Receipt(**number)) if number else ""


class DonorTable(Table):
    columns = as_named(
        "id", "name", "email", "address", "country", "language", "public_name", "shown",
        "may_write", "note", "created_at", "erased_at",
    )  # fmt: skip

    def get_queryset(self):
        return Donor.objects.order_by("pk")


class DonationTable(Table):
    """Gifts and what was taken back of them, which is negative. Sum each currency by itself."""

    columns = {
        **as_named("id", "received_on", "amount", "currency", "fee", "goods", "valuation"),
        **as_named("valuation_currency", "donor"),
        "donor_name": "donor__name",
        "pledge": "instalment__pledge__reference",
        "method": "method__name_en",
        **as_named("transaction_id", "reverses", "cause"),
        "purpose": "parts",
        "receipt": "receipt_number",
        **as_named("note", "thanked_on", "entered_at"),
        "entered_by": "entered_by__name",
    }

    def get_queryset(self):
        of_gift = {"donation": OuterRef("pk")}
        parts = Allocation.objects.standing().filter(**of_gift).order_by("pk")
        return Donation.objects.order_by("pk").annotate(
            parts=ArraySubquery(parts.values_list(JSONObject(need="need", campaign="campaign"))),
            receipt_number=Subquery(Receipt.objects.valid().filter(**of_gift).values_list(NUMBER)),
        )

    def words(self):
        """Two queries, for the names of all that a gift may count for."""
        purposes = {
            (need.pk, None): Allocation(need=need).purpose
            for need in Need.objects.select_related("supply", "campaign")
        }
        purposes |= {
            (None, one.pk): Allocation(campaign=one).purpose for one in Campaign.objects.all()
        }
        purposes[None, None] = Allocation().purpose

        def purpose(parts):
            """Name each once."""
            return "; ".join(
                dict.fromkeys(purposes[part["need"], part["campaign"]] for part in parts)
            )

        return {"purpose": purpose, "receipt": number_text}


class ReceiptTable(Table):
    columns = {
        "number": "code",
        **as_named("issued_on", "donation"),
        "received_on": "donation__received_on",
        "amount": "amount",
        "currency": "donation__currency",
        "goods": "donation__goods",
        "donor": "donation__donor",
        "donor_name": "donation__donor__name",
        **as_named("reissued_on", "void_on", "void_cause"),
        "issued_by": "issued_by__name",
    }

    def get_queryset(self):
        return Receipt.objects.order_by("year", "number").annotate(code=NUMBER)

    def words(self):
        return {"number": number_text}
