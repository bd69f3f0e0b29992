"""A PDF keeps its visible pages, and nothing else."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_files import (
    SECRET,
    XMP,
    annotation,
    dictionary,
    encoded,
    exif,
    pdf,
    pdf_with_secret_everywhere,
    picture,
    secret_text,
    stream,
    written,
)
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

from library import pdfs
from library.cleaning import Refused
from library.embedded import bare_jpeg, bare_jpeg2000
from library.pdfs import clean_pdf

NASTY_JPEG = encoded("JPEG", exif=exif(), xmp=XMP, comment=SECRET)


def read(clean):
    return PdfReader(io.BytesIO(clean.read()))


def everything(content):
    """Return the file's bytes and all its streams unpacked, to search in."""
    reader, found = PdfReader(io.BytesIO(content)), [content]
    for number in range(1, reader.trailer["/Size"]):
        thing = reader.get_object(number)
        found.append(str(thing).encode())
        found.append(getattr(thing, "_data", b""))
    return b"\n".join(found)


def refusal(content):
    with pytest.raises(Refused) as refused:
        clean_pdf(content)
    return refused.value.message


def test_no_secret_survives_cleaning():
    nasty = pdf_with_secret_everywhere()
    assert everything(nasty).count(SECRET) > 10
    clean = clean_pdf(nasty).read()
    assert SECRET not in everything(clean)
    reader = PdfReader(io.BytesIO(clean))
    assert set(reader.trailer) == {"/Size", "/Root"}
    assert set(reader.root_object) == {"/Type", "/Pages"}
    assert reader.xmp_metadata is None


def test_pages_keep_their_text_and_their_pictures():
    reader = read(clean_pdf(written(pdf(pages=3, image=NASTY_JPEG))))
    texts = [page.get_contents().get_data() for page in reader.pages]
    assert texts == [b"BT /F1 12 Tf (Two tons of rice) Tj ET"] * 3
    stored = reader.pages[2]["/Resources"]["/XObject"]["/Im0"]._data
    before, after = (Image.open(io.BytesIO(each)).tobytes() for each in (NASTY_JPEG, stored))
    assert after == before


def test_the_facts_tell_size_and_pages():
    clean = clean_pdf(written(pdf(pages=3)))
    assert clean.facts == {"size": len(clean.read()), "pages": 3}


@pytest.mark.parametrize("wrapping", ["/FlateDecode", "/ASCIIHexDecode"])
def test_a_picture_wrapped_twice_is_stripped_too(wrapping):
    pack = {"/FlateDecode": zlib.compress, "/ASCIIHexDecode": lambda jpeg: jpeg.hex().encode()}
    content = written(pdf(image=pack[wrapping](NASTY_JPEG), filters=(wrapping, "/DCTDecode")))
    reader = read(clean_pdf(content))
    stored = reader.pages[0]["/Resources"]["/XObject"]["/Im0"]
    assert stored["/Filter"] == "/DCTDecode"
    assert stored._data == bare_jpeg(NASTY_JPEG)


def test_pages_may_refer_to_themselves_in_a_circle():
    writer = pdf(image=NASTY_JPEG)
    resources = writer._add_object(writer.pages[0]["/Resources"])
    writer.pages[0][NameObject("/Resources")] = resources
    writer.pages[0]["/Resources"]["/XObject"]["/Im0"][NameObject("/Resources")] = resources
    assert SECRET not in everything(clean_pdf(written(writer)).read())


def test_earlier_versions_of_the_file_are_gone():
    content = written(pdf())
    assert content.count(b"%%EOF") == 1
    later = content + b"\n" + SECRET + b"\n" + content[content.rindex(b"startxref") :]
    assert SECRET not in clean_pdf(later).read()


def test_the_language_stays_for_screen_readers_and_must_be_one():
    for told, kept in (("ja-JP", "ja-JP"), (SECRET.decode() * 3 + "!", None)):
        writer = pdf()
        writer.root_object[NameObject("/Lang")] = TextStringObject(told)
        assert read(clean_pdf(written(writer))).root_object.get("/Lang") == kept


def link(target):
    action = dictionary(S=NameObject("/URI"), URI=TextStringObject(target), Next=secret_text())
    return annotation("/Link", A=action)


def test_only_links_to_the_web_stay():
    annotations = [link("https://example.org/report"), link("file:///C:/Users/Kim/list.xls")]
    page = read(clean_pdf(written(pdf(annotations=annotations)))).pages[0]
    (kept,) = page["/Annots"]
    assert dict(kept.get_object()["/A"]) == {"/S": "/URI", "/URI": "https://example.org/report"}
    assert "/Contents" not in kept.get_object()


@pytest.mark.parametrize("kind", ["/Text", "/Popup", "/FileAttachment", "/Screen", "/Widget"])
def test_what_is_not_seen_on_the_page_is_gone(kind):
    clean = clean_pdf(written(pdf(annotations=[annotation(kind, T=secret_text())])))
    content = clean.read()
    assert SECRET not in everything(content)
    assert PdfReader(io.BytesIO(content)).pages[0]["/Annots"] == []


