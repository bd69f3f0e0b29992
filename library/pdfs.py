"""Rebuild a PDF from its visible pages alone.

Pages are copied key by key from lists of what is allowed. So author, title, XMP, attachments,
scripts, bookmarks, tags, form fields, comments and earlier versions stay behind. Visible marks
(stamps, filled-in fields) stay as pictures without a name; links to the web stay links.
"""

import io
import re

from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from library.cleaning import CleanFile, Refused
from library.embedded import bare_jpeg, bare_jpeg2000

NO_PDF = _(
    "This is not a PDF, whatever its name says. Save the document as PDF and choose that file."
)
UNREADABLE = _(
    "This PDF could not be read; perhaps it is damaged or incomplete. "
    "Open it, print it to a new PDF, and choose that file."
)
ENCRYPTED = _(
    "This PDF is protected with a password. Open it, print it to a new PDF without protection, "
    "and choose that file."
)
HIDDEN_LAYERS = _(
    "This PDF has layers that are switched off: readers could switch them on. "
    "Print it to a new PDF, look at every page, and choose that file."
)
OFFICE = _(
    "This is an office document, which tells who wrote it and what was deleted from it. In Word, "
    "Excel, PowerPoint or LibreOffice export it as PDF, and choose that file."
)
HEAVY_PICTURES = _(
    "The pictures in this PDF take more than 40 MB. "
    "Save it as “reduced size”, and choose that file."
)
LOOSE_MARKS = _(
    "Marks are laid over a page of this PDF which anybody could take away, for instance black bars. "
    "Print it to a new PDF, look at every page, and choose that file."
)
# A picture may be packed once more, in a thousandth of its size. What this keeps out would take that
# memory here, and that place on the disk.
PICTURES_LIMIT = 40_000_000  # bytes
# How old office documents begin, and in what the new ones are packed.
OFFICE_STARTS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
OFFICE_PARTS = (b"word/", b"xl/", b"ppt/", b"mimetypeapplication/vnd.oasis.opendocument")

PAGE_KEYS = {
    "/Type", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    "/Rotate", "/UserUnit", "/Group", "/Annots",
}  # fmt: skip
# Below the pages lists of the allowed would be endless (fonts, shadings, colours); these must go.
HIDING_PLACES = {
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/JS", "/JavaScript", "/AF",
    "/EF", "/EmbeddedFiles", "/Names", "/Thumb", "/Alternates", "/OPI", "/Measure", "/PtData",
    "/StructParent", "/StructParents", "/Ref",
}  # fmt: skip
LINK_KEYS = {"/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/QuadPoints", "/H"}
MARK_KEYS = {"/Type", "/Rect", "/F", "/AS"}
NOT_SEEN = {
    "/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D",
    "/Widget", "/PrinterMark", "/TrapNet", "/Link",
}  # fmt: skip
HIDDEN = 2 | 32  # the flags Hidden and NoView
WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def clean_pdf(content):
    """Return a CleanFile made of the visible pages; raise Refused."""
    if b"%PDF-" not in content[:1024]:
        raise Refused(OFFICE if is_office_document(content) else NO_PDF)
    try:
        writer = rebuilt(PdfReader(io.BytesIO(content)))
        out = io.BytesIO()
        writer.write(out)
    except Refused:
        raise
    except Exception as unreadable:  # a crafted PDF makes a parser raise whatever it likes
        raise Refused(UNREADABLE) from unreadable
    facts = {"size": out.tell(), "pages": len(writer.pages)}
    return CleanFile(out.getvalue(), "pdf", facts)


def is_office_document(content):
    packed = content.startswith(b"PK\x03\x04") and any(part in content for part in OFFICE_PARTS)
    return packed or content.startswith(OFFICE_STARTS)


def rebuilt(reader):
    """Return a writer with clean copies of the reader's pages."""
    if reader.is_encrypted:
        raise Refused(ENCRYPTED)
    refuse_hidden_layers(reader.root_object)
    if not len(reader.pages):
        raise Refused(UNREADABLE)
    writer = PdfWriter()
    writer.metadata = None
    for page in reader.pages:
        reduce_page(page)
    empty_hiding_places(reader.pages)
    for page in reader.pages:
        writer.add_page(page)
    language = reader.root_object.get("/Lang")
    if isinstance(language, str) and LANGUAGE.fullmatch(language):
        # A screen reader chooses its voice by this.
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    return writer


