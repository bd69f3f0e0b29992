"""A letter that visitors fill in: blanks, the filled letter, the link that opens it as e-mail.

Nothing that is typed is stored, logged or put into an address: it comes with a POST and goes back
with the page that answers it.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django import forms
from django.utils.translation import gettext_lazy as _

BLANK = re.compile(r"\{([^{}\n]{1,60})\}")
# The blank that the chosen addressee's name fills in.
ADDRESSEE = "addressee"
GAP = "__________"


@dataclass
class Piece:
    """A part of a letter; a blank that nobody filled in has no text, only its name."""

    text: str
    blank: str = ""


class LetterForm(forms.Form):
    """Asks for the blanks of a page's letter, in their order, and for the addressee."""

    def __init__(self, page, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter, self.addressees = page.letter, {str(a.pk): a for a in page.addressees.all()}
        if self.addressees:
            choices = [(number, addressee.name) for number, addressee in self.addressees.items()]
            self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)
        self.blanks = {f"blank-{n}": name for n, name in enumerate(blanks_of(self.letter), start=1)}
        for key, name in self.blanks.items():
            label = name[:1].upper() + name[1:]
            self.fields[key] = forms.CharField(label=label, required=False, max_length=200)

    @property
    def is_filled(self):
        return self.is_bound and self.is_valid()

    def shown(self):
        """Return the letter with what was typed, or with its blanks while nothing right was."""
        if not self.is_filled:
            return FilledLetter(self.letter, {}, None)
        typed = {name: self.cleaned_data[key] for key, name in self.blanks.items()}
        addressee = self.addressees.get(self.cleaned_data.get("to"))
        if addressee:
            typed[ADDRESSEE] = addressee.name
        return FilledLetter(self.letter, typed, addressee)


class FilledLetter:
    """A letter as it is printed or mailed."""

    def __init__(self, letter, typed, addressee):
        self.addressee = addressee
        self.subject = words(pieces(letter.subject, typed))
        self.pieces = pieces(letter.text, typed)

    def mail_address(self):
        """Return the address that opens the visitor's own mail program with the letter in it."""
        # In a mail a line ends with both signs, whatever the form sent.
        body = "\r\n".join(words(self.pieces).splitlines())
        to = quote(self.addressee.email, safe="@") if self.addressee else ""
        subject = quote(" ".join(self.subject.split()), safe="")
        return f"mailto:{to}?subject={subject}&body={quote(body, safe='')}"


def blanks_of(letter):
    """Return the names of a letter's blanks, each once, as they first appear."""
    names = BLANK.findall(f"{letter.subject}\n{letter.text}")
    return [name for name in dict.fromkeys(names) if name != ADDRESSEE]


def pieces(text, typed):
    """Return a text cut at its blanks, which what was typed fills in."""
    found = []
    for number, part in enumerate(BLANK.split(text)):
        is_blank = number % 2
        name = _("addressee") if part == ADDRESSEE else part
        found.append(Piece(typed.get(part, ""), name) if is_blank else Piece(part))
    return found


def words(pieces):
    return "".join(piece.text or (GAP if piece.blank else "") for piece in pieces)
