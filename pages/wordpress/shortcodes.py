"""WordPress shortcodes, `[gallery ids="1,2"]`, turned into the HTML that they stand for."""

import re
from html import escape

SHORTCODE = re.compile(
    r"\[(?P<escaped>\[?)(?P<closing>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[\s=/][^\[\]]*)?)\](?P<end>\]?)"
)
# Begins where a word does: otherwise a long word would be read anew from each of its letters.
ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]+)\s*=\s*(?:["”“]([^"”“]*)["”“]|'([^']*)'|([^\s"']+))""")
ADDRESS = re.compile(r"""https?://[^\s"'<>\[\]]+""")
MEDIA = ("video", "audio", "playlist", "wpvideo")


class Shortcodes:
    """Expands the shortcodes of one text; `unknown` names those that nobody here knows."""

    def __init__(self, attached=()):
        self.attached = attached  # numbers of the pictures that belong to the text
        self.unknown = []

    def expand(self, content):
        if "[" not in content:
            return content
        self.closed = set(re.findall(r"\[/([A-Za-z][\w-]*)\]", content))
        return SHORTCODE.sub(self.replace, content)

    def replace(self, found):
        name, rest = found["name"], found["rest"]
        if found["escaped"] and found["end"]:  # [[gallery]] is how one writes about a shortcode
            return found[0][1:-1]
        around = found["escaped"] + "{}" + found["end"]
        if name in ("caption", "wp_caption"):
            return around.format(self.caption(found["closing"], rest))
        if name == "gallery":
            return around.format("" if found["closing"] else self.gallery(attributes(rest)))
        if name == "embed" or name in MEDIA:
            return around.format(f"\n\n{addresses(rest)}\n\n")
        if self.looks_meant(name, rest):
            if not found["closing"] and not ADDRESS.match(rest.lstrip(" =")):  # what it showed
                self.unknown.append(name)
            return around.format(addresses(rest) and f"\n\n{addresses(rest)}\n\n")
        return found[0]

    def looks_meant(self, name, rest):
        """Tell a shortcode from words in brackets, such as [sic] or [name withheld]."""
        return (
            name in self.closed
            or "=" in rest
            or rest.endswith("/")
            or bool(ADDRESS.match(rest.strip()))
            or bool(re.search("[a-z][_-]", name))
        )

    @staticmethod
    def caption(closing, rest):
        if closing:
            return "</figure>\n\n"
        words = attributes(rest).get("caption", "")
        return '\n\n<figure class="wp-caption">' + (words and f"<figcaption>{words}</figcaption>")

    def gallery(self, given):
        """Return a picture for each number; without numbers those that belong to the text."""
        asked = given.get("ids") or given.get("include")
        numbers = re.findall(r"\d+", asked) if asked else self.attached
        left_out = re.findall(r"\d+", given.get("exclude", ""))
        pictures = [f'<img class="wp-image-{n}">' for n in numbers if str(n) not in left_out]
        return f"\n\n{''.join(pictures)}\n\n"


def attributes(rest):
    return {name.lower(): a or b or c for name, a, b, c in ATTRIBUTE.findall(rest)}


def addresses(rest):
    """Return the addresses that a shortcode leads to, each on a line of its own."""
    return "\n\n".join(escape(address) for address in ADDRESS.findall(rest))
