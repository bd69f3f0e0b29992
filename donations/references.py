"""The codes by which a pledge is named on bank forms and over the telephone.

Eight capitals and digits, for a Japanese bank form takes nothing else. Of characters that look or
sound alike one at most is used (8 but not B, 5 but not S, M but not N, no 0, O, Q, 1, I, L), which
leaves 23. That is a prime, so the last character can be chosen such that every single wrong
character, and every two that changed places, are noticed.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ACDEFHJKMPRTWXY"
LENGTH = 8
# What people write for a character that has a look-alike in the alphabet.
READ_AS = str.maketrans({"B": "8", "S": "5", "Z": "2", "G": "6"})
NOT_OF_A_CODE = re.compile(r"[\s\W_ー]+")


def new_reference():
    """Return a code by chance. There are 23^7, about 3.4 thousand million, of them."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def with_check(start):
    """Return the seven characters and the one that makes the sum right."""
    return next(start + last for last in ALPHABET if is_valid(start + last))


def is_valid(code):
    """Say whether this is a code as we make them: capitals and digits, no spaces."""
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return False
    return sum(place * ALPHABET.index(c) for place, c in enumerate(code, 1)) % len(ALPHABET) == 0


def normalise(text):
    """Return what somebody wrote as a code has it: narrow capitals without spaces and dashes."""
    text = NOT_OF_A_CODE.sub("", unicodedata.normalize("NFKC", text).upper())
    return text.translate(READ_AS)


def read_reference(text):
    """Return the code that somebody typed, or "" when it is none."""
    code = normalise(text)
    return code if is_valid(code) else ""


def near_misses(text):
    """Return the codes that differ from the text by one character too few, too many or wrong, or
    by two neighbours that changed places. About fifteen, of which one at most is likely given out.
    """
    code = normalise(text)
    if not LENGTH - 1 <= len(code) <= LENGTH + 1 or is_valid(code):
        return []
    spots = range(len(code))
    candidates = {code[:i] + code[i + 1 :] for i in spots}
    candidates |= {code[:i] + c + code[i + 1 :] for i in spots for c in ALPHABET}
    candidates |= {code[:i] + c + code[i:] for i in range(len(code) + 1) for c in ALPHABET}
    candidates |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in spots[:-1]}
    return sorted(filter(is_valid, candidates))


def spaced(code):
    """Write a code as it is read out: "7KMX 3RTA"."""
    return f"{code[:4]} {code[4:]}"
