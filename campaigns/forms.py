"""What the office checks when staff write a campaign and what it needs."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.forms import PublishableForm

from .models import Entry, Need
from .money import money_text
from .quantities import Unit, plain_number, read_quantity, weight_text


class CampaignForm(PublishableForm):
    def clean_currency(self):
        """Keep the currency in which something has been told already."""
        currency, campaign = self.cleaned_data["currency"], self.instance
        told = campaign.pk and Entry.objects.filter(need__campaign=campaign).exists()
        if told and "currency" in self.changed_data:
            raise ValidationError(
                _("Entries have been made, so the currency stays. Make a new campaign for another.")
            )
        return currency


class NeedForm(forms.ModelForm):
    """A need whose target is typed as people write it: "2 t", "66.5 kg", "50", "3,000"."""

    target = forms.CharField(
        label=gettext_lazy("target"),
        max_length=40,
        widget=forms.TextInput(attrs={"size": 14}),
        help_text=gettext_lazy(
            "Like 50, 2 t or 66.5 kg; a sum of money in the campaign's currency."
        ),
    )

    class Meta:
        model = Need
        fields = ["target"]  # the office names all others, by language

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_entries = bool(self.instance.pk) and self.instance.entries.exists()
        if self.instance.pk:
            self.initial["target"] = target_text(self.instance)
        if self.has_entries and "supply" in self.fields:
            self.fields["supply"].disabled = True
            self.fields["supply"].help_text = _("Entries have been made, so the supply stays.")

    def clean(self):
        """Read the target in the unit of the chosen supply, and compare it with the formula."""
        cleaned = super().clean()
        if "target" in cleaned and "supply" not in self.errors:
            try:
                cleaned["target"] = read_target(cleaned["target"], cleaned.get("supply"))
            except ValidationError as error:
                self.add_error("target", error)
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        need = self.instance
        if not self.errors.get("target") and need.target is not None and not need.follows_formula:
            self._ask_for_a_reason(need)

    def _ask_for_a_reason(self, need):
        if self.cleaned_data.get("target_reason_en"):
            return
        self._errors.pop("__all__", None)  # the constraint said so without the numbers
        sentence = _(
            "The formula gives %(computed)s, the target is %(target)s."
            " Change one of them, or say why they differ."
        )
        numbers = {"computed": weight_text(need.computed), "target": weight_text(need.target)}
        self.add_error("target_reason_en", sentence % numbers)


def read_target(text, supply):
    if supply:
        return read_quantity(text, supply.unit)
    try:
        return Decimal(text.replace(",", "").strip())
    except InvalidOperation as error:
        raise ValidationError(_("Write a sum of money as a number, like 3000.")) from error


def target_text(need):
    """Write a target as one would type it: "2 t", "50", "3,000"."""
    return weight_text(need.target) if need.unit == Unit.KG else plain_number(need.target)


class NeedFormSet(BaseInlineFormSet):
    """Keeps needs whose ledger has begun, and refuses those of other campaigns."""

    def add_fields(self, form, index):
        """Offer to delete a need only before its ledger begins: entries are kept for ever."""
        super().add_fields(form, index)
        if form.has_entries and "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True

    def clean(self):
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("This form holds a need of another campaign. Open the campaign anew.")
            )
        chosen = [
            form.cleaned_data["supply"]
            for form in self.forms
            if form not in self.deleted_forms and form.cleaned_data.get("supply")
        ]
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("The campaign asks for one supply twice: join the two needs."))


def needs_in_short(campaign):
    """Write what a campaign asks for: "50 sets Clothing set · $3,000.00 Rescue"."""
    texts = []
    for need in campaign.needs.all():
        need.campaign = campaign
        amount = (
            money_text(need.target, campaign.currency)
            if need.is_money
            else need.text_of(need.target)
        )
        texts.append(f"{need}: {amount}")
    return " · ".join(texts)
