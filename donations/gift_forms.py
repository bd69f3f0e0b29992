"""What the treasurer types about a gift, and how its parts are read."""

import uuid
from collections import defaultdict

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign, Need
from campaigns.money import MOST_MONEY, currency_choices, read_money
from campaigns.quantities import read_quantity
from campaigns.typed import SlipField, TypedMoney

from . import booking, pledging
from .booking import Part
from .models import Donation, Donor, PaymentMethod, Pledge
from .references import near_misses, read_reference

PARTS = 4


class ReferenceField(forms.CharField):
    """The reference code of a pledge; the field's value is the pledge."""

    def __init__(self, **kwargs):
        super().__init__(max_length=40, required=False, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        pledge = Pledge.objects.filter(reference=read_reference(text)).first()
        if pledge is None:
            raise ValidationError(_unknown(text))
        if pledge.state == Pledge.State.CANCELLED and not pledge.confirmed_at:
            raise ValidationError(_("This pledge was cancelled before it counted. Leave it out."))
        return pledge


def _unknown(text):
    """Say that no pledge has this code, and which one the writer may have meant."""
    near = Pledge.objects.filter(reference__in=near_misses(text)).first()
    if near:
        return _("No pledge has this code. Did you mean %(code)s?") % {"code": near}
    return _("No pledge has this code. Look it up in the list of pledges.")


class PurposeField(forms.ChoiceField):
    """For what something counts: general funds, a campaign as a whole, or one of its needs."""

    def __init__(self, **kwargs):
        super().__init__(required=False, choices=[("", _("general funds"))], **kwargs)

    def clean(self, value):
        """Return ("need" or "campaign", its number), or None for general funds."""
        kind, _colon, pk = super().clean(value).partition(":")
        return (kind, int(pk)) if pk else None


def purposes():
    """Return the choices of a PurposeField: campaigns of this year and their needs. Two queries."""
    year_ago = timezone.localdate() - timezone.timedelta(days=365)
    campaigns = Campaign.objects.filter(Q(ends_on=None) | Q(ends_on__gte=year_ago))
    needs = defaultdict(list)
    rows = Need.objects.filter(campaign__in=campaigns).select_related("supply")
    for need in rows.order_by("position", "pk"):
        needs[need.campaign_id].append((f"need:{need.pk}", str(need)))
    groups = [
        (
            str(campaign),
            [(f"campaign:{campaign.pk}", _("the campaign as a whole")), *needs[campaign.pk]],
        )
        for campaign in campaigns.only("title").order_by("-starts_on")
    ]
    return [("", _("general funds")), *groups]


class PartForm(forms.Form):
    """What part of a gift counts for what."""

    purpose = PurposeField(label=gettext_lazy("counts for"))
    share = forms.CharField(
        label=gettext_lazy("how much of it"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"size": 14}),
    )

    def read(self, currency):
        """Return the Part that was typed, or None; money in the gift's currency, else a quantity."""
        purpose, share = self.cleaned_data.get("purpose"), self.cleaned_data.get("share")
        if not purpose and not share:  # a row that nobody touched is not even cleaned
            return None
        need, campaign = self._rows(purpose)
        try:
            if not share:
                raise ValidationError(_("Say how much of the gift counts for this."))
            if currency:
                return Part(amount=read_money(share, currency), need=need, campaign=campaign)
            if need is None or need.is_money:
                raise ValidationError(_("Goods count for a need of goods. Choose one."))
            return Part(quantity=read_quantity(share, need.unit), need=need)
        except ValidationError as error:
            self.add_error("share", error)

    def _rows(self, purpose):
        kind, pk = purpose or ("", None)
        needs = Need.objects.select_related("supply", "campaign")
        return (
            needs.get(pk=pk) if kind == "need" else None,
            Campaign.objects.get(pk=pk) if kind == "campaign" else None,
        )


PartFormSet = forms.formset_factory(PartForm, extra=PARTS, max_num=PARTS)


