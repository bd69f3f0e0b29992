"""Files with something to hide, made in memory. Whatever must not survive contains SECRET."""

import io
import os
import shutil
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageCms, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

SECRET = b"Hidden-in-Chongjin"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)

needs_scanners = pytest.mark.skipif(
    not (os.environ.get("CI") or (shutil.which("exiftool") and shutil.which("qpdf"))),
    reason="Needs Debian's packages libimage-exiftool-perl and qpdf, as CI has them.",
)


def upload(content, name="Kim at the border.jpg"):
    return ContentFile(content, name=name)


def picture(size=(64, 48), mode="RGB", color=RED):
    """Return an image whose left upper quarter is white, so that a turn can be seen."""
    image = Image.new("RGB", size, color)
    image.paste(WHITE, (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def encoded(format="JPEG", image=None, **options):
    out = io.BytesIO()
    (image or picture()).save(out, format, **options)
    return out.getvalue()


def exif(orientation=1):
    """Return EXIF with a place, a camera owner and an orientation."""
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Artist] = SECRET.decode()
    tags.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (41.0, 47.0, 33.0)
    tags.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = SECRET
    return tags.tobytes()


def profile_with_red_and_blue_swapped():
    """Return an ICC profile under which red pixels look blue; its name is the secret."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile) + SECRET


def png_text():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("Author", SECRET.decode(), zip=False)
    return text


def mpo():
    """Return a phone's double picture; the second one is blue."""
    return encoded("MPO", save_all=True, append_images=[picture(color=BLUE)], exif=exif())


def png_header(width, height):
    """Return a PNG that claims to be that large and holds not one pixel."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + ihdr + struct.pack(">I", zlib.crc32(ihdr))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


SVG = (
    b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
TIFF = encoded("TIFF")
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"


def with_secret_everywhere():
    """Return, by name, images that each hide the secret in another place."""
    hidden = {"exif": exif(), "xmp": XMP, "icc_profile": profile_with_red_and_blue_swapped()}
    return {
        "jpeg-exif-xmp-icc": encoded("JPEG", **hidden),
        "jpeg-comment": encoded("JPEG", comment=SECRET),
        "jpeg-trailing": encoded("JPEG") + SECRET,
        "mpo": mpo(),
        "png-text": encoded("PNG", pnginfo=png_text()),
        "png-exif-icc": encoded("PNG", exif=hidden["exif"], icc_profile=hidden["icc_profile"]),
        "png-alpha-text": encoded("PNG", picture(mode="RGBA"), pnginfo=png_text()),
        "png-trailing": encoded("PNG") + SECRET,
        "webp": encoded("WEBP", **hidden),
        "avif": encoded("AVIF", **hidden),
        "gif-comment": encoded("GIF", comment=SECRET),
    }


def jpeg_stream(content, filters=("/DCTDecode",)):
    """Return a picture as it stands in a PDF."""
    stream = EncodedStreamObject()
    stream._data = content
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceRGB"}
    stream.update({NameObject(key): NameObject(value) for key, value in names.items()})
    numbers = {"/Width": 64, "/Height": 48, "/BitsPerComponent": 8}
    stream.update({NameObject(key): NumberObject(value) for key, value in numbers.items()})
    filters = [NameObject(name) for name in filters]
    stream[NameObject("/Filter")] = filters[0] if len(filters) == 1 else ArrayObject(filters)
    return stream


def stream(content, **keys):
    holder = StreamObject()
    holder._data = content
    holder.update({NameObject(f"/{key}"): value for key, value in keys.items()})
    return holder


def dictionary(**keys):
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in keys.items()})


def secret_text():
    return TextStringObject(SECRET.decode())


def annotation(subtype, **keys):
    keys = {"Rect": RectangleObject((10, 10, 90, 90)), "Contents": secret_text()} | keys
    return dictionary(Type=NameObject("/Annot"), Subtype=NameObject(subtype), **keys)


def pdf(pages=1, annotations=(), image=None, filters=("/DCTDecode",)):
    """Return a PdfWriter with pages of text, to be made nasty and written."""
    writer = PdfWriter()
    for _number in range(pages):
        page = writer.add_blank_page(200, 200)
        content = stream(b"BT /F1 12 Tf (Two tons of rice) Tj ET")
        page[NameObject("/Contents")] = writer._add_object(content)
        if image:
            picture = writer._add_object(jpeg_stream(image, filters))
            page[NameObject("/Resources")] = dictionary(XObject=dictionary(Im0=picture))
        if annotations:
            each = ArrayObject(writer._add_object(one) for one in annotations)
            page[NameObject("/Annots")] = each
    return writer


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_secret_everywhere():
    """Return a PDF that hides the secret in every place that this cleaner knows."""
    writer = pdf(image=encoded("JPEG", exif=exif(), xmp=XMP, comment=SECRET))
    writer.add_metadata({"/Author": SECRET.decode()})
    writer.add_attachment("list.csv", SECRET)
    writer.add_outline_item(title=SECRET.decode(), page_number=0)
    root, page = writer.root_object, writer.pages[0]
    metadata = writer._add_object(stream(XMP, Type=NameObject("/Metadata")))
    script = dictionary(S=NameObject("/JavaScript"), JS=secret_text())
    root[NameObject("/Metadata")] = metadata
    root[NameObject("/OpenAction")] = script
    root["/Names"][NameObject("/JavaScript")] = dictionary(
        Names=ArrayObject([secret_text(), script])
    )
    root[NameObject("/AA")] = dictionary(WC=script)
    root[NameObject("/PieceInfo")] = dictionary(Editor=secret_text())
    picture = page["/Resources"]["/XObject"]["/Im0"]
    for holder in (page, picture):
        holder[NameObject("/Metadata")] = metadata
        holder[NameObject("/PieceInfo")] = dictionary(Editor=secret_text())
    page[NameObject("/AA")] = dictionary(O=script)
    page[NameObject("/VP")] = dictionary(Name=secret_text())
    picture[NameObject("/F")] = secret_text()
    return written(writer)
