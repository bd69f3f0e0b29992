"""The files that an adversary, or a telephone, would send. Run it to write them into a folder:

python tests/hostile_files.py FOLDER
"""

import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from library_files import (
    HEIC,
    SECRET,
    SVG,
    XMP,
    dictionary,
    encoded,
    exif,
    jpeg_stream,
    mpo,
    pdf,
    pdf_with_secret_everywhere,
    picture,
    png_header,
    secret_text,
    written,
)
from PIL import Image
from pypdf.generic import NameObject


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(marker, content):
    """Return a JPEG with one more segment right after its beginning."""
    plain = encoded()
    return plain[:2] + segment(marker, content) + plain[2:]


def iptc():
    record = b"\x1c\x02\x50" + struct.pack(">H", len(SECRET)) + SECRET
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record
    return b"Photoshop 3.0\0" + block + b"\0" * (len(record) % 2)


def page_that_is_a_picture():
    """Return a JPEG whose comment is a page with a script, as are the bytes after its end."""
    page = b"<html><script>alert('" + SECRET + b"')</script>"
    return jpeg_with(0xFE, page) + page


def bomb(side):
    """Return a valid PNG of so many black pixels squared, a thousandth as large as they are."""
    row = b"\0" * (side // 8 + 2)
    packer, data = zlib.compressobj(9), b""
    for _row in range(side):
        data += packer.compress(row)
    data += packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def animated():
    frames = [picture(color=color) for color in ("blue", "green")]
    return encoded("GIF", save_all=True, append_images=frames, comment=SECRET)


def with_script():
    writer = pdf()
    action = dictionary(S=NameObject("/JavaScript"), JS=secret_text())
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def with_attachment():
    writer = pdf()
    writer.add_attachment("names.csv", SECRET)
    return written(writer)


def with_earlier_revision():
    """Return a PDF that was saved over: what its page said before still stands in it."""
    first = written(pdf()).replace(b"Two tons of rice", SECRET[:16])
    start = first.rindex(b"startxref")
    size, root = first.count(b" 0 obj") + 1, first[first.index(b"/Root") :].split()[1].decode()
    content = b"BT /F1 12 Tf (Two tons of rice) Tj ET"
    number = int(first[: first.index(SECRET[:16])].rsplit(b" 0 obj", 1)[0].split()[-1])
    at = len(first)
    body = f"{number} 0 obj\n<< /Length {len(content)} >>\nstream\n".encode() + content
    body += b"\nendstream\nendobj\n"
    table = f"xref\n{number} 1\n{at:010} 00000 n \n".encode()
    trailer = (
        f"trailer\n<< /Size {size} /Root {root} 0 R /Prev {first[start:].split()[1].decode()} >>\n"
    )
    return (
        first + body + table + trailer.encode() + f"startxref\n{at + len(body)}\n%%EOF\n".encode()
    )


def encrypted():
    writer = pdf()
    writer.encrypt("rice", algorithm="RC4-128")
    return written(writer)


def with_swollen_pictures():
    """Return a PDF of 60 kB whose pictures take 48 MB: each is padded and packed once more."""
    jpeg = encoded()
    packed = zlib.compress(jpeg[:-2] + bytes(12_000_000) + jpeg[-2:], 9)
    writer = pdf(pages=4)
    for page in writer.pages:
        picture = writer._add_object(jpeg_stream(packed, ("/FlateDecode", "/DCTDecode")))
        page[NameObject("/Resources")] = dictionary(XObject=dictionary(Im0=picture))
    return written(writer)


def large_webp(side):
    """Return WebP of one see-through colour: a few kB that take 20 bytes of memory for each pixel."""
    return encoded("WEBP", Image.new("RGBA", (side, side), (255, 0, 0, 90)), method=0, quality=5)


def docx():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return packed.getvalue()


GREY_16 = Image.new("I;16", (64, 48), 40_000)

# name of the file: (what makes it, how the sentence begins that refuses it; "" when it is taken)
PHOTOS = {
    "gps.jpg": (lambda: encoded("JPEG", exif=exif(6)), ""),
    "xmp.jpg": (lambda: encoded("JPEG", xmp=XMP), ""),
    "iptc.jpg": (lambda: jpeg_with(0xED, iptc()), ""),
    "comment.jpg": (lambda: encoded("JPEG", comment=SECRET), ""),
    "polyglot.html.jpg": (page_that_is_a_picture, ""),
    "cmyk.jpg": (lambda: encoded("JPEG", picture(mode="CMYK"), exif=exif()), ""),
    "sixteen-bits.png": (lambda: encoded("PNG", GREY_16), ""),
    "palette.png": (lambda: encoded("PNG", picture(mode="P")), ""),
    "animated.gif": (animated, ""),
    "telephone.jpg": (mpo, ""),
    "alpha.webp": (lambda: encoded("WEBP", picture(mode="RGBA"), exif=exif()), ""),
    "modern.avif": (lambda: encoded("AVIF", exif=exif(), xmp=XMP), ""),
    "largest.webp": (lambda: large_webp(3300), ""),
    "too-large.webp": (lambda: large_webp(3330), "This image has more than 11 million pixels"),
    "wrong-name.png": (lambda: encoded("JPEG", exif=exif()), ""),
    "script.svg": (lambda: SVG, "This is an SVG drawing"),
    "bomb.png": (lambda: bomb(20_000), "This image has more than 40 million pixels"),
    "thirty-thousand.png": (lambda: bomb(30_000), "This image has more than 40 million pixels"),
    "header-alone.png": (lambda: png_header(30_000, 30_000), "This image has more than 40 million"),
    "empty.jpg": (lambda: b"", "This file is empty"),
    "truncated.jpg": (
        lambda: encoded("JPEG", picture((640, 480)))[:2000],
        "This file could not be read",
    ),
    "iphone.heic": (lambda: HEIC, "This is a HEIC image"),
    "letter.docx": (docx, "This is not a JPEG, PNG, WebP, AVIF or GIF image"),
}
DOCUMENTS = {
    "everything.pdf": (pdf_with_secret_everywhere, ""),
    "script.pdf": (with_script, ""),
    "attachment.pdf": (with_attachment, ""),
    "revision.pdf": (with_earlier_revision, ""),
    "encrypted.pdf": (encrypted, "This PDF is protected with a password"),
    "broken.pdf": (lambda: written(pdf())[:200], "This PDF could not be read"),
    "swollen.pdf": (with_swollen_pictures, "The pictures in this PDF take more than 40 MB"),
    "empty.pdf": (lambda: b"", "This file is empty"),
    "letter.docx": (docx, "This is an office document"),
    "picture.pdf": (lambda: encoded("JPEG"), "This is not a PDF, whatever its name says"),
}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, _sentence) in {**PHOTOS, **DOCUMENTS}.items():
        (folder / name).write_bytes(make())
