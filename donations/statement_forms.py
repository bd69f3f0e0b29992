"""What the treasurer says of a statement: the file, and what its columns are."""

import base64
import binascii
import zlib

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.uploads import OversizedUpload

from .models import PaymentMethod, StatementLayout
from .statements.days import Order
from .statements.guesses import guessed_currency, guessed_roles
from .statements.layouts import Role
from .statements.sheets import header_of

CARRIED_LIMIT = 2_000_000  # of a page; Django takes 2.5 MB of fields with a form
CARRIED_SECONDS = 24 * 3600
CARRIED = signing.TimestampSigner(salt="donations.statement")


class StatementField(forms.FileField):
    """A CSV file or a ZIP of several. Its bytes stay in memory; reading it is not this field's."""

    widget = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.zip,text/csv,application/zip"})

    def to_python(self, data):
        if isinstance(data, OversizedUpload):
            raise ValidationError(
                _("This file is larger than 25 MB. Download it for a shorter time, or as a ZIP.")
            )
        return super().to_python(data)


class UploadForm(forms.Form):
    """A statement, chosen now or carried along in the page since it was.

    The page holds the file, signed, so that nothing of it lies anywhere before it is imported. One
    too large for that has to be chosen once more.
    """

    file = StatementField(
        label=gettext_lazy("file"),
        required=False,
        help_text=gettext_lazy("CSV, or a ZIP of several CSV files; 25 MB at most."),
    )
    method = forms.ModelChoiceField(
        PaymentMethod.objects.filter(takes_money=True),
        label=gettext_lazy("way to give"),
        required=False,
        empty_label=gettext_lazy("as in the last file of the same source"),
        help_text=gettext_lazy("What is booked from this file came this way."),
    )
    order = forms.ChoiceField(
        choices=[("", ""), *Order.choices], required=False, widget=forms.HiddenInput
    )
    name = forms.CharField(required=False, widget=forms.HiddenInput)
    carried = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        told = super().clean()
        if upload := told.get("file"):
            self.content, self.name = upload.read(), upload.name
        elif told.get("carried"):
            self.content, self.name = unpacked(told["carried"]), told.get("name", "")
        elif "file" not in self.errors:
            self.add_error(
                "file", _("Choose the file that you downloaded from the bank or PayPal.")
            )
        return told

    def carry(self):
        """Return the fields of the next page's form."""
        told = {"name": self.name, "carried": packed(self.content)}
        return UploadForm(initial=self.cleaned_data | told)


def packed(content):
    """Return a file as signed text that a page can carry; "" when it is too large for one."""
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    return CARRIED.sign(text) if len(text) < CARRIED_LIMIT else ""


def unpacked(text):
    try:
        signed = CARRIED.unsign(text, max_age=CARRIED_SECONDS)
        return zlib.decompress(base64.b64decode(signed))
    except (signing.BadSignature, binascii.Error, zlib.error):
        raise ValidationError(
            _("This page is older than a day, or was damaged. Choose the file again.")
        ) from None


class LayoutForm(forms.ModelForm):
    """Asks of each column of an unknown file what it is. Guesses first."""

    class Meta:
        model = StatementLayout
        fields = ["name", "order", "decimal", "currency", "statuses", "kinds"]

    def __init__(self, cells, rows, **kwargs):
        self.header = list(header_of(cells))
        guesses = {f"column_{i}": role for i, role in enumerate(guessed_roles(self.header))}
        first = {"order": Order.YMD, "currency": guessed_currency(cells)}
        super().__init__(initial=first | guesses, prefix="layout", **kwargs)
        for i, _name in enumerate(self.header):
            samples = [row[i] for row in rows if i < len(row) and row[i]][:3]
            self.fields[f"column_{i}"] = forms.ChoiceField(
                label=cells[i] or _("column %(number)d, without a name") % {"number": i + 1},
                choices=[("", _("leave out")), *Role.choices],
                required=False,
                help_text=" · ".join(sample[:40] for sample in samples),
            )

    @property
    def columns(self):
        return [self[f"column_{i}"] for i, _name in enumerate(self.header)]

    @property
    def facts(self):
        return [self[name] for name in self.Meta.fields]

    def _post_clean(self):
        """Give the layout its columns before the model's own rules are asked."""
        self.instance.header = self.header
        told = (self.cleaned_data.get(f"column_{i}") for i, _name in enumerate(self.header))
        self.instance.columns = [role or "" for role in told]
        super()._post_clean()
