"""What the office checks when staff enter an expense."""

import uuid

from django import forms

from .models import Expense


class ExpenseForm(forms.ModelForm):
    """An expense with the slip that makes pressing twice enter once."""

    form_slip = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = Expense
        fields = ["category", "amount", "currency", "spent_on", "campaign", "note", "document"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["form_slip"]

    def save(self, commit=True):
        if slip := self.cleaned_data.get("form_slip"):
            self.instance.slip = slip
        return super().save(commit)