def refuse_hidden_layers(catalog):
    layers = catalog.get("/OCProperties", DictionaryObject()).get_object()
    default = layers.get("/D", DictionaryObject()).get_object()
    hidden = default.get("/OFF", ArrayObject()).get_object()
    # /AS lets a reader's program switch layers by rules of its own; who knows what it then shows.
    if hidden or default.get("/BaseState") == "/OFF" or "/AS" in default:
        raise Refused(HIDDEN_LAYERS)
    for layer in layers.get("/OCGs", ArrayObject()).get_object():
        usage = layer.get_object().get("/Usage", DictionaryObject()).get_object()
        if any("/OFF" in use.get_object().values() for use in usage.values()):
            raise Refused(HIDDEN_LAYERS)


def reduce_page(page):
    """Leave on `page` itself nothing but what is seen."""
    for key in set(page) - PAGE_KEYS:
        del page[key]
    if "/Annots" in page:
        reduced = [reduced_annotation(each.get_object()) for each in page["/Annots"]]
        page[NameObject("/Annots")] = ArrayObject(each for each in reduced if each is not None)


def reduced_annotation(annotation):
    """Return a link to the web, or a mark as it looks; None for what is not seen on the page."""
    kind = annotation.get("/Subtype")
    if annotation.get("/F", 0) & HIDDEN:
        return None
    if kind == "/Link" and (action := web_action(annotation)):
        return picked(annotation, LINK_KEYS, {"/A": action})
    looks = annotation.get("/AP", DictionaryObject()).get_object()
    if kind in NOT_SEEN - {"/Widget"} or kind == "/Widget" and "/N" not in looks:
        return None
    if "/N" not in looks:
        raise Refused(LOOSE_MARKS)
    appearance = picked(looks, {"/N"}, {})
    return picked(annotation, MARK_KEYS, {"/Subtype": NameObject("/Stamp"), "/AP": appearance})


def web_action(annotation):
    action = annotation.get("/A", DictionaryObject()).get_object()
    if action.get("/S") == "/URI" and WEB.match(str(action.get("/URI"))):
        return picked(action, {"/S", "/URI"}, {})
    return None  # other pages, other files (with their paths), programs, scripts


def picked(source, keys, more):
    """Return a dictionary of those `keys` that `source` has, and `more`."""
    copy = {NameObject(key): source.raw_get(key) for key in keys if key in source}
    return DictionaryObject(copy | {NameObject(key): value for key, value in more.items()})


def empty_hiding_places(pages):
    """Delete what may hide in any object that the pages lead to, in the reader's own objects."""
    seen, waiting, size_of_pictures = {}, list(pages), 0
    while waiting:
        found = waiting.pop().get_object()
        if id(found) in seen or not isinstance(found, (DictionaryObject, ArrayObject)):
            continue
        seen[id(found)] = found  # kept, or another object might get the same id
        if isinstance(found, DictionaryObject):
            for key in HIDING_PLACES & set(found):
                del found[key]
        if isinstance(found, StreamObject):
            size_of_pictures += strip_stream(found)
        if size_of_pictures > PICTURES_LIMIT:
            raise Refused(HEAVY_PICTURES)
        waiting.extend(found.values() if isinstance(found, DictionaryObject) else found)


def strip_stream(stream):
    """Take metadata out of an embedded picture, and the name of an outside file out of any stream.

    Return how many bytes the picture takes, 0 for other streams.
    """
    stream.pop("/F", None)
    filters = stream.get("/Filter", ArrayObject()).get_object()
    filters = list(filters) if isinstance(filters, ArrayObject) else [filters]
    if not filters or filters[-1] not in ("/DCTDecode", "/DCT", "/JPXDecode"):
        return 0
    strip = bare_jpeg2000 if filters[-1] == "/JPXDecode" else bare_jpeg
    stream._data = strip(unwrapped(stream, filters))
    stream[NameObject("/Filter")] = filters[-1]
    parameters = stream.pop("/DecodeParms", None)
    if isinstance(parameters, DictionaryObject):
        stream[NameObject("/DecodeParms")] = parameters
    return len(stream._data)


def unwrapped(stream, filters):
    """Return the picture's own bytes; some programs compress them once more, or write them as text."""
    if len(filters) == 1:
        return stream._data
    wrapping = EncodedStreamObject()
    wrapping._data = stream._data
    wrapping[NameObject("/Filter")] = ArrayObject(filters[:-1])
    return wrapping.get_data()
