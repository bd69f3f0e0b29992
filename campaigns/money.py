"""Money: amounts with each currency's own precision. Currencies are never added together."""

import re
import unicodedata
from decimal import Decimal
from functools import partial

from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_name,
    get_currency_precision,
)
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.quantities import NUMBER

CURRENCIES = ("JPY", "USD", "KRW", "EUR", "GBP", "CNY", "THB")
MOST_MONEY = Decimal(10) ** 12  # more has never been given to anybody, and is a slip of the hand

MoneyField = partial(models.DecimalField, max_digits=15, decimal_places=2)


def currency_choices():
    """Return (code, "JPY, Japanese Yen") of each currency in the page's language."""
    language = get_language() or settings.LANGUAGE_CODE
    return [(code, f"{code}, {get_currency_name(code, locale=language)}") for code in CURRENCIES]


CurrencyField = partial(
    models.CharField,
    verbose_name=gettext_lazy("currency"),
    max_length=3,
    choices=currency_choices,
)


def money_text(amount, currency):
    """Write an amount in the page's language: "US$10", "US$2.50", "￥300,000", "₩50,000".

    Readers sit in many countries, so a dollar says whose it is.
    """
    text = format_currency(amount, currency, locale=get_language() or settings.LANGUAGE_CODE)
    if currency == "USD" and "US$" not in text:
        text = text.replace("$", "US$")
    return text.removesuffix(".00")


def money_words(amount, currency):
    """Write an amount with all its digits and the currency's name: "2.50 US dollars", "5,000円"."""
    language = get_language() or settings.LANGUAGE_CODE
    return format_currency(amount, currency, locale=language, format_type="name")


def money_digits(amount, currency):
    """Write an amount for a column of one currency, with all its digits: "1,200.00"."""
    language = get_language() or settings.LANGUAGE_CODE
    shape = "#,##0" if get_currency_precision(currency) == 0 else "#,##0.00"
    return format_decimal(amount, shape, locale=language)


def read_money(text, currency):
    """Return the Decimal that somebody typed: "3,000" or "2.50"; ValidationError for no sum."""
    typed = re.fullmatch(NUMBER, unicodedata.normalize("NFKC", text).strip())
    if not typed:
        raise ValidationError(_("Write a sum of money as a number alone, like 3,000 or 2.50."))
    amount = Decimal(typed[1].replace(",", ""))
    if amount <= 0:
        raise ValidationError(_("Write a sum of more than nothing."))
    check_money(amount, currency)
    return amount


def check_money(amount, currency):
    """Raise ValidationError for more digits than the currency has, or for an absurd amount."""
    if abs(amount) >= MOST_MONEY:
        raise ValidationError(_("This is more money than there can be. Count the zeros."))
    digits = get_currency_precision(currency)
    if amount != round(amount, digits):
        raise ValidationError(
            _("%(currency)s has no smaller unit: write a whole number.") % {"currency": currency}
            if digits == 0
            else _("%(currency)s has %(digits)s digits after the point, no more.")
            % {"currency": currency, "digits": digits}
        )
