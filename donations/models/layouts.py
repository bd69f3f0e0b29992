"""How statements of one source are laid out, as somebody told once."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.money import CurrencyField
from donations.statements.days import Order
from donations.statements.layouts import Layout, Role
from donations.statements.sheets import plain

SEVERAL = {Role.PAYER, Role.NOTE, ""}  # of these, a file may have several columns


class StatementLayout(models.Model):
    """Which column is what below one header, as somebody told once. Kept for all later files."""

    class Decimal(models.TextChoices):
        BY_ITSELF = "", _("each number tells by itself")
        POINT = ".", _("a point: 1,309.80")
        COMMA = ",", _("a comma: 1.309,80")

    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        help_text=_("Whose statement it is, like “Sakura Bank, savings”."),
        error_messages={"unique": _("Another layout has this name already.")},
    )
    header = ArrayField(models.TextField(), verbose_name=_("names of the columns"))
    columns = ArrayField(
        models.CharField(max_length=10, choices=Role, blank=True), verbose_name=_("columns")
    )
    order = models.CharField(_("how days are written"), max_length=5, choices=Order)
    decimal = models.CharField(
        _("sign before cents"), max_length=1, choices=Decimal, blank=True, default=Decimal.BY_ITSELF
    )
    currency = CurrencyField(blank=True, help_text=_("Of all amounts, where no column tells it."))
    statuses = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("status that counts"),
        default=list,
        blank=True,
        help_text=_("As the file writes it, like: 完了. Several with commas between."),
    )
    kinds = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("kinds that are donations"),
        default=list,
        blank=True,
        help_text=_("As the file writes them, with commas between."),
    )

    class Meta:
        verbose_name = _("layout of statements")
        verbose_name_plural = _("layouts of statements")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["header"],
                name="layout_once_for_a_header",
                violation_error_message=_("There is a layout for these columns already."),
            ),
            models.CheckConstraint(
                condition=Q(columns__len=F("header__len")),
                name="layout_says_of_each_column",
                violation_error_message=_("Say of each column what it is, or leave it out."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        told = [role for role in self.columns or [] if role]
        doubled = [role for role in told if role not in SEVERAL and told.count(role) > 1]
        if doubled:
            raise ValidationError(
                gettext("Only one column can be “%(role)s”.") % {"role": Role(doubled[0]).label}
            )
        if Role.DAY not in told:
            raise ValidationError(gettext("Say which column is the day."))
        if (Role.AMOUNT in told) == (Role.MONEY_IN in told):
            raise ValidationError(
                gettext("Say which column is the money that came in: either one for money in, or one"
                     " with a minus for what went out.")
            )  # fmt: skip
        if Role.CURRENCY not in told and not self.currency:
            raise ValidationError(gettext("Say in which currency the amounts are."))

    @property
    def source(self):
        return f"layout-{self.pk}"

    def as_layout(self):
        """Return how to read the rows below its header."""
        places = {
            role: tuple(place for place, told in enumerate(self.columns) if told == role)
            for role in set(self.columns) - {""}
        }
        counting = {Role.STATUS: self.statuses, Role.KIND: self.kinds}
        return Layout(
            self.source,
            places,
            self.order,
            self.decimal,
            self.currency,
            tuple((role, tuple(map(plain, texts))) for role, texts in counting.items() if texts),
        )
