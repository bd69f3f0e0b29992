"""Make the two typefaces of receipts anew: run `python donations/fonts/make.py`.

Needs Debian's packages fonts-noto-cjk and fonts-noto-core; fontTools comes with fpdf2. Takes a
minute or two. The same packages give the same bytes.

Names must come out whole, so the ideographs are all of the Japanese, Korean, Chinese and Taiwanese
standards, all Korean syllables, and the rare ones beyond Unicode's first plane. Hints for screens
and rules for vertical lines are left out: that halves the file.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
NOTO = Path("/usr/share/fonts")
CJK = NOTO / "opentype/noto/NotoSansCJK-Regular.ttc"  # its first face is the Japanese one
LATIN = NOTO / "truetype/noto/NotoSans-Regular.ttf"

# JIS X 0208, 0212 and 0213 with IBM's additions (as in 髙), KS X 1001, GB 2312, Big5
STANDARDS = ["euc_jp", "euc_jis_2004", "cp932", "euc_kr", "gb2312", "big5"]
BLOCKS = [
    range(0x3130, 0x3190),  # Korean letters
    range(0xAC00, 0xD7A4),  # Korean syllables
    range(0xF900, 0xFB00),  # ideographs of older standards, such as 﨑
    range(0xFF00, 0xFFF0),  # half and full width, as banks write
    range(0x20000, 0x30000),  # rare ideographs, such as 𠮷
]
ALPHABETS = [
    range(0x20, 0x7F),
    range(0xA0, 0x250),  # Latin of Europe
    range(0x2BC, 0x2BE),
    range(0x300, 0x370),  # accents by themselves
    range(0x370, 0x530),  # Greek and Cyrillic
    range(0x1E00, 0x1F00),  # Vietnamese, Welsh, transcriptions
    range(0x2010, 0x2040),
    range(0x20A0, 0x20C0),  # signs of currencies
    [0x2116, 0x2122, 0x2212],
]


def characters_of(standard):
    """Return the code points that a standard of two-byte codes can write, with its third plane."""
    found = set()
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            for prefix in (b"", b"\x8f"):
                try:
                    text = (prefix + bytes([first, second])).decode(standard)
                except UnicodeDecodeError:
                    continue
                found.update(map(ord, text))
    return found


def make(source, target, code_points):
    font = TTFont(source, fontNumber=0, recalcTimestamp=False)
    options = Options(hinting=False, layout_features=[], name_IDs=["*"], name_languages=[0x409])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    font.save(HERE / target)


if __name__ == "__main__":
    alphabets = set().union(*ALPHABETS)
    ideographs = set().union(*BLOCKS, *map(characters_of, STANDARDS))
    make(LATIN, "noto-sans.ttf", alphabets)
    make(CJK, "noto-sans-cjk-jp.otf", ideographs)
