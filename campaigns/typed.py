"""Fields of forms that take what people type, and say so when they cannot."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

# As in quantities: a comma stands between thousands alone, and 66,5 is no number.
THOUSANDS = re.compile(r"([+-]?[0-9]{1,3}(?:,[0-9]{3})+)((?:\.[0-9]*)?)")


class TypedMoney(forms.DecimalField):
    """An amount of money: 300000, 300,000 or 2.50.

    It is a text for the browser: what a number field cannot read, it leaves out and says nothing.
    """

    default_error_messages = {
        "invalid": gettext_lazy("Write an amount as a number, like 300,000 or 2.50.")
    }
    widget = forms.TextInput(attrs={"size": 16, "inputmode": "decimal"})

    def __init__(self, **kwargs):
        super().__init__(**{"max_digits": 15, "decimal_places": 2} | kwargs)

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        with_commas = THOUSANDS.fullmatch(text)
        if "e" in text.lower():  # 1e5 is a number for machines alone
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(",", "") if with_commas else text)


class SlipField(forms.UUIDField):
    """Names one form that was opened, so that sending it twice enters once."""

    widget = forms.HiddenInput
    broken = gettext_lazy("This form was damaged on its way. Go back and open it anew.")
    default_error_messages = {"invalid": broken, "required": broken}
