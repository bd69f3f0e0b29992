"""The reference code inside a payer's name or a note."""

import pytest

from donations.references import ALPHABET, with_check
from donations.statements.codes import Codes, is_one_slip

CODE = "7KMX3RT5"
CODES = Codes({CODE: 1, "2AC4EHJ9": 2}.items(), awaited=[CODE])


@pytest.mark.parametrize(
    "text",
    [
        "7KMX3RT5",
        "ﾌﾘｺﾐ ﾔﾏﾀﾞ ﾊﾅｺ 7KMX3RT5",
        "７ＫＭＸ３ＲＴ５ヤマダ",
        "ﾔﾏﾀﾞ 7KMX-3RT5",
        "ﾔﾏﾀﾞ 7KMXー3RT5",
        "ﾔﾏﾀﾞ 7KMX－3RT5",
        "ﾔﾏﾀﾞ 7KMX‐3RT5",
        "for pledge 7kmx 3rt5, thanks",
        "SMITH7KMX3RT5",
        "7KMX3RT5SMITH",
        "ref:7KMX3RTS",  # read aloud, S is written for 5
    ],
)
def test_a_code_is_found_however_it_is_written(text):
    assert CODES.exact_in(text) == [1]


def test_codes_of_several_texts_are_found_in_their_order():
    assert CODES.exact_in("2AC4EHJ9 and 7KMX3RT5", "7KMX3RT5") == [2, 1]


@pytest.mark.parametrize("text", ["", "ﾔﾏﾀﾞ ﾊﾅｺ", "7KMX3RT", "7KMX3RT6"])
def test_what_is_no_code_is_not_found(text):
    assert CODES.exact_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ﾔﾏﾀﾞ 7KMX3RT6",  # wrong at its end
        "ﾔﾏﾀﾞ AKMX3RT5",  # wrong at its start
        "ﾔﾏﾀﾞ 7KMX3RT",  # cut off by the bank
        "ﾔﾏﾀﾞ KMX3RT5",
        "7KM3RT5",
        "7KMXX3RT5",
        "7KMX-34RT5",
        "7KM3XRT5",  # neighbours changed places, also across the middle
        "K7MX3RT5",
        "SMITH 7KMX 3RT6",
        "SMITH7KMX3RT6",
    ],
)
def test_a_code_with_one_slip_is_found_near(text):
    assert CODES.exact_in(text) == []
    assert CODES.near_in(text) == [1]


@pytest.mark.parametrize("text", ["7KMX3RAA", "7KMX3R", "2AC4EHJ2", "ﾔﾏﾀﾞ ﾊﾅｺ", ""])
def test_two_slips_or_a_code_that_nobody_waits_for_are_not_near(text):
    assert CODES.near_in(text) == []


def test_every_single_wrong_character_is_found_near():
    code = with_check("4H2XYPR")
    codes = Codes([(code, 1)], awaited=[code])
    for at in range(len(code)):
        for other in set(ALPHABET) - {code[at]}:
            assert codes.near_in(code[:at] + other + code[at + 1 :]) == [1]


def test_equal_texts_are_no_slip():
    assert not is_one_slip(CODE, CODE)
