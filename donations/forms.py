"""What donors fill in: what they promise, who they are, and where a lost link shall go."""

import hashlib
import uuid

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.money import currency_choices, read_money
from correspondence.guard import GuardedForm, is_within
from correspondence.typed import LineField, MailAddressField, ParagraphsField

from . import pledging
from .links import ask_for_links
from .models import Donor, LostLink, PaymentMethod, Pledge, PledgeLine
from .models.donors import bare_email, country_choices
from .promised_fields import GoodsForNeed, MoneyForNeed

LONGEST_MESSAGE = 2000  # characters
PLEDGES_OF_AN_ADDRESS = 10  # in an hour: each sends a letter to somebody who may not want it
LINKS_TO_AN_ADDRESS = 3  # in an hour


def countries():
    return [("", gettext_lazy("I would rather not say")), *country_choices()]


def usual_currency():
    """Return the currency in which readers of this language most likely count."""
    return {"ja": "JPY", "ko": "KRW"}.get(get_language(), "USD")


class PromiseForm(forms.Form):
    """What is promised: some of each need as money or as goods, a sum, goods of another kind.

    `numbers` are those of the campaign's needs as the public knows them. After is_valid() `lines`
    are the fields of PledgeLine.
    """

    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=currency_choices, initial=usual_currency
    )
    goods = LineField(
        label=gettext_lazy("What, and how many?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Like “20 hand-knitted caps”."),
    )
    comes = LineField(
        label=gettext_lazy("When will the goods come?"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Like “in December” or “within two weeks”."),
    )

    def __init__(self, *args, campaign=None, numbers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign, self.numbers, self.lines = campaign, numbers, []
        if campaign:
            self.initial.setdefault("currency", campaign.currency)
        for one in numbers:
            self.fields[f"need-{one.need.pk}-money"] = MoneyForNeed(one.need)
            if not one.need.is_money:
                self.fields[f"need-{one.need.pk}-goods"] = GoodsForNeed(one.need)

    def needs(self):
        """Return (numbers, field for money, field for goods or None) of each need."""
        return [
            (
                one,
                self[f"need-{one.need.pk}-money"],
                None if one.need.is_money else self[f"need-{one.need.pk}-goods"],
            )
            for one in self.numbers
        ]

    def clean(self):
        cleaned = super().clean()
        self._read_amount(cleaned)
        self.lines = [*self._lines_for_needs(cleaned), *self._other_lines(cleaned)]
        if not self.errors:
            self._check_lines(cleaned)
        return cleaned

    def _read_amount(self, cleaned):
        if cleaned.get("amount") and cleaned.get("currency"):
            try:
                cleaned["amount"] = read_money(cleaned["amount"], cleaned["currency"])
            except ValidationError as error:
                self.add_error("amount", error)

    def _lines_for_needs(self, cleaned):
        lines = []
        for one in self.numbers:
            if money := cleaned.get(f"need-{one.need.pk}-money"):
                lines.append(money)
            if goods := cleaned.get(f"need-{one.need.pk}-goods"):
                lines.append(goods | {"comes": cleaned.get("comes", "")})
        return lines

    def _other_lines(self, cleaned):
        lines, purpose = [], {"campaign": self.campaign}
        if cleaned.get("amount"):
            lines.append(purpose | {"amount": cleaned["amount"]})
        if cleaned.get("goods"):
            goods = {"goods": cleaned["goods"], "comes": cleaned.get("comes", "")}
            lines.append(purpose | goods | {"in_kind": True})
        return lines

    def _check_lines(self, cleaned):
        if not self.lines:
            raise ValidationError(
                _("Say what you promise: a number, an amount or goods. One of them is enough.")
            )
        asked = [line for line in self.lines if "need" in line and not line.get("in_kind")]
        if asked and cleaned["currency"] != self.campaign.currency:
            self.add_error(
                "currency",
                _("What this campaign needs is counted in %(currency)s: choose it here too, or"
                  " make a second pledge for the other amount.")
                % {"currency": self.campaign.currency},
            )  # fmt: skip
        if cleaned.get("comes") and not self.has_goods:
            self.add_error("goods", _("You say when goods will come. Say which ones, too."))

    @property
    def has_goods(self):
        return any(line.get("in_kind") for line in self.lines)

    @property
    def has_money(self):
        return not all(line.get("in_kind") for line in self.lines)

    def promised(self):
        """Return the lines as they will be read, not saved."""
        pledge = Pledge(currency=self.cleaned_data["currency"])
        return [PledgeLine(pledge=pledge, **line) for line in self.lines]

    def total_text(self):
        lines = self.promised()
        return lines[0].pledge.total_text(lines)

    def sums(self):
        """Return the money of each line as the page before the last step sends it on."""
        return " ".join(str(line["amount"]) for line in self.lines if line.get("amount"))

    def was_seen(self):
        """Say whether what will be promised is what was looked through; if not, the form tells."""
        if self.data.get("sums", self.sums()) == self.sums():
            return True
        self.add_error(None, _("A price has changed meanwhile. Look through it once more."))
        return False


class DonorFields(forms.Form):
    """Who promises, as the donor wants to be called."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Tell us what to call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        choices=countries,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our letters"),
        choices=[
            (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
        ],
        initial=get_language,
    )
    shown = forms.ChoiceField(
        label=gettext_lazy("What may the public see of you?"),
        choices=Donor.Shown,
        initial=Donor.Shown.NOTHING,
        widget=forms.RadioSelect,
    )
    public_name = LineField(
        label=gettext_lazy("Name in public, if it is another one"), required=False, max_length=80
    )
    may_write = forms.BooleanField(
        label=gettext_lazy("You may also send me news by e-mail."),
        required=False,
        help_text=gettext_lazy("Not needed for a pledge. You can take it back at any time."),
    )

    def donor(self):
        """Return the fields of Donor."""
        names = ["name", "country", "language", "shown", "public_name", "may_write"]
        return {name: self.cleaned_data[name] for name in names}


class PledgeForm(PromiseForm, DonorFields, GuardedForm):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Pledge.Rhythm,
        initial=Pledge.Rhythm.ONCE,
        widget=forms.RadioSelect,
    )
    method = forms.ModelChoiceField(
        label=gettext_lazy("How will it come?"),
        queryset=PaymentMethod.objects.offered(),
        required=False,
        blank=True,
        empty_label=gettext_lazy("I decide later: show me every way"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these ways.")},
    )
    email = MailAddressField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Without your e-mail address you cannot confirm the pledge.")
        },
        help_text=gettext_lazy("We send a link there. The pledge counts once you confirmed it."),
    )
    message = ParagraphsField(
        label=gettext_lazy("A message for us"),
        required=False,
        # Not max_length: browsers would cut off what is pasted, and say nothing.
        validators=[MaxLengthValidator(LONGEST_MESSAGE)],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["method"].queryset = PaymentMethod.objects.offered()

    def clean_email(self):
        return bare_email(self.cleaned_data["email"])

    def _check_lines(self, cleaned):
        super()._check_lines(cleaned)
        method = cleaned.get("method")
        if method and not method.fits(
            cleaned["currency"], money=self.has_money, goods=self.has_goods
        ):
            self.add_error(
                "method", _("This way does not fit what you promise. Choose another, or none yet.")
            )

    @cached_property
    def slip(self):
        """Name the form that was opened: its stamp is ours, and no two are alike."""
        return uuid.UUID(bytes=hashlib.sha256(self.data["stamp"].encode()).digest()[:16])

    def said(self):
        """Return (label, text) of all that is not a line, as it is shown before it is sent."""
        for name in ("rhythm", "method", "name", "email", "country", "language", "shown",
                     "public_name", "message", "may_write"):  # fmt: skip
            field, value = self.fields[name], self.cleaned_data[name]
            if name == "may_write":
                yield field.label, _("Yes") if value else _("No news, please.")
            elif name == "method":
                yield field.label, value or field.empty_label
            elif value:
                yield field.label, dict(getattr(field, "choices", ())).get(value, value)

    def is_welcome(self):
        """Count a letter to this address; say whether it is within the limit of this hour."""
        return is_within("pledge address", self.cleaned_data["email"], PLEDGES_OF_AN_ADDRESS)

    def receive(self):
        """Keep the pledge and queue its letter: both or neither, and only once."""
        said = self.cleaned_data
        facts = {name: said[name] for name in ("currency", "rhythm", "method", "message")}
        return pledging.make(
            self.slip,
            donor=self.donor() | {"email": said["email"]},
            lines=self.lines,
            language=said["language"],
            **facts,
        )


class ChangeForm(PromiseForm):
    """Something else instead of what was promised, in the same currency."""

    def __init__(self, *args, pledge, initial=None, **kwargs):
        currency = {"currency": pledge.currency}
        super().__init__(*args, initial=currency | (initial or {}), **kwargs)
        self.pledge = pledge
        self.fields["currency"].disabled = True

    def change(self):
        """Promise it instead; say whether that was possible. Why not, the form then tells."""
        try:
            pledging.change(self.pledge, self.lines)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class DonorForm(DonorFields):
    """What a donor wants to be called from now on."""

    def __init__(self, donor, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = donor
        self.initial = {name: getattr(donor, name) for name in self.fields}

    def save(self):
        for name, value in self.donor().items():
            setattr(self.person, name, value)
        self.person.save(update_fields=[*self.donor()])


class LostLinkForm(GuardedForm):
    email = MailAddressField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Write the address that you gave us then.")},
    )

    def ask(self, language):
        """Queue a letter, unless this address got many in this hour."""
        email = bare_email(self.cleaned_data["email"])
        LostLink.objects.forget_past()
        if is_within("lost link to", email, LINKS_TO_AN_ADDRESS):
            ask_for_links(email, language)
