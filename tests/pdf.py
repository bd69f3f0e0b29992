"""Read PDFs of ours as text, without blanks, which readers put between glyphs at will."""

import io

from pypdf import PdfReader
from pypdf.generic import NameObject


def pages_of(pdf):
    """Return the text of each page.

    pypdf takes a font's encoding by a CMap of its own for one of single bytes; other readers don't.
    """
    pages = PdfReader(io.BytesIO(pdf)).pages
    for page in pages:
        for font in page["/Resources"]["/Font"].values():
            font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")
    return ["".join(page.extract_text().split()) for page in pages]


def text_of(pdf):
    return "".join(pages_of(pdf))
