"""The codes on bank forms: what is mistyped is noticed, and never taken for another's code."""

from itertools import combinations

import pytest

from donations.references import (
    ALPHABET,
    is_valid,
    near_misses,
    new_reference,
    normalise,
    read_reference,
    spaced,
    with_check,
)

CODE = with_check("7KMX3RT")


def test_a_code_has_eight_capitals_and_digits_without_look_alikes():
    assert len(ALPHABET) == 23
    assert not set("01ILOQBSZGUVN") & set(ALPHABET)
    codes = {new_reference() for _ in range(200)}
    assert len(codes) == 200
    assert all(is_valid(code) and len(code) == 8 for code in codes)


def test_every_single_wrong_character_is_noticed():
    wrong = [CODE[:i] + c + CODE[i + 1 :] for i in range(8) for c in ALPHABET if c != CODE[i]]
    assert not any(map(is_valid, wrong))


def test_any_two_characters_that_changed_places_are_noticed():
    for i, j in combinations(range(8), 2):
        swapped = list(CODE)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        assert not is_valid("".join(swapped)) or CODE[i] == CODE[j]


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        spaced(CODE),
        "-".join(CODE),
        "ー".join(CODE),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE),  # full width, as Japanese keyboards type
        f" {CODE}\n",
    ],
)
def test_a_code_is_read_however_it_was_written(typed):
    assert read_reference(typed) == CODE


def test_letters_that_no_code_has_are_read_as_the_digits_they_look_like():
    assert normalise("bsz g") == "8526"


@pytest.mark.parametrize(
    "typed", ["", "7", CODE[:7], CODE + "A", "'; drop table", "난민", "\0" * 8]
)
def test_what_is_no_code_is_read_as_nothing(typed):
    assert read_reference(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [CODE[:3] + "A" + CODE[4:], CODE[:7], CODE + "7", CODE[1] + CODE[0] + CODE[2:]],
    ids=["wrong", "too few", "too many", "changed places"],
)
def test_a_code_mistyped_by_one_character_is_near_its_own(typed):
    found = near_misses(typed)
    assert CODE in found
    assert len(found) < 40


def test_a_right_code_is_near_no_other():
    assert near_misses(CODE) == []
    assert near_misses("quite something else") == []
