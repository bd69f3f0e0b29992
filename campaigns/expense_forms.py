"""What the office checks when staff enter an expense."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Expense
from .typed import SlipField, TypedMoney


class ExpenseForm(forms.ModelForm):
    """An expense with the slip that makes pressing twice enter once."""

    amount = TypedMoney(label=gettext_lazy("amount"))
    form_slip = SlipField(initial=uuid.uuid4)

    class Meta:
        model = Expense
        fields = ["category", "amount", "currency", "spent_on", "campaign", "note", "document"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["form_slip"]

    def clean(self):
        cleaned = super().clean()
        for sentence in self.errors.get("form_slip", []):  # the field itself is hidden
            self.add_error(None, sentence)
        before = self.sent_before()
        told = cleaned.keys() - {"form_slip"}
        if before and any(getattr(before, name) != cleaned[name] for name in told):
            raise ValidationError(
                _("This form was sent already and entered expense No. %(number)s. Look at it in"
                  " the list; for another expense open the form anew.") % {"number": before.pk}
            )  # fmt: skip
        return cleaned

    def sent_before(self):
        """Return the expense that this form has entered already, or None."""
        slip = self.cleaned_data.get("form_slip")
        return Expense.objects.filter(slip=slip).first() if slip else None

    def save(self, commit=True):
        if slip := self.cleaned_data.get("form_slip"):
            self.instance.slip = slip
        return super().save(commit)
