"""HTML as WordPress stores it, of its old editor or of its blocks, turned into plain clean HTML.

The old editor stores a blank line for a paragraph and a new line for a line break; blocks stand
between comments such as `<!-- wp:paragraph -->`. Both may occur in one text.

Pictures leave the text: `site.show()` takes each with its caption, and says whether it could.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from pages.wordpress.paragraphs import Frame, Paragraphs

INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
# Elements that only hold words and paragraphs; they go, what they hold stays.
CONTAINERS = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "aside",
    "header",
    "footer",
    "nav",
    "center",
    "address",
    "details",
    "summary",
    "figure",
    "figcaption",
    "dl",
    "dt",
    "dd",
    "caption",
    "pre",
    "fieldset",
    "body",
]
# Elements that stay, with what their own words become: None means they should have none.
KEPT = {
    "blockquote": "p",
    "ul": None,
    "ol": None,
    "li": "",
    "table": None,
    "thead": None,
    "tbody": None,
    "tfoot": None,
    "tr": None,
    "td": "",
    "th": "",
}
EMBEDDED = {"iframe": "src", "embed": "src", "video": "src", "audio": "src", "source": "src"}
# Never words for a reader. Their whole content goes.
STRUCK = ("del", "s", "strike")
SKIPPED = ("script", "style", "noscript", "template", "svg", "math", "form", "head", "title",
           "rp", "rt", *STRUCK)  # fmt: skip
# What office programs leave in pasted text; Python's parser gives up on those it does not know.
OFFICE_MARK = re.compile(r"<!\[[^>]*(?:>|$)")
LINE_BREAK_OF_AUTHOR = re.compile(r"(?<!\s)\s*\n\s*")  # from the first blank, not from each
BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
BACKGROUND = re.compile(r"background-image:\s*url\(['\"]?([^'\")]+)")
# Our texts have no raised letters, but a raised digit must not become one more of its number.
RAISED = {
    "sup": str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|[^:]*$|[^:?#]*[/?#])", re.IGNORECASE)


class Picture(NamedTuple):
    src: str
    id: int | None  # of the attachment, when the text names it
    alt: str
    caption: str
    after: str  # the last words before it


def convert(content, site):
    """Return clean HTML, except that no allow-list was applied yet.

    `site.link(address)` returns the new address, `site.show(picture)` whether the picture is
    shown elsewhere on the page, and `site.note(code, words)` takes what an editor should know.
    """
    rewriter = Rewriter(site)
    content = OFFICE_MARK.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    rewriter.feed(content)
    rewriter.close()
    rewriter.leave_all()
    return rewriter.text.html


class Rewriter(HTMLParser):
    def __init__(self, site):
        super().__init__(convert_charrefs=True)
        self.site = site
        self.text = Paragraphs()
        self.frames = self.text.frames
        self.blocks = []  # of the block editor, around here
        self.skipped = []
        self.raised = None  # "sup" or "sub" around here

    @property
    def frame(self):
        return self.text.frame

    @property
    def figure(self):
        return next((frame for frame in reversed(self.frames) if frame.is_figure), None)

    @property
    def is_caption(self):
        return any(frame.collects for frame in self.frames)

    @property
    def breaks_at_new_lines(self):
        return not self.blocks or self.blocks[-1] == "freeform" or self.in_pre

    @property
    def in_pre(self):
        return any(frame.source == "pre" for frame in self.frames)

    # What the parser meets

    def handle_comment(self, comment):
        block = re.match(r"\s*(/?)wp:([\w/-]+)", comment)
        if not block:
            return
        if not self.is_caption:
            self.text.end_paragraph()
        if block[1]:
            self.blocks = self.blocks[:-1]
        elif not comment.rstrip().endswith("/"):
            self.blocks.append(block[2])

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if self.skipped or tag in SKIPPED or is_second_link(given):
            self.skip(tag)
        elif tag == "img":
            self.meet_picture(given)
        elif self.is_caption:
            self.meet_in_caption(tag, given)
        elif tag in RAISED:
            self.raised = tag
        elif tag == "br":
            self.text.break_line()
        elif tag == "hr":
            self.text.write_rule()
        elif tag in EMBEDDED:
            self.embed(given.get(EMBEDDED[tag], ""))
        elif tag == "a" or tag in INLINE:
            self.open_inline(tag, given)
        elif tag in HEADINGS or tag in CONTAINERS or tag in KEPT:
            self.enter(tag, given)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in ("img", "br", "hr"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if self.skipped:
            if tag in self.skipped:
                del self.skipped[self.skipped.index(tag) :]
            return
        if tag != "a" and tag not in INLINE:
            self.raised = None
        if tag == "p" and self.frame.source != "p":
            self.text.end_paragraph()
        for place in range(len(self.frames) - 1, 0, -1):
            if self.frames[place].source == tag:
                while len(self.frames) > place:
                    self.leave()
                return
            if self.frames[place].collects:
                return
        if not self.is_caption:
            self.text.close_inline(tag)

    def handle_data(self, text):
        if self.skipped:
            return
        if self.raised and "\n" not in text:  # one that nobody closed raises no further line
            text = text.translate(RAISED[self.raised])
        if self.is_caption:
            self.figure.caption.append(text)
            return
        if self.frame.paragraph is None and not text.strip():
            return
        if self.frame.paragraph == "p":
            first, *further = BLANK_LINE.split(text)
            self.write_lines(first)
            for part in further:
                self.text.end_paragraph()
                self.write_lines(part)
        else:
            self.text.write(re.sub(r"\s*\n\s*", " ", text))

    # Frames

    def enter(self, tag, given):
        self.raised = None
        self.text.end_paragraph()
        self.end_what_cannot_hold(tag)
        classes = given.get("class", "").split()
        if background := BACKGROUND.search(given.get("style", "")):
            self.meet_picture({"src": background[1]})
        frame = Frame(tag)
        if tag in KEPT:
            frame.tag, frame.paragraph = tag, KEPT[tag]
        elif tag in HEADINGS:
            frame.paragraph = HEADINGS[tag]
        elif tag == "figure" or "wp-caption" in classes:
            frame.is_figure = True
            frame.collects = tag == "figure" and "wp-caption" in classes
        elif tag == "figcaption" or "wp-caption-text" in classes:
            frame.collects = self.figure is not None
        self.text.begin(frame, opening(tag, given) if tag in KEPT else "")

    def end_what_cannot_hold(self, tag):
        """Leave a paragraph, a heading, an item or a cell that the author forgot to close."""
        while self.frame.source in ("p", *HEADINGS):
            self.leave()
        within = {"li": ("ul", "ol"), "td": ("tr",), "th": ("tr",), "tr": ("table",)}.get(tag)
        siblings = {"li": ("li",), "td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",)}.get(tag)
        for frame in reversed(self.frames):
            if not within or frame.source in within:
                return
            if frame.source in siblings:
                while frame in self.frames:
                    self.leave()
                return

    def leave(self):
        frame = self.text.end()
        if frame.is_figure:
            self.show_figure(frame)

    def leave_all(self):
        while len(self.frames) > 1:
            self.leave()
        self.text.end_paragraph()

    def skip(self, tag):
        if tag == "form" and not self.skipped:
            self.site.note("form-left-out", "")
        if tag in STRUCK and not self.skipped:
            self.site.note("struck-left-out", "")
        if self.skipped and tag != self.skipped[0]:
            return
        self.skipped.append(tag)

    # Pictures and what else is shown

    def meet_picture(self, given):
        classes = re.search(r"wp-image-(\d+)", given.get("class", ""))
        number = classes[1] if classes else given.get("data-id", "")
        picture = Picture(
            src=given.get("src") or given.get("data-src", ""),
            id=int(number) if number.isdecimal() and len(number) < 19 else None,
            alt=given.get("alt", "").strip(),
            caption="",
            after=self.text.last_words,
        )
        if self.figure:
            self.figure.pictures.append(picture)
        else:
            self.site.show(picture)

    def meet_in_caption(self, tag, given):
        """A caption is words alone; only what ends an unclosed one is listened to."""
        if tag == "figure":
            while self.is_caption:
                self.leave()
            self.enter(tag, given)
        elif tag in ("br", "p", "div"):
            self.figure.caption.append(" ")

    def show_figure(self, figure):
        """Hand over the pictures of a figure; its caption stays as words when none could be shown."""
        caption = " ".join("".join(figure.caption).split())
        shown = [
            self.site.show(picture._replace(caption=caption if at == 0 else ""))
            for at, picture in enumerate(figure.pictures)
        ]
        if caption and not any(shown[:1]):
            self.text.write(caption)
            self.text.end_paragraph()

    def embed(self, address):
        """Put a link where another site's film or map was shown: no page of ours asks others."""
        if address.startswith("//"):
            address = f"https:{address}"
        if ADDRESS.fullmatch(address) or address.startswith("/"):
            self.site.note("embed-replaced", address)
            self.text.end_paragraph()
            self.write_link(address)
            self.text.end_paragraph()

    # Words

    def write_lines(self, text):
        for at, line in enumerate(LINE_BREAK_OF_AUTHOR.split(text)):
            if at and self.breaks_at_new_lines:
                self.text.break_line(at_most=1)
            elif at:
                line = f" {line}"
            if ADDRESS.fullmatch(line.strip()) and not self.text.inlines:
                self.write_link(line.strip())
            else:
                self.text.write(line)

    def write_link(self, address):
        self.text.write_link(self.site.link(address), address)

    def open_inline(self, tag, given):
        if tag == "a":
            self.text.close_inline("a")
            address = given.get("href", "").strip()
            if address and not address.startswith("#") and SAFE_LINK.match(address):
                self.text.open_inline("a", f'<a href="{escape(self.site.link(address))}">', "</a>")
        else:
            self.text.open_inline(tag, f"<{INLINE[tag]}>", f"</{INLINE[tag]}>")


def is_second_link(given):
    """Say whether this is the button that a block puts beside the link to its file."""
    return "wp-block-file__button" in given.get("class", "").split()


def opening(tag, given):
    kept = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"), "ol": ("start",)}
    numbers = [
        f' {name}="{given[name]}"' for name in kept.get(tag, ()) if given.get(name, "").isdecimal()
    ]
    return f"<{tag}{''.join(numbers)}>"