def test_a_hidden_note_is_gone_even_with_looks():
    looks = dictionary(N=stream(SECRET))
    notes = [annotation("/FreeText", AP=looks, F=NumberObject(flag)) for flag in (2, 32)]
    assert SECRET not in everything(clean_pdf(written(pdf(annotations=notes))).read())


@pytest.mark.parametrize("kind", ["/Widget", "/FreeText", "/Square"])
def test_a_visible_mark_stays_without_its_author(kind):
    writer = pdf()
    looks = writer._add_object(stream(b"0 0 80 80 re f", Type=NameObject("/XObject")))
    mark = annotation(kind, T=secret_text(), AP=dictionary(N=looks, R=secret_text()))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(mark)])
    content = clean_pdf(written(writer)).read()
    assert SECRET not in everything(content)
    (kept,) = PdfReader(io.BytesIO(content)).pages[0]["/Annots"]
    assert kept["/Subtype"] == "/Stamp"
    assert kept["/AP"]["/N"].get_data() == b"0 0 80 80 re f"


def protected():
    writer = pdf()
    writer.encrypt("", "owner", algorithm="RC4-128")
    return written(writer)


def layered(**default):
    writer = pdf()
    layer = writer._add_object(dictionary(Type=NameObject("/OCG"), Name=secret_text()))
    default = {key: ArrayObject([layer]) if value else value for key, value in default.items()}
    layers = dictionary(OCGs=ArrayObject([layer]), D=dictionary(**default))
    writer.root_object[NameObject("/OCProperties")] = layers
    return written(writer)


REFUSED = {
    "word": (b"PK\x03\x04 word/document.xml", pdfs.OFFICE),
    "libreoffice": (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", pdfs.OFFICE),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", pdfs.OFFICE),
    "rich-text": (b"{\\rtf1 Kim}", pdfs.OFFICE),
    "zip": (b"PK\x03\x04 photos/", pdfs.NO_PDF),
    "nothing": (b"", pdfs.NO_PDF),
    "truncated": (b"%PDF-1.7\n1 0 obj", pdfs.UNREADABLE),
    "without-pages": (written(pdf(pages=0)), pdfs.UNREADABLE),
    "broken-picture": (written(pdf(image=b"\xff\xd8 no picture")), pdfs.UNREADABLE),
    "protected": (protected(), pdfs.ENCRYPTED),
    "hidden-layers": (layered(OFF=True), pdfs.HIDDEN_LAYERS),
    "black-bar-laid-over": (written(pdf(annotations=[annotation("/Square")])), pdfs.LOOSE_MARKS),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_gets_the_sentence_that_helps(name):
    content, sentence = REFUSED[name]
    assert refusal(content) == sentence


def test_layers_that_are_all_on_are_no_hindrance():
    assert "/OCProperties" not in read(clean_pdf(layered(ON=True))).root_object


segments = st.tuples(
    st.sampled_from([0xFE, *range(0xE1, 0xEE), 0xEF]), st.binary(max_size=40).map(SECRET.__add__)
)


@given(st.lists(segments, min_size=1, max_size=5), st.binary(max_size=20), st.booleans())
def test_a_jpeg_loses_every_foreign_segment_and_no_pixel(extra, trailing, progressive):
    plain = encoded("JPEG", picture((40, 30)), progressive=progressive)
    added = b"".join(
        bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content
        for marker, content in extra
    )
    first_scan = plain.index(b"\xff\xda")
    nasty = plain[:2] + added + plain[2:first_scan] + added + plain[first_scan:] + SECRET + trailing
    assert bare_jpeg(nasty) == plain


def test_an_adobe_jpeg_keeps_the_segment_that_tells_its_colours():
    cmyk = encoded("JPEG", picture(mode="CMYK"))
    assert b"Adobe" in cmyk
    assert bare_jpeg(cmyk) == cmyk


def test_a_jpeg_may_have_restart_marks():
    marked = encoded("JPEG", picture((640, 480)), restart_marker_blocks=1)
    assert b"\xff\xd3" in marked
    assert bare_jpeg(marked) == marked


def box(kind, content):
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def test_a_jpeg2000_loses_the_boxes_that_are_not_picture():
    start = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 ") + box(b"jp2h", b"header")
    end = box(b"jp2c", b"pixels")
    nasty = start + box(b"xml ", XMP) + box(b"uuid", SECRET) + end
    assert bare_jpeg2000(nasty) == start + end


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([pdf_with_secret_everywhere(), written(pdf(2))]), st.data())
def test_a_damaged_file_is_cleaned_or_refused_and_nothing_else(content, data):
    damaged = bytearray(content)
    for _number in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        clean_pdf(bytes(damaged)).read()
    except Refused as refused:
        assert "choose that file" in str(refused.message)
