"""Fields in which donors write how much of a need they give. Each becomes one line of a pledge."""

from decimal import Decimal

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.money import check_money, read_money
from campaigns.quantities import Unit, read_quantity


class FieldOfNeed(forms.CharField):
    """Cleans to the fields of PledgeLine, or to None when nothing was typed."""

    def __init__(self, need, label):
        self.need = need
        mode = {"inputmode": "text" if need.unit == Unit.KG else "decimal", "autocomplete": "off"}
        super().__init__(
            label=label, required=False, max_length=40, widget=forms.TextInput(attrs=mode)
        )

    def clean(self, value):
        text = super().clean(value)
        return {"need": self.need} | self.read(text) if text else None

    def read_part(self, text):
        """Return the quantity that was typed, in the unit of the need."""
        return self.checked(read_quantity(text, self.need.unit))

    def checked(self, quantity):
        """More than was ever asked for would only blow up what everybody reads."""
        if quantity > self.need.target:
            raise ValidationError(
                _("%(all)s are asked for in all. Write a smaller number; if you really have more,"
                  " write to us.") % {"all": self.need.text_of(self.need.target)}
            )  # fmt: skip
        return quantity


class MoneyForNeed(FieldOfNeed):
    """Money by which something is bought: a number of it where a price is known, else a sum."""

    def __init__(self, need):
        currency = need.campaign.currency
        if need.is_money:
            label = _("Amount in %(currency)s") % {"currency": currency}
        elif need.unit_cost is None:
            label = _("Money for it, in %(currency)s") % {"currency": currency}
        elif need.unit == Unit.KG:
            label = _("I pay for so much (like 10 kg)")
        else:
            label = _("I pay for so many")
        super().__init__(need, label)

    def read(self, text):
        need, currency = self.need, self.need.campaign.currency
        if need.unit_cost is None:
            amount = read_money(text, currency)
            return {"amount": self.checked(amount) if need.is_money else amount}
        quantity = self.read_part(text)
        unit = Decimal(1).scaleb(-get_currency_precision(currency))
        amount = (quantity * need.unit_cost).quantize(unit)
        check_money(amount, currency)
        if not amount:
            raise ValidationError(_("This costs less than the smallest coin. Write a little more."))
        return {"amount": amount, "quantity": quantity}


class GoodsForNeed(FieldOfNeed):
    """Goods that come by post or by hand."""

    def __init__(self, need):
        kg = need.unit == Unit.KG
        super().__init__(need, _("I send so much") if kg else _("I send so many"))

    def read(self, text):
        return {"quantity": self.read_part(text), "in_kind": True}
