"""XML for machines: built as a tree, so that everything is escaped, and sent in one piece."""

import re
from xml.etree.ElementTree import SubElement, tostring

from django.http import HttpResponse

# PostgreSQL stores these, XML 1.0 cannot hold them in any spelling.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def add(parent, tag, text=None, **attributes):
    """Append an element and return it. In attribute names `__` stands for a colon."""
    named = {name.replace("__", ":"): str(value) for name, value in attributes.items()}
    element = SubElement(parent, tag, named)
    element.text = None if text is None else str(text)
    return element


def as_text(element):
    """Return an element as text, without the characters that would make it unreadable."""
    return FORBIDDEN.sub("", tostring(element, encoding="unicode"))


class XmlResponse(HttpResponse):
    """One document, one write."""

    def __init__(self, root, content_type, entries=(), into=None):
        """Write `root`. `entries`, written as text already, come last in its element `into`."""
        head, end, tail = as_text(root).rpartition(f"</{into or root.tag}>")
        document = f'<?xml version="1.0" encoding="utf-8"?>\n{head}{"".join(entries)}{end}{tail}\n'
        super().__init__(document, content_type=f"{content_type}; charset=utf-8")