class GiftForm(forms.Form):
    """A gift that arrived. What the books refuse, the form says; nothing is half-written."""

    pledge = ReferenceField(
        label=gettext_lazy("reference code"),
        help_text=gettext_lazy("Of the pledge that this gift keeps, if there is one."),
    )
    donor = forms.ModelChoiceField(
        Donor.objects.all(),
        required=False,
        label=gettext_lazy("donor"),
        help_text=gettext_lazy("Empty: the donor of the pledge; without a pledge, nobody known."),
    )
    received_on = forms.DateField(label=gettext_lazy("day"), widget=AdminDateWidget)
    method = forms.ModelChoiceField(
        PaymentMethod.objects.all(), required=False, label=gettext_lazy("how it came")
    )
    amount = TypedMoney(
        label=gettext_lazy("amount"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        help_text=gettext_lazy("All that was given, before any fee. Empty for goods."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("currency"), choices=currency_choices)
    fee = TypedMoney(
        label=gettext_lazy("fee"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        help_text=gettext_lazy("What the bank or PayPal kept of it."),
    )
    transaction_id = forms.CharField(
        label=gettext_lazy("transaction id"), max_length=100, required=False
    )
    goods = forms.CharField(
        label=gettext_lazy("which goods"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Like “3 summer sets, new”. Empty for money."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    valuation = TypedMoney(
        label=gettext_lazy("donor's own valuation"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        help_text=gettext_lazy("Of the goods, in the currency above; for the receipt alone."),
    )
    note = forms.CharField(
        label=gettext_lazy("note (never public)"),
        required=False,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
    )
    slip = SlipField()

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {
            "received_on": timezone.localdate(),
            "currency": "JPY",
            "slip": uuid.uuid4(),
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["donor"].widget = AutocompleteSelect(
            Donation._meta.get_field("donor"), admin.site, attrs={"data-width": "30rem"}
        )
        self.fields["donor"].widget.choices = self.fields["donor"].choices
        self.parts = PartFormSet(self.data if self.is_bound else None, prefix="parts")
        choices = purposes()
        for form in self.parts:
            form.fields["purpose"].choices = choices

    def is_valid(self):
        if not all([super().is_valid(), self.parts.is_valid()]):
            return False
        currency = "" if self.cleaned_data["amount"] is None else self.cleaned_data["currency"]
        self.read_parts = [part for form in self.parts if (part := form.read(currency))]
        return not any(form.errors for form in self.parts)

    def clean(self):
        told = super().clean()
        money, goods = told.get("amount"), told.get("goods")
        if "amount" in told and (money is None) == (not goods):
            raise ValidationError(_("Enter either an amount of money or which goods came."))
        return told

    def enter(self, by):
        """Book the gift and return it; None when the books refuse it, and the form says why."""
        try:
            with transaction.atomic():
                instalment = self._instalment()
                return booking.book(
                    by=by,
                    slip=self.cleaned_data["slip"],
                    instalment=instalment,
                    parts=self._parts(instalment),
                    **self._facts(),
                )
        except ValidationError as refusal:
            self.add_error(None, refusal)

    def _facts(self):
        told = self.cleaned_data
        names = ["received_on", "method", "amount", "goods", "note"]
        facts = {name: told[name] for name in names}
        facts["currency"] = told["currency"] if told["amount"] is not None else ""
        facts["fee"] = told["fee"] or 0
        facts["transaction_id"] = told["transaction_id"] or None
        if told["donor"]:
            facts["donor"] = told["donor"]
        if told["valuation"]:
            facts |= {"valuation": told["valuation"], "valuation_currency": told["currency"]}
        return facts

    def _instalment(self):
        pledge = self.cleaned_data["pledge"]
        return pledge and pledging.instalment_for(pledge, self.cleaned_data["received_on"])

    def _parts(self, instalment):
        """Return what was typed; of money nothing typed means: as the pledge says."""
        parts = self.read_parts
        if instalment and self.cleaned_data["amount"] is None:
            return booking.settling(instalment, parts)
        return parts or None


class BackForm(forms.Form):
    """Money that went back to its giver."""

    cause = forms.ChoiceField(
        label=gettext_lazy("why"),
        choices=[c for c in Donation.Cause.choices if c[0] != Donation.Cause.VOID],
    )
    amount = TypedMoney(label=gettext_lazy("amount"), min_value=0, max_value=MOST_MONEY)
    on = forms.DateField(label=gettext_lazy("day"), widget=AdminDateWidget)
    note = forms.CharField(
        label=gettext_lazy("reason (never public)"),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
    )


class VoidForm(forms.Form):
    """A gift that was entered by mistake."""

    note = forms.CharField(
        label=gettext_lazy("reason (never public)"),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
    )
