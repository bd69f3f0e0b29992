"""Readers that turn paragraphs into items, and flag whatever they had to decide."""

import re
from datetime import date
from itertools import pairwise

from news.listing import dates
from news.listing.parts import Flag, Item, LeftOut, Line, Paragraph, leave_out

HEADING = re.compile(r"(past )?(news )?highlights", re.IGNORECASE)
YEAR_LINE = re.compile(r"(19|20)\d\d")
LONGEST_TITLE = 100
SHORTEST_WRAPPED_LINE = 40  # no program wraps lines shorter than that


class HighlightsReader:
    """Reads everything above the first dated item: the highlights, and what is left out."""

    def __init__(self):
        self.items, self.left_out = [], []
        self.found_heading, self.year = False, None

    def read(self, paragraph):
        lines = paragraph.lines
        if HEADING.fullmatch(lines[0].said) and not self.found_heading:
            self.found_heading = True
            self.leave_out("heading", lines.pop(0))
        if lines and self.found_heading and YEAR_LINE.fullmatch(lines[0].said):
            self.year = int(lines[0].said)
            self.leave_out("heading", lines.pop(0))
        if lines and self.year:
            self.items.append(read_highlight(lines, self.year))
        elif lines:
            self.left_out += leave_out("navigation", [paragraph])
        if lines and paragraph.closed:
            self.year = None

    def leave_out(self, code, line):
        self.left_out.append(LeftOut(code, *line))


def read_highlight(lines, year):
    title = " ".join(line.said for line in lines)
    first, last = lines[0].number, lines[-1].number
    item = Item("highlight", title, "", date(year, 1, 1), "year", first, first, last)
    if len(lines) > 1:
        raw = "\n".join(line.text for line in lines)
        item.flags.append(
            Flag("title-wrapped", first, " / ".join(line.said for line in lines), raw)
        )
    return item


class NewsReader:
    """Reads the items. A paragraph of one line waits until it is clear which item it stands by."""

    def __init__(self, words):
        self.items, self.left_out = [], []
        self.waiting = []
        self.words = words

    def read(self, paragraph):
        if paragraph.is_dated:
            for lines in split_at_dates(paragraph.lines):
                self.read_dated(lines)
        elif len(paragraph.lines) > 1 and looks_like_title(paragraph.lines[0]):
            self.read_undated(paragraph.lines)
        elif self.waiting or not self.items or looks_like_caption(paragraph.lines[0]):
            self.waiting += paragraph.lines
        else:
            self.continue_teaser(paragraph.lines)

    def read_dated(self, lines):
        at = next(i for i, line in enumerate(lines) if dates.is_date_line(line.text))
        above, date_line, below = [*self.waiting, *lines[:at]], lines[at], lines[at + 1 :]
        day, oddities = dates.read_date(date_line.text)
        title = above.pop() if above else date_line
        item = self.add(above, title, below, date_line)
        if day:
            item.section, item.date, item.precision = "dated", day, "day"
        for code in oddities:
            said = date_line.said.rstrip(" :")
            item.flag(code, date_line, f"{said} → {day}" if day else said)
        if title is date_line:
            item.flag("title-missing", date_line)

    def read_undated(self, lines):
        item = self.add(self.waiting, lines[0], lines[1:], lines[0])
        item.flag("date-missing", lines[0])
        if len(lines) > 2 and looks_like_caption(lines[1]):
            item.flag("caption-as-title", lines[1], lines[1].said)

    def add(self, above, title, below, last):
        """Append an item without a date, with flags for the lines above its title."""
        first = (above or [title])[0]
        item = Item(
            section="undated",
            title=title.said,
            teaser="",
            date=None,
            precision="unknown",
            title_line=title.number,
            first_line=first.number,
            last_line=last.number,
        )
        for line in above:
            code = "caption-as-title" if has_words(line) else "stray-line"
            item.flag(code, line, line.said)
        if below:
            item.teaser, item.last_line = self.join(below, item), below[-1].number
        else:
            item.flag("teaser-missing", title)
        self.items.append(item)
        self.waiting = []
        return item

    def continue_teaser(self, lines):
        item = self.items[-1]
        further = self.join(lines, item)
        item.teaser = "\n\n".join(part for part in (item.teaser, further) if part)
        item.last_line = lines[-1].number
        item.flag("paragraph-alone", lines[0])

    def join(self, lines, item):
        """Join the lines of one paragraph, and flag what the joining decides."""
        worded = [line for line in lines if has_words(line)]
        for line in lines:
            if line not in worded:
                item.flag("stray-line", line, line.said)
        text = worded[0].said if worded else ""
        for above, below in pairwise(worded):
            text += self.glue(above, below, item) + below.said
        return text

    def glue(self, above, below, item):
        """Return what belongs between two lines: a space, or nothing inside a broken word.

        The listing is its own dictionary: a word is broken when the whole of it stands elsewhere in
        the file, and at least one of its halves does not.
        """
        head, tail = re.search(r"[^\W\d_]+$", above.said), re.match(r"[a-z]+", below.said)
        if not head or not tail:
            return " "
        halves, whole = [head[0].lower(), tail[0].lower()], head[0] + tail[0]
        if self.words[whole.lower()] and any(self.words[half] == 1 for half in halves):
            item.flag("word-broken", above, f"{head[0]} + {tail[0]} → {whole}")
            return ""
        if len(above.said) < SHORTEST_WRAPPED_LINE:
            item.flag("line-broken", above, f"{head[0]} + {tail[0]}")
        return " "

    def finish(self):
        """Flag what shows only when all items are there; leave out what waited in vain."""
        self.left_out += leave_out("stray-line", [Paragraph(self.waiting)])
        for item in self.items:
            flag_days_named(item)
        dated = [item for item in self.items if item.date]
        for above, below in pairwise(dated):
            if below.date > above.date:
                place = Line(below.title_line, below.title)
                below.flag("out-of-order", place, f"{above.date} ({above.title}), {below.date}")


def split_at_dates(lines):
    """Split a paragraph that holds several dated items: each begins at the line above its date."""
    found = [i for i, line in enumerate(lines) if dates.is_date_line(line.text)]
    starts = [0] + [max(after - 1, before + 1) for before, after in pairwise(found)]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def flag_days_named(item):
    text = f"{item.title}\n{item.teaser}"
    place = Line(item.title_line, item.title)
    for detail in dates.impossible_weekdays(text, item.date):
        item.flag("weekday-impossible", place, detail)
    for detail in dates.wrong_years(item.title, item.teaser, item.date):
        item.flag("year-mismatch", place, detail)


def has_words(line):
    return any(sign.isalnum() for sign in line.said)


def looks_like_title(line):
    return has_words(line) and len(line.said) <= LONGEST_TITLE and line.said[-1] not in ".,;:…"


def looks_like_caption(line):
    return looks_like_title(line) or not has_words(line)
