"""What the office checks when staff write a campaign and what it needs."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.forms import PublishableForm

from .days import check_age
from .disclosure import has_told
from .models import Campaign, Entry, Need, Supply
from .money import read_money
from .quantities import Unit, plain_number, read_quantity, weight_text

LONGEST = 20  # years; who asks for longer leaves the last day empty


class CampaignForm(PublishableForm):
    address_like = ("winter-clothing-2026", "冬の衣類")

    def clean_starts_on(self):
        """Refuse a day of another age: 0206 is 2006, mistyped, and every year since had a page."""
        day = self.cleaned_data["starts_on"]
        check_age(day)
        return day

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day.year > timezone.localdate().year + LONGEST:
            raise ValidationError(
                _("This day lies too far ahead. Look at the year, or leave it empty.")
            )
        return day

    def clean_currency(self):
        """Keep the currency in which something has been told already."""
        currency, campaign = self.cleaned_data["currency"], self.instance
        told = campaign.pk and Entry.objects.filter(need__campaign=campaign).exists()
        if told and "currency" in self.changed_data:
            raise ValidationError(
                _("Entries have been made, so the currency stays. Make a new campaign for another.")
            )
        return currency

    def clean(self):
        cleaned = super().clean()
        for name in {"delay_days", "smallest_told"} & set(self.changed_data) & set(cleaned):
            if problem := self._why_not(name, cleaned[name]):
                self.add_error(name, problem)
        return cleaned

    def _why_not(self, name, value):
        """Say why a rule of what the public learns stays as it is; None when it may change.

        Either way it would tell anew what was told: two tellings can be subtracted.
        """
        if not self.instance.pk:
            return None
        before = Campaign.objects.get(pk=self.instance.pk)
        if has_told(before):
            return _("Deliveries were told by this rule already. Told anew by another, small ones"
                     " could be found by subtracting; so it stays.")  # fmt: skip
        if before.is_public and value < getattr(before, name):
            return _("Lower it before the campaign is public: withdraw it, lower this, and whoever"
                     " publishes it again sees it too.")  # fmt: skip
        return None


class NeedForm(forms.ModelForm):
    """A need whose target is typed as people write it: "2 t", "66.5 kg", "50", "3,000"."""

    target = forms.CharField(
        label=gettext_lazy("Target"),
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
        if self.instance.pk:
            self.initial["target"] = target_text(self.instance)

    def clean(self):
        """Read the target in the unit of the chosen supply."""
        cleaned = super().clean()
        if "supply" in self.errors:
            cleaned.pop("target", None)  # of which nobody can say what it counts
        elif "target" in cleaned:
            try:
                cleaned["target"] = read_target(
                    cleaned["target"], cleaned.get("supply"), self.campaign.currency
                )
            except ValidationError as error:
                self.add_error("target", error)
        return cleaned

    def _get_validation_exclusions(self):
        """A target that could not be read is not complained of a second time."""
        unread = set() if "target" in self.cleaned_data else {"target"}
        return super()._get_validation_exclusions() | unread

    def _post_clean(self):
        super()._post_clean()
        weighed = "target" in self.cleaned_data and self.instance.unit == Unit.KG
        if weighed and not self.instance.follows_formula:
            self._ask_for_a_reason(self.instance)

    def _ask_for_a_reason(self, need):
        if self.cleaned_data.get("target_reason_en"):
            return
        sentence = _(
            "The formula gives %(computed)s, the target is %(target)s."
            " Change one of them, or say why they differ."
        )
        numbers = {"computed": weight_text(need.computed), "target": weight_text(need.target)}
        self.add_error("target_reason_en", sentence % numbers)


def read_target(text, supply, currency=""):
    return read_quantity(text, supply.unit) if supply else read_money(text, currency)


def target_text(need):
    """Write a target as one would type it: "2 t", "50", "3,000"."""
    return weight_text(need.target) if need.unit == Unit.KG else plain_number(need.target)


class NeedFormSet(BaseInlineFormSet):
    """Keeps needs whose ledger has begun, and refuses those of other campaigns."""

    def get_queryset(self):
        """Lock the needs of a form that was sent, so that no entry slips in before the save."""
        if self.is_bound and not hasattr(self, "_queryset"):
            self.queryset = self.queryset.select_for_update(of=["self"])
        return super().get_queryset()

    @cached_property
    def begun(self):
        """The numbers of those needs that have entries. One query."""
        entries = Entry.objects.filter(need=OuterRef("pk"))
        needs = Need.objects.filter(Exists(entries), pk__in=[row.pk for row in self.get_queryset()])
        return set(needs.values_list("pk", flat=True))

    @cached_property
    def supplies(self):
        """All supplies with their units, for every form alike. One query."""
        return list(Supply.objects.all())

    def add_fields(self, form, index):
        """Offer what may be chosen. Once its ledger has begun, a need stays, and its supply too."""
        super().add_fields(form, index)
        form.campaign = self.instance
        form.has_entries = form.instance.pk in self.begun
        if "supply" in form.fields:
            self._offer_supplies(form.fields["supply"])
        if form.has_entries:
            self._keep(form)

    def _offer_supplies(self, field):
        supplies = [(row.pk, f"{row} ({row.get_unit_display()})") for row in self.supplies]
        field.choices = [("", _("none: a sum of money")), *supplies]

    def _keep(self, form):
        if "supply" in form.fields:
            form.fields["supply"].disabled = True
            form.fields["supply"].help_text = _("Entries have been made, so the supply stays.")
        if "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True
            form.fields["DELETE"].label = _("Entries have been made, so it stays")

    def clean(self):
        self.refuse_needs_of_others()
        self.refuse_to_lose_entries()
        self.refuse_a_supply_twice()
        super().clean()

    def refuse_needs_of_others(self):
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("This form holds a need of another campaign. Open the campaign anew.")
            )

    def refuse_to_lose_entries(self):
        """Say it when entries came in after the form was opened: else the wish would vanish."""
        for form in self.initial_forms:
            supply = form.data.get(form.add_prefix("supply"))
            moved = supply is not None and supply != str(form.initial.get("supply") or "")
            if form.has_entries and (moved or form.data.get(form.add_prefix("DELETE"))):
                raise ValidationError(
                    _(
                        "“%(need)s” has entries in its ledger, which are kept for ever: it stays,"
                        " and its supply too. Nothing is saved yet; save again to save the rest."
                    )
                    % {"need": form.instance}
                )

    def refuse_a_supply_twice(self):
        """Also refuse what is twice only while saving: two needs that exchange their supplies."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        chosen = [row for form in kept if (row := form.cleaned_data.get("supply"))]
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("The campaign asks for one supply twice: join the two needs."))
        stored = {form.initial.get("supply") for form in self.initial_forms}
        changed = [f for f in self.initial_forms if f.has_changed() and "supply" in f.changed_data]
        for form in changed:
            if (supply := form.cleaned_data.get("supply")) and supply.pk in stored:
                raise ValidationError(
                    _("Another need asks for “%(supply)s” until you save. Change that one first.")
                    % {"supply": supply}
                )
