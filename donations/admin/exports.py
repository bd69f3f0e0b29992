"""Tables for the accountant: donors, gifts, what they count for, and receipts."""

from import_export.fields import Field

from campaigns.admin.exports import Exported, Table
from donations.models import Allocation, Donation, Donor, Receipt

__all__ = ["AllocationTable", "DonationTable", "DonorTable", "Exported", "ReceiptTable"]


class DonorTable(Table):
    class Meta:
        model = Donor
        fields = ["id", "name", "email", "address", "country", "language", "public_name", "shown",
                  "may_write", "note", "created_at", "erased_at"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return Donor.objects.order_by("pk")


class DonationTable(Table):
    """Gifts and what was taken back of them, which is negative. Sum each currency by itself."""

    donor_name = Field("donor__name", "donor_name")
    pledge = Field("instalment__pledge__reference", "pledge")
    method = Field("method__name_en", "method")
    purpose = Field("purpose", "purpose")
    receipt = Field(column_name="receipt")
    entered_by = Field("entered_by__name", "entered_by")

    class Meta:
        model = Donation
        fields = ["id", "received_on", "amount", "currency", "fee", "goods", "valuation",
                  "valuation_currency", "donor", "donor_name", "pledge", "method",
                  "transaction_id", "reverses", "cause", "purpose", "receipt", "note",
                  "thanked_on", "entered_at", "entered_by"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        rows = Donation.objects.order_by("pk").with_purpose().prefetch_related("receipts")
        return rows.select_related("donor", "instalment__pledge", "method", "entered_by")

    def dehydrate_receipt(self, row):
        return ", ".join(str(receipt) for receipt in row.receipts.all() if not receipt.void_on)


class AllocationTable(Table):
    received_on = Field("donation__received_on", "received_on")
    currency = Field("donation__currency", "currency")
    campaign = Field(column_name="campaign")
    need = Field("need__supply__name_en", "need")

    class Meta:
        model = Allocation
        fields = ["id", "donation", "received_on", "amount", "currency", "campaign", "need",
                  "quantity", "unit_cost", "rate", "entry", "reverses"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        rows = Allocation.objects.order_by("pk").with_purpose()
        return rows.select_related("donation", "campaign", "need__campaign", "need__supply")

    def dehydrate_campaign(self, row):
        campaign = row.need.campaign if row.need_id else row.campaign
        return campaign.title_en if campaign else ""


class ReceiptTable(Table):
    number = Field(column_name="number")
    currency = Field("donation__currency", "currency")
    goods = Field("donation__goods", "goods")
    received_on = Field("donation__received_on", "received_on")
    donor = Field("donation__donor_id", "donor")
    donor_name = Field("donation__donor__name", "donor_name")
    issued_by = Field("issued_by__name", "issued_by")

    class Meta:
        model = Receipt
        fields = ["number", "issued_on", "donation", "received_on", "amount", "currency", "goods",
                  "donor", "donor_name", "reissued_on", "void_on", "void_cause",
                  "issued_by"]  # fmt: skip
        export_order = fields

    def get_queryset(self):
        rows = Receipt.objects.order_by("year", "number")
        return rows.select_related("donation__donor", "issued_by")

    def dehydrate_number(self, row):
        return str(row)
