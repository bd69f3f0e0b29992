"""What staff type as a quantity or an amount of money, and how both are shown."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from campaigns.money import check_money, money_text
from campaigns.quantities import quantity_text, read_quantity


@pytest.mark.parametrize(
    ("typed", "kg"),
    [
        ("2 t", "2000"),
        ("2t", "2000"),
        ("2 tonnes", "2000"),
        ("2トン", "2000"),
        ("66.5 kg", "66.5"),
        ("６６．５kg", "66.5"),
        ("500 g", "0.5"),
        ("1,995 kg", "1995"),
        ("2000", "2000"),
    ],
)
def test_weights_become_kilograms_whatever_unit_was_typed(typed, kg):
    assert read_quantity(typed, "kg") == Decimal(kg)


@pytest.mark.parametrize(("typed", "pieces"), [("50", 50), ("50 sets", 50), ("1,000", 1000)])
def test_pieces_are_whole_numbers(typed, pieces):
    assert read_quantity(typed, "set") == pieces


@pytest.mark.parametrize(
    ("typed", "unit", "sentence"),
    [
        ("", "set", "It is counted in “set”: write a whole number, like 50."),
        ("many", "kg", "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ("1e30", "kg", "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ("NaN", "kg", "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ("66,5 kg", "kg", "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ("3 sets", "kg", "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ("3 kg", "set", "It is counted in “set”: write a whole number, like 50."),
        ("0.5", "set", "There is no half of it: write a whole number."),
        ("0", "set", "Write a quantity of more than nothing."),
        ("-3", "set", "Write a quantity of more than nothing."),
        ("0.5 g", "kg", "Weights are kept to the gram: write no smaller part of it."),
        ("1" + "0" * 30, "set", "This is more than there can be. Count the zeros."),
    ],
)
def test_what_is_no_quantity_is_refused_with_a_sentence(typed, unit, sentence):
    with pytest.raises(ValidationError) as refused:
        read_quantity(typed, unit)
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    ("kg", "text"),
    [
        ("2000", "2 t"),
        ("24300", "24.3 t"),
        ("1995", "1,995 kg"),
        ("14098", "14,098 kg"),
        ("24272.5", "24,272.5 kg"),
        ("66.5", "66.5 kg"),
        ("0.5", "500 g"),
        ("0", "0 kg"),
    ],
)
def test_weights_are_shown_exactly_and_in_what_reads_best(kg, text):
    assert quantity_text(Decimal(kg), "kg") == text


@pytest.mark.parametrize(("number", "text"), [("1", "1 set"), ("50", "50 sets"), ("2.9", "2 sets")])
def test_pieces_are_rounded_down(number, text):
    assert quantity_text(Decimal(number), "set") == text


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        ("10", "USD", "en", "US$10"),
        ("2.5", "USD", "ja", "US$2.50"),
        ("300000", "JPY", "ja", "￥300,000"),
        ("50000", "KRW", "ko", "₩50,000"),
    ],
)
def test_money_is_written_as_its_readers_write_it(amount, currency, language, text):
    with translation.override(language):
        assert money_text(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "currency", "sentence"),
    [
        ("0.5", "JPY", "JPY has no smaller unit: write a whole number."),
        ("0.005", "USD", "USD has 2 digits after the point, no more."),
        ("1e30", "USD", "This is more money than there can be. Count the zeros."),
    ],
)
def test_money_that_cannot_be_is_refused(amount, currency, sentence):
    with pytest.raises(ValidationError) as refused:
        check_money(Decimal(amount), currency)
    assert refused.value.messages == [sentence]
