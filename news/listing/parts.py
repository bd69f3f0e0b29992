"""What a listing is made of: lines and paragraphs in the file, items and what was left out."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from news.listing import dates, reasons


class Line(NamedTuple):
    number: int
    text: str

    @property
    def said(self):
        return self.text.strip()


class Flag(NamedTuple):
    """One thing an editor should look at; `code` and `detail` are what to keep of it."""

    code: str
    line: int
    detail: str
    raw: str

    @property
    def sentence(self):
        return reasons.FLAGS[self.code] % {"detail": self.detail}


class LeftOut(NamedTuple):
    code: str
    line: int
    raw: str

    @property
    def sentence(self):
        return reasons.LEFT_OUT[self.code]


@dataclass
class Paragraph:
    lines: list[Line]
    closed: bool = False  # the blank line below it is not empty: this ends a group of highlights

    @property
    def is_dated(self):
        return any(dates.is_date_line(line.text) for line in self.lines)


@dataclass
class Item:
    section: str  # "dated", "undated" or "highlight"
    title: str
    teaser: str
    date: date | None
    precision: str  # "day", "year" or "unknown"
    title_line: int
    first_line: int
    last_line: int
    flags: list[Flag] = field(default_factory=list)
    raw: str = ""

    def flag(self, code, line, detail=""):
        self.flags.append(Flag(code, line.number, detail, line.text))


@dataclass
class Listing:
    items: list[Item]
    left_out: list[LeftOut]


def split_into_paragraphs(lines):
    paragraphs, current = [], []
    for line in [*lines, Line(len(lines) + 1, "")]:
        if line.said:
            current.append(line)
            continue
        if current:
            paragraphs.append(Paragraph(current))
            current = []
        if line.text and paragraphs:
            paragraphs[-1].closed = True
    return paragraphs


def leave_out(code, paragraphs):
    return [LeftOut(code, *line) for paragraph in paragraphs for line in paragraph.lines]
