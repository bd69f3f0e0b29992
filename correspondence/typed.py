"""Fields of public forms: what people type, as it can be kept, mailed and printed."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

# Signs that turn the direction of all that follows: in a name they forge what stands beside it.
TURNS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def visible(text):
    """Return a text without the signs that nobody can see or type."""
    kept = (sign for sign in text if sign in "\n\r\t" or not is_invisible(sign))
    return "".join(kept)


def is_invisible(sign):
    return sign in TURNS or (unicodedata.category(sign) in ("Cc", "Cs") and sign != "\0")


class LineField(forms.CharField):
    """A text on one line, as a header of an e-mail must be."""

    def to_python(self, value):
        return " ".join(visible(super().to_python(value)).split())


class MailAddressField(forms.EmailField):
    """An e-mail address to which a letter can really be sent."""

    default_error_messages = {
        "invalid": gettext_lazy(
            "This is not a whole e-mail address. One is like name@example.org."
        ),
    }
    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def clean(self, value):
        email = super().clean(value)
        invalid = ValidationError(self.error_messages["invalid"], code="invalid")
        if not email.isprintable() or '"' in email:
            raise invalid
        try:
            email.rpartition("@")[2].encode("idna")  # as the mail server will be asked
        except UnicodeError as error:
            raise invalid from error
        return email


class ParagraphsField(forms.CharField):
    """A text of several lines."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value):
        return visible(super().to_python(value))
