"""What the public has been told of money and goods: sums of enough rows, and which rows those are."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Entry, Expense, Need
from campaigns.money import CurrencyField

from .gifts import Allocation, Donation

VARIOUS = "various"  # the category of payments that are told together with others alone


class Telling(models.Model):
    """The end of a month up to which the public was told, and when that was."""

    until = models.DateField(_("up to"), unique=True)
    made_on = models.DateField(_("told on"))

    class Meta:
        verbose_name = _("telling")
        verbose_name_plural = _("tellings")
        ordering = ["-until"]

    def __str__(self):
        return str(self.until)


class ToldSum(models.Model):
    """A sum of rows of which none can be read alone. Sums of one cell are added, never changed.

    `folded` are the small ones of a year and currency: no number shows one of them without the
    others. Without campaign it is of general funds; `amount` is money, or units of the need.
    """

    class Measure(models.TextChoices):
        RECEIVED = "received", _("money received")
        FEES = "fees", _("fees")
        SPENT = "spent", _("money spent")
        UNITS = "units", _("units received")

    telling = models.ForeignKey(Telling, models.CASCADE, related_name="sums")
    measure = models.CharField(_("measure"), max_length=8, choices=Measure)
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="told_sums")
    category = models.CharField(_("category"), max_length=10, blank=True)
    currency = CurrencyField(blank=True)
    folded = models.BooleanField(_("only together with others"), default=False)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("told sum")
        verbose_name_plural = _("told sums")
        ordering = ["pk"]
        indexes = [models.Index(fields=["year", "measure"], name="told_by_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["telling", "measure", "year", "campaign", "need", "category", "currency"],
                nulls_distinct=False,
                name="told_once_a_telling",
                violation_error_message=_("This was told at this end of a month already."),
            ),
            models.CheckConstraint(
                condition=Q(measure="units", need__isnull=False, currency="")
                | (~Q(measure="units") & Q(need=None) & ~Q(currency="")),
                name="told_is_money_or_units",
                violation_error_message=_("Money has a currency, units have a need."),
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display()}, {self.year}: {self.amount} {self.currency}"


class ToldRow(models.Model):
    """Which row a told sum has added up: each row counts in one sum at most."""

    told = models.ForeignKey(ToldSum, models.CASCADE, related_name="rows")
    allocation = models.OneToOneField(Allocation, models.PROTECT, null=True, related_name="told")
    donation = models.OneToOneField(Donation, models.PROTECT, null=True, related_name="told_fee")
    expense = models.OneToOneField(Expense, models.PROTECT, null=True, related_name="told")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="told")

    class Meta:
        verbose_name = _("told row")
        verbose_name_plural = _("told rows")
        constraints = [
            models.CheckConstraint(
                condition=Q(allocation__isnull=False, donation=None, expense=None, entry=None)
                | Q(allocation=None, donation__isnull=False, expense=None, entry=None)
                | Q(allocation=None, donation=None, expense__isnull=False, entry=None)
                | Q(allocation=None, donation=None, expense=None, entry__isnull=False),
                name="told_row_is_one_row",
                violation_error_message=_("One row of one table."),
            ),
        ]

    def __str__(self):
        return f"{self.told_id}"
