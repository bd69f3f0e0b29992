"""The typefaces on paper and the signs they have: no sign of a name may vanish without a trace."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "fonts"
ALPHABETS = FONTS / "noto-sans.ttf"
IDEOGRAPHS = FONTS / "noto-sans-cjk-jp.otf"
GETA = "〓"  # what Japanese printers set for a piece of type that they lack

# Composing would turn these into other shapes of the same ideograph, which names do not bear.
SHAPES = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def printable(text):
    """Return the text as the typefaces can set it: what they lack is a 〓, what has no shape goes."""
    return "".join(sign if ord(sign) in known() else GETA for sign in _signs(text))


def unprintable(text):
    """Return the signs that would be a 〓 on paper, each once."""
    return list(dict.fromkeys(sign for sign in _signs(text) if ord(sign) not in known()))


@cache
def known():
    """Return the code points that have a shape. Reads both typefaces, once."""
    faces = [TTFont(path, lazy=True) for path in (ALPHABETS, IDEOGRAPHS)]
    return frozenset({ord("\n")}.union(*(face.getBestCmap() for face in faces)))


def _signs(text):
    """Return the signs that should show: composed, and without marks of direction or of variant."""
    text = SELECTORS.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    composed = "".join(
        part if SHAPES.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in SHAPES.split(text)
    )
    return [sign for sign in composed if sign == "\n" or unicodedata.category(sign) not in UNSHAPED]


UNSHAPED = {"Cc", "Cf", "Zl", "Zp"}
