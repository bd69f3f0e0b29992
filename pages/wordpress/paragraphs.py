"""HTML as it is written: words find their paragraph by themselves, and nothing stays open.

The text runs through *frames*, the elements around it. Words that stand directly in a frame open
the paragraph of that frame; whatever begins or ends a frame closes it.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

WORDS_BEFORE = 60  # characters, to find the place of a picture again


@dataclass
class Frame:
    source: str  # the element in the old text
    tag: str = ""  # the element in the new text, if any
    paragraph: str | None = "p"  # of its own words; "" for none, None where no words belong
    inlines: int = 0  # how many were open when the frame began
    is_figure: bool = False
    collects: bool = False  # its words are a caption
    pictures: list = field(default_factory=list)
    caption: list[str] = field(default_factory=list)


class Inline(NamedTuple):
    source: str
    opening: str
    closing: str


class Paragraphs:
    def __init__(self):
        self.written = []
        self.frames = [Frame("")]
        self.inlines, self.inlines_written = [], 0
        self.paragraph = None  # the open one: "p", "h2", "h3" or "" for words in a cell
        self.breaks = 0  # waiting for further words
        self.last_words = ""

    @property
    def frame(self):
        return self.frames[-1]

    @property
    def html(self):
        return "".join(self.written)

    def begin(self, frame, opening=""):
        self.end_paragraph()
        frame.inlines = len(self.inlines)
        self.frames.append(frame)
        self.written += [opening] * bool(opening)

    def end(self):
        """End the innermost frame and return it; one that held nothing but pictures vanishes."""
        self.end_paragraph()
        frame = self.frames.pop()
        del self.inlines[frame.inlines :]
        if self.written[-1:] == [f"<{frame.tag}>"]:
            self.written.pop()
        elif frame.tag:
            self.written.append(f"</{frame.tag}>")
        return frame

    def write(self, words):
        """Write words; open first whatever is missing around them."""
        words = re.sub(r"[ \t\n]+", " ", words)
        if not words.strip() and (self.paragraph is None or self.breaks):
            return
        self.prepare()
        starts = self.paragraph is not None and self.written[-1:] == [f"<{self.paragraph}>"]
        words = words.lstrip() if starts else words
        self.open_inlines()
        self.written.append(escape(words, quote=False))
        self.last_words = f"{self.last_words}{words}"[-WORDS_BEFORE:]

    def write_link(self, address, words):
        self.prepare()
        self.open_inlines()
        self.written.append(f'<a href="{escape(address)}">{escape(words, quote=False)}</a>')

    def write_rule(self):
        self.end_paragraph()
        self.written.append("<hr>")

    def prepare(self):
        """Write the breaks that waited; two of them are what some authors type for a paragraph."""
        if self.breaks > 1 and self.frame.paragraph == "p":
            self.end_paragraph()
        elif self.breaks:
            self.written.append("<br>" * min(self.breaks, 2))
            self.last_words += " "
        self.breaks = 0
        if self.paragraph is None:
            self.paragraph = self.frame.paragraph or ""
            self.written += [f"<{self.paragraph}>"] * bool(self.paragraph)

    def end_paragraph(self):
        """Close the paragraph; what is bold stays bold in the next one, until its end is met."""
        for inline in reversed(self.inlines[: self.inlines_written]):
            self.written.append(inline.closing)
        if self.paragraph:
            self.written.append(f"</{self.paragraph}>")
        if self.paragraph is not None:
            self.last_words += " "
        self.inlines_written, self.paragraph, self.breaks = 0, None, 0

    def break_line(self, at_most=None):
        """Break the line before the next words; nothing to break where a paragraph begins."""
        if self.paragraph is not None and (at_most is None or self.breaks < at_most):
            self.breaks += 1

    def open_inline(self, source, opening, closing):
        """Note an inline element. It is written with the first words in it, or never."""
        self.inlines.append(Inline(source, opening, closing))

    def open_inlines(self):
        self.written += [inline.opening for inline in self.inlines[self.inlines_written :]]
        self.inlines_written = len(self.inlines)

    def close_inline(self, source):
        """Close an inline element, those in it first; they go on with the next words."""
        places = [at for at, inline in enumerate(self.inlines) if inline.source == source]
        if not places or places[-1] < self.frame.inlines:
            return
        place = places[-1]
        for inline in reversed(self.inlines[place : self.inlines_written]):
            self.written.append(inline.closing)
        self.inlines_written = min(self.inlines_written, place)
        del self.inlines[place]
