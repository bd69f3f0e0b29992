"""A sheet of A4 with our letterhead. The same words give the same bytes."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from .signs import ALPHABETS, IDEOGRAPHS, printable

INK, SOFT, RULE, TINT, WARNING = (
    (33, 28, 22),
    (95, 86, 72),
    (217, 204, 184),
    (247, 241, 231),
    (143, 43, 28),
)
MARGIN = 22  # mm
WIDTH = 210 - 2 * MARGIN
LEADING = 0.52  # mm between lines for each point of the type's size


@dataclass(frozen=True)
class Letterhead:
    """Who writes, as it stands on paper. Lines of the address are parted by newlines."""

    name: str
    address: str = ""
    telephone: str = ""
    email: str = ""
    representative: str = ""


class Sheet(FPDF):
    """Pages with a head and a foot. Every text goes through `write_line` or `write_block`."""

    def __init__(self, letterhead, on, title):
        """`on` is the day that the file says it was made: it tells nothing of this machine."""
        super().__init__(format="A4")
        self.letterhead = letterhead
        self.add_font("alphabets", fname=ALPHABETS)
        self.add_font("ideographs", fname=IDEOGRAPHS)
        self.set_fallback_fonts(["ideographs"])
        self.set_margins(MARGIN, 18)
        self.c_margin = 0
        self.set_auto_page_break(True, 26)
        self.set_creation_date(datetime.combine(on, time(), UTC))
        self.set_producer("")
        self.set_title(printable(title))
        self.set_author(printable(letterhead.name))
        self.set_lang(get_language())
        self.foot_text = self.number_text = ""
        self.pages_before = 0

    def begin(self, foot_text):
        """Begin a paper of its own, in the language of now, whose pages are counted from one."""
        self.add_page()  # with the foot of the paper before, in its own language
        self.pages_before = self.page - 1
        self.foot_text = printable(foot_text)
        self.number_text = _("Page %(number)s")

    def keep_together(self, height):
        """Go on at the top of a new page unless so many mm are left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def header(self):
        self.write_line(self.letterhead.name, 10, SOFT)
        self.rule(self.get_y() + 2)
        self.set_y(self.get_y() + 8)

    def footer(self):
        self.set_y(-18)
        self.rule(self.get_y() - 3)
        number = self.number_text % {"number": self.page - self.pages_before}
        self.write_line(self.foot_text, 8, SOFT, beside=True)
        self.write_line(number, 8, SOFT, align="R")

    def write_line(self, text, size=10, color=INK, *, align="L", beside=False):
        """Write one line; the next starts under it, or at the same height when it is `beside`."""
        self._type(size, color)
        below = {} if not beside else {"new_y": YPos.TOP}
        fitting = self._fitting(printable(text), WIDTH)
        options = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT} | below
        self.cell(WIDTH, size * LEADING, fitting, align=align, **options)

    def write_block(self, text, size=10, color=INK, *, left=MARGIN, width=WIDTH, **options):
        """Write a text over as many lines as it needs; `options` are those of `multi_cell`."""
        self._type(size, color)
        self.set_x(left)
        options = {"align": "L", "new_x": XPos.LMARGIN} | options
        self.multi_cell(width, size * LEADING, printable(text), **options)

    def rule(self, y):
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(MARGIN, y, MARGIN + WIDTH, y)

    def _render_styled_text_line(self, *args, **options):
        """Name the typeface anew after each line.

        fpdf2 2.8.9 takes one that it named within a line for the page's, which forgets it with the
        end of that line: what came next stood in another size, or in no typeface at all.
        """
        page_break = super()._render_styled_text_line(*args, **options)
        self.current_font_is_set_on_page = False
        return page_break

    def _type(self, size, color):
        self.set_font("alphabets", size=size)
        self.set_text_color(*color)

    def _fitting(self, text, width):
        """Shorten what is longer than one line, and say so by three points."""
        text = " ".join(text.split())
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text + "…"


def bytes_of(sheet):
    return bytes(sheet.output())
