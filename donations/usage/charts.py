"""Charts as SVG that the server draws: bars in groups, each with its name and number beside it.

Without colour they differ by their pattern. All lengths are shares of the width, so that a chart
fits every screen, and letters keep their size.
"""

import unicodedata
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join

LETTERS = 34  # of a title that fit a small telephone; letters of East Asia are twice as wide
LINE, BAR, GAP = 1.7, 2.9, 0.8  # heights in em: of a title, of a bar with its words, between groups

TITLE = '<text class="chart-group" y="{y}"{lang}>{title}</text>'
BAR_WITH_WORDS = (
    '<text y="{y_text}">{label}</text>'
    '<text class="chart-number" x="100%" y="{y_text}">{text}</text>'
    '<line class="chart-all" x2="100%" y1="{y_line}" y2="{y_line}"/>'
    '<line class="chart-{kind}" x2="{length}" y1="{y_line}" y2="{y_line}"/>'
)


@dataclass
class Bar:
    kind: str
    label: str
    text: str
    number: object
    length: str = ""
    y_text: str = ""
    y_line: str = ""


@dataclass
class Group:
    """Bars that belong together, under a title that may stand in another language."""

    title: str
    bars: list[Bar]
    lang: str = ""
    y: str = ""


@dataclass
class Chart:
    """Groups of bars. Each group has a scale of its own when they count different things."""

    name: str  # an id of the page
    title: str
    groups: list[Group]
    one_scale: bool = True
    height: str = field(init=False)

    def __post_init__(self):
        y, most = 0, self._most(self.groups)
        for group in self.groups:
            group.title = shortened(group.title)
            scale = most if self.one_scale else self._most([group])
            y += LINE
            group.y = em(y - 0.5)
            for bar in group.bars:
                bar.y_text, bar.y_line = em(y + 1.0), em(y + 1.8)
                bar.length = f"{max(bar.number, 0) * 100 / scale:.1f}%" if scale else "0%"
                y += BAR
            y += GAP
        self.height = em(y)

    @staticmethod
    def _most(groups):
        return max((bar.number for group in groups for bar in group.bars), default=0)

    @property
    def drawing(self):
        """Draw it. Here and not in a template, for a year has hundreds of bars."""
        return format_html_join("", "{}{}", ((title_of(g), bars_of(g)) for g in self.groups))

    @property
    def description(self):
        """What the chart shows, in words, for those who do not see it."""
        return " ".join(
            f"{group.title}: " + ", ".join(f"{bar.label} {bar.text}" for bar in group.bars) + "."
            for group in self.groups
        )


def title_of(group):
    lang = format_html(' lang="{}"', group.lang) if group.lang else ""
    return format_html(TITLE, y=group.y, lang=lang, title=group.title)


def bars_of(group):
    return format_html_join("", BAR_WITH_WORDS, (vars(bar) for bar in group.bars))


def em(height):
    return f"{height:.1f}em"


def shortened(title):
    """Return as much of a title as fits; the table beside the chart has all of it."""
    width = 0
    for place, letter in enumerate(title):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > LETTERS:
            return title[:place].rstrip() + "…"
    return title
