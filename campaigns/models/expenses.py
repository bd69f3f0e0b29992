"""Money that was spent. Lines are added and reversed, never changed."""

import uuid

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import never_emptied
from campaigns.days import check_day
from campaigns.money import CurrencyField, MoneyField, check_money, money_text

from .appeals import Campaign


class Expense(models.Model):
    """Money that left us. Its note and document may still change; the figures never."""

    class Category(models.TextChoices):
        GOODS = "goods", _("Goods")
        SHELTER = "shelter", _("Shelter")
        TRANSPORT = "transport", _("Transport")
        RESCUE = "rescue", _("Rescue")
        EDUCATION = "education", _("Education")
        MEDICAL = "medical", _("Medical care")
        ADVOCACY = "advocacy", _("Advocacy")
        OFFICE = "office", _("Office")

    category = models.CharField(_("category"), max_length=10, choices=Category)
    amount = MoneyField(_("amount"))
    currency = CurrencyField()
    spent_on = models.DateField(_("day"))
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        related_name="expenses",
        help_text=_("Empty: paid from general funds."),
    )
    note = models.TextField(_("note (never public)"), blank=True)
    document = models.ForeignKey(
        "library.Document",
        models.PROTECT,
        verbose_name=_("document"),
        null=True,
        blank=True,
        related_name="+",
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("reverses"),
        null=True,
        blank=True,
        related_name="reversed_by",
        editable=False,
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("entered by"),
        null=True,
        editable=False,
        related_name="+",
    )
    slip = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["-spent_on", "-pk"]
        indexes = [models.Index(fields=["-spent_on", "-id"], name="expense_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="expense_negative_only_to_reverse",
                violation_error_message=_("Write an amount of more than nothing."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="expense_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="expense_figures_stay", exclude=["note", "document"]),
            never_emptied("expenses_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.get_category_display()}, {money_text(self.amount, self.currency)}"

    def clean(self):
        checks = {}
        if self.spent_on:
            checks["spent_on"] = lambda: check_day(self.spent_on)
        if self.amount is not None:
            checks["amount"] = self._check_amount
        refused = {}
        for field, check in checks.items():
            try:
                check()
            except ValidationError as error:
                refused[field] = error
        if refused:
            raise ValidationError(refused)

    def _check_amount(self):
        if self.amount <= 0 and not self.reverses_id:
            raise ValidationError(gettext("Write an amount of more than nothing."))
        if self.currency:
            check_money(self.amount, self.currency)

    @transaction.atomic
    def reverse(self, by):
        """Enter the line that takes this one back; ValidationError when there is one already.

        The row stays locked meanwhile, so that of two who press at once one reads the sentence.
        """
        row = Expense.objects.select_for_update(of=["self"]).get(pk=self.pk)
        if row.reverses_id or Expense.objects.filter(reverses=row).exists():
            raise ValidationError(
                gettext("This expense is reversed already, or is itself a reversal.")
            )
        return Expense.objects.create(
            category=row.category,
            amount=-row.amount,
            currency=row.currency,
            spent_on=row.spent_on,
            campaign_id=row.campaign_id,
            reverses=row,
            entered_by=by,
        )
