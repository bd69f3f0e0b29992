"""The forms by which the office enters what happened to goods: one for each act."""

import uuid
from dataclasses import dataclass

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.forms import ReportField

from . import posting
from .disclosure import is_told
from .models import Entry, EntryDetail, Need
from .money import MOST_MONEY, currency_choices
from .quantities import read_quantity
from .typed import SlipField, TypedMoney

Kind = Entry.Kind


@dataclass(frozen=True)
class Act:
    """Something that happens to goods, and the kind of line that it leaves in the ledger."""

    kind: str
    title: str
    costs: bool = False
    arrives: bool = False  # with people whom it reaches, in a region that may be told


ACTS = {
    "purchase": Act(Kind.PURCHASED, gettext_lazy("Record a purchase"), costs=True),
    "receive": Act(Kind.GIVEN, gettext_lazy("Receive goods")),
    "dispatch": Act(Kind.DISPATCHED, gettext_lazy("Dispatch")),
    "deliver": Act(Kind.DELIVERED, gettext_lazy("Deliver"), arrives=True),
    "lose-in-store": Act(Kind.LOST_IN_STORE, gettext_lazy("Report a loss in store")),
    "lose-on-the-way": Act(Kind.LOST_ON_THE_WAY, gettext_lazy("Report a loss on the way")),
    "take-back": Act(Kind.RETURNED, gettext_lazy("Take back")),
    "transfer": Act(Kind.TRANSFERRED_OUT, gettext_lazy("Transfer to another need")),
}


class DetailForm(forms.ModelForm):
    """What may be learnt late: where it went, whom it reached, which article tells of it."""

    report = ReportField()

    class Meta:
        model = EntryDetail
        fields = ["region", "people_reached", "report", "private_place", "private_note"]
        widgets = {
            # What a number field of the browser cannot read, it leaves out and says nothing.
            "people_reached": forms.TextInput(attrs={"size": 12, "inputmode": "numeric"}),
            "private_place": forms.TextInput(attrs={"class": "vTextField"}),
            "private_note": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= getattr(self.instance, "texts_of_version", {})
        self.fields["report"].kept = self.instance.report
        if self.instance.pk and is_told(self.instance.entry):
            self._keep_what_was_told()

    def _keep_what_was_told(self):
        """Who kept yesterday's page could subtract it from today's and find one small delivery."""
        for name in ("region", "people_reached"):
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _(
                    "The public may have read it, so it stays. If it is wrong, reverse the line and"
                    " enter it anew: it is then told later, beside the others."
                )


class EntryForm(forms.Form):
    """One act on one need. What the ledger refuses, the form says; nothing is half-written."""

    quantity = forms.CharField(
        label=gettext_lazy("quantity"), max_length=40, widget=forms.TextInput(attrs={"size": 12})
    )
    happened_on = forms.DateField(
        label=gettext_lazy("day"),
        widget=AdminDateWidget,
        help_text=gettext_lazy("The day on which it happened. It may lie back."),
    )
    amount = TypedMoney(
        label=gettext_lazy("cost"),
        min_value=0,
        max_value=MOST_MONEY,
        required=False,
        help_text=gettext_lazy("Of all of it together. Leave empty while nobody knows."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("currency"), choices=currency_choices)
    other = forms.ModelChoiceField(
        Need.objects.none(),
        label=gettext_lazy("to the need"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Goods can only go to another need of the same supply. Choose one from the list."
            )
        },
    )
    slip = SlipField()

    def __init__(self, need, act, *args, **kwargs):
        self.need, self.act = need, act
        kwargs["initial"] = {
            "happened_on": timezone.localdate(),
            "currency": need.campaign.currency,
            "slip": uuid.uuid4(),
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["quantity"].help_text = how_to_write(need)
        self.detail = DetailForm(self.data if self.is_bound else None)
        self._leave_out_what_does_not_apply()

    def _leave_out_what_does_not_apply(self):
        if not self.act.costs:
            del self.fields["amount"], self.fields["currency"]
        if self.act.kind == Kind.TRANSFERRED_OUT:
            others = Need.objects.filter(supply=self.need.supply_id).exclude(pk=self.need.pk)
            self.fields["other"].queryset = others.select_related("supply", "campaign")
            self.fields["other"].label_from_instance = lambda need: f"{need.campaign}: {need}"
        else:
            del self.fields["other"]
        if not self.act.arrives:
            del self.detail.fields["region"], self.detail.fields["people_reached"]

    def clean_quantity(self):
        return read_quantity(self.cleaned_data["quantity"], self.need.unit)

    def is_valid(self):
        return all([super().is_valid(), self.detail.is_valid()])

    def enter(self, by):
        """Enter what the form says; return whether the ledger took it, or else say why not."""
        try:
            self._enter(by)
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return False
        return True

    def _enter(self, by):
        told = self.cleaned_data
        facts = {
            "on": told["happened_on"],
            "by": by,
            "slip": told["slip"],
            "detail": self.detail.cleaned_data,
        }
        if self.act.kind == Kind.TRANSFERRED_OUT:
            return posting.transfer(self.need, told["other"], told["quantity"], **facts)
        if told.get("amount") is not None:
            facts |= {"amount": told["amount"], "currency": told["currency"]}
        return posting.post(self.need, self.act.kind, told["quantity"], **facts)


def how_to_write(need):
    if need.unit == "kg":
        return _("A weight with its unit, like 2 t, 66.5 kg or 500 g.")
    return _("A whole number of: %(unit)s.") % {"unit": need.supply.get_unit_display()}
