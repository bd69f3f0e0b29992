"""Read PDFs of ours as text, without blanks, which readers put between glyphs at will."""

import io

from pypdf import PdfReader
from pypdf.generic import ContentStream, NameObject


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


def typefaces_of(pdf):
    """Return, for each piece of text in its order, its typeface's name and size as a reader sees it.

    What is chosen within a graphics state is forgotten with it; (None, None) is text nobody can see.
    """
    reader, shown = PdfReader(io.BytesIO(pdf)), []
    for page in reader.pages:
        face, kept = (None, None), []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"q":
                kept.append(face)
            elif operator == b"Q":
                face = kept.pop()
            elif operator == b"Tf":
                face = (operands[0], float(operands[1]))
            elif operator in (b"Tj", b"TJ"):
                shown.append(face)
    return shown
