"""The reference code inside what a payer wrote: the payer's name, or a note.

Whatever stands around it may run into it, for banks drop blanks; so every eight characters in a
row are looked up. A code with one slip (a character wrong, missing or too many, or two neighbours
that changed places) has a half that is right: codes are found by their halves, which is as quick
with a hundred thousand pledges as with ten.
"""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from donations.references import LENGTH, normalise

HALF = LENGTH // 2
WORD = re.compile(r"[0-9A-Z]+")


class Codes:
    """All codes that were given out, and those of them that are still waited for."""

    def __init__(self, given_out, awaited):
        """Take (code, key) of all pledges, and the codes of those that are open."""
        self.keys = dict(given_out)
        self.by_start, self.by_end = defaultdict(list), defaultdict(list)
        for code in awaited:
            self.by_start[code[:HALF]].append(code)
            self.by_end[code[HALF:]].append(code)
        # What names a purpose, like the title of an item, is the same in most rows.
        self.near_in_one = lru_cache(1000)(self._near_in_one)

    def exact_in(self, *texts):
        """Return the keys of the codes that stand in the texts, in their order and each once."""
        found = (self.keys.get(part) for text in texts for part in parts_of(normalise(text)))
        return list(dict.fromkeys(key for key in found if key is not None))

    def near_in(self, *texts):
        """Return the keys of awaited codes that stand in the texts with one slip."""
        return list(dict.fromkeys(key for text in texts for key in self.near_in_one(text)))

    def _near_in_one(self, text):
        return [
            self.keys[code]
            for part in attempts_in(text)
            for code in self._half_right(part)
            if is_one_slip(part, code)
        ]

    def _half_right(self, part):
        """Return codes that begin or end as the part does, also if its middle two are crossed."""
        starts = self.by_start.get(part[:HALF], [])
        crossed = self.by_start.get(part[: HALF - 1] + part[HALF], [])
        ends = self.by_end.get(part[-HALF:], [])
        return starts + crossed + ends if starts or crossed or ends else ()


def parts_of(text, length=LENGTH):
    return (text[at : at + length] for at in range(len(text) - length + 1))


def attempts_in(text):
    """Yield what may be meant as a code: it begins or ends where a word does, blanks inside or not."""
    words = [normalise(word) for word in WORD.findall(unicodedata.normalize("NFKC", text).upper())]
    whole = "".join(words)
    edges, at = {0}, 0
    for word in words:
        at += len(word)
        edges.add(at)
    for edge in sorted(edges):
        for length in (LENGTH - 1, LENGTH, LENGTH + 1):
            if edge + length <= len(whole):
                yield whole[edge : edge + length]
            if edge - length >= 0:
                yield whole[edge - length : edge]


def is_one_slip(text, code):
    """Tell whether one slip of the hand turns the code into the text."""
    if len(text) != len(code):
        longer, shorter = (text, code) if len(text) > len(code) else (code, text)
        return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
    wrong = [i for i in range(len(code)) if text[i] != code[i]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        i = wrong[0]
        return text[i] == code[i + 1] and text[i + 1] == code[i]
    return len(wrong) == 1
