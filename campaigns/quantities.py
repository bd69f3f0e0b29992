"""Quantities: whole pieces, and weights in kg with three places. Never a float.

Weights are typed in g, kg or t, kept in kg, and shown in what reads best.
"""

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Unit(models.TextChoices):
    PIECE = "piece", gettext_lazy("piece")
    SET = "set", gettext_lazy("set")
    KIT = "kit", gettext_lazy("kit")
    KG = "kg", gettext_lazy("kg")


KG_IN = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}
NAMES = {"gram": "g", "grams": "g", "グラム": "g", "그램": "g", "kgs": "kg", "キロ": "kg", "킬로": "kg",
         "ton": "t", "tons": "t", "tonne": "t", "tonnes": "t", "トン": "t", "톤": "t"}  # fmt: skip
MOST = Decimal(10) ** 9  # of any unit; more is a slip of the hand
# A comma stands between thousands alone: 66,5 is no number here, rather than ten times too much.
NUMBER = r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
TYPED = re.compile(NUMBER + r"\s*(\S*)")


def read_quantity(text, unit):
    """Return the Decimal that somebody typed, in the unit: "2 t" of kg is 2000.

    Raises ValidationError with a sentence that tells what to write instead.
    """
    text = unicodedata.normalize("NFKC", str(text)).strip()
    typed = TYPED.fullmatch(text)
    if not typed:
        raise ValidationError(_how_to_write(unit))
    number = Decimal(typed[1].replace(",", ""))
    name = typed[2].lower()
    if unit == Unit.KG:
        factor = KG_IN.get(NAMES.get(name, name or "kg"))
        if factor is None:
            raise ValidationError(_how_to_write(unit))
        number *= factor
    elif name and name not in words_for(unit):
        raise ValidationError(_how_to_write(unit))
    return check_quantity(number, unit)


def check_quantity(number, unit):
    """Return the number; ValidationError unless it is more than nothing, possible and whole."""
    if number <= 0:
        raise ValidationError(_("Write a quantity of more than nothing."))
    if number >= MOST:
        raise ValidationError(_("This is more than there can be. Count the zeros."))
    if unit == Unit.KG and number != round(number, 3):
        raise ValidationError(_("Weights are kept to the gram: write no smaller part of it."))
    if unit != Unit.KG and number != int(number):
        raise ValidationError(_("There is no half of it: write a whole number."))
    return number


def _how_to_write(unit):
    if unit == Unit.KG:
        return _("Write a weight with its unit, like 2 t, 66.5 kg or 500 g.")
    return _("It is counted in “%(unit)s”: write a whole number, like 50.") % {
        "unit": Unit(unit).label
    }


def words_for(unit):
    """Return the words that may follow a number of this unit."""
    return {
        unit,
        f"{unit}s",
        str(Unit(unit).label).lower(),
        "組",
        "個",
        "着",
        "枚",
        "セット",
        "세트",
        "개",
    }


def quantity_text(number, unit):
    """Write a quantity as it reads best: "50 sets", "2 t", "66.5 kg", "500 g".

    Pieces are rounded down: a set that is not complete is none, nor is one that went back.
    """
    if unit == Unit.KG:
        return weight_text(number)
    number = int(Decimal(number).to_integral_value(ROUND_DOWN))
    shown = number_format(number, use_l10n=True, force_grouping=True)
    text = {
        Unit.PIECE: lambda: ngettext("%(number)s piece", "%(number)s pieces", number),
        Unit.SET: lambda: ngettext("%(number)s set", "%(number)s sets", number),
        Unit.KIT: lambda: ngettext("%(number)s kit", "%(number)s kits", number),
    }[unit]()
    return text % {"number": shown}


def weight_text(kg):
    """Write a weight exactly: in t when that needs at most one place, below 1 kg in g."""
    kg = Decimal(kg)
    if abs(kg) >= 1000 and kg % 100 == 0:
        number, name = kg / 1000, "t"
    elif 0 < abs(kg) < 1:
        number, name = kg * 1000, "g"
    else:
        number, name = kg, "kg"
    return f"{plain_number(number)} {name}"


def plain_number(number):
    """Write a Decimal without needless zeros, in the page's language."""
    number = Decimal(number)
    number = number.quantize(1) if number == number.to_integral_value() else number.normalize()
    return number_format(number, use_l10n=True, force_grouping=True)
