"""Receipts for what arrived: numbered without gaps, and every number stays taken."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import never_emptied
from campaigns.money import MoneyField, money_text

from .gifts import Allocation, Donation


class ReceiptQuerySet(models.QuerySet):
    def valid(self):
        """Receipts of gifts that were not taken back."""
        return self.filter(void_on=None)

    def with_gift(self):
        """With all that stands on the paper. Two queries."""
        return self.select_related("donation__donor", "donation__method").prefetch_related(
            Prefetch("donation__allocations", Allocation.objects.standing().with_purpose())
        )


class Receipt(models.Model):
    """What the donor gets for the tax office. Donor and purpose are read from the gift.

    So a receipt is drawn anew with the donor's name of today, and erasing the donor erases it; the
    figures stay as they were when the number was given.
    """

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    number = models.PositiveIntegerField(_("number"))
    donation = models.ForeignKey(
        Donation, models.PROTECT, verbose_name=_("donation"), related_name="receipts"
    )
    amount = MoneyField(
        _("amount"), null=True, help_text=_("What was left of the gift when this was issued.")
    )
    issued_on = models.DateField(_("issued"), default=timezone.localdate)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("issued by"), null=True,
        related_name="+",
    )  # fmt: skip
    reissued_on = models.DateField(_("issued again"), null=True, blank=True)
    void_on = models.DateField(_("void since"), null=True, blank=True)
    void_cause = models.CharField(
        _("because the gift was"), max_length=10, choices=Donation.Cause, blank=True
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-year", "-number"]
        indexes = [models.Index(fields=["issued_on"], name="receipt_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"],
                name="receipt_number_once_a_year",
                violation_error_message=_("This number is taken."),
            ),
            models.UniqueConstraint(
                fields=["donation"],
                condition=Q(void_on=None),
                name="receipt_valid_once_a_gift",
                violation_error_message=_("This gift has a receipt already. Issue that one again."),
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0),
                name="receipt_numbered_from_one",
                violation_error_message=_("Receipts are numbered from one."),
            ),
            models.CheckConstraint(
                condition=Q(void_on=None, void_cause="")
                | (Q(void_on__isnull=False) & ~Q(void_cause="")),
                name="receipt_void_for_a_cause",
                violation_error_message=_("A void receipt says why it is void."),
            ),
            models.CheckConstraint(
                condition=Q(reissued_on=None) | Q(reissued_on__gte=F("issued_on")),
                name="receipt_issued_before_again",
                violation_error_message=_("A receipt is issued again after it was issued."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="receipt_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="receipt_figures_stay", exclude=["reissued_on", "void_on", "void_cause"]
            ),
            never_emptied("receipts_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.year}-{self.number:05}"

    @property
    def text(self):
        """What the receipt is for, in words."""
        if self.amount is None:
            return self.donation.goods
        return money_text(self.amount, self.donation.currency)
