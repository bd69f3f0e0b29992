"""Rebuild an image from its visible pixels alone, so that nothing can hide in it."""

import io

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from library.cleaning import CleanFile, Refused

# MPO, the format of many phones, is opened by the JPEG plugin.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
MAX_PIXELS = 40_000_000
# Fewer for the kinds whose decoders hold the picture several times: 40 million pixels of WebP, in a
# file of 100 kB, took 700 MB of memory. So none takes more than 300.
LIMITS = {"WEBP": 11_000_000, "AVIF": 13_000_000, "PNG": 24_000_000, "GIF": 24_000_000}
PROGRESSIVE_LIMIT = 72_000_000  # pixels times channels: 24 million in RGB
# Enough for a full page in print at 200 dpi; the originals stay with the photographer.
MAX_SIDE = 2400

UNREADABLE = _(
    "This file could not be read as an image; perhaps it is damaged or incomplete. "
    "Open it on your computer, save it anew as JPEG or PNG, and choose that file."
)
TOO_MANY_PIXELS = _(
    "This image has more than 40 million pixels. "
    "Save it smaller, for instance 4,000 pixels wide, and choose that file."
)
TOO_MANY_FOR_ITS_KIND = _(
    "This image has more than %(limit)s million pixels, the most for its kind; a plain JPEG may have "
    "40 million. Save it as JPEG, or smaller, for instance 3,000 pixels wide, and choose that file."
)
HEIC = _(
    "This is a HEIC image, which web browsers cannot show. On an iPhone choose Settings, Camera, "
    "Formats, Most Compatible; for a photo you already have, export it as JPEG and choose that file."
)
SVG = _("This is an SVG drawing, which can hide scripts. Export it as PNG and choose that file.")
TIFF = _("This is a TIFF or raw camera image. Export it as JPEG and choose that file.")
EPS = _("This is an EPS or PostScript drawing. Export it as PNG and choose that file.")
PDF = _("This is a PDF. Add it under Documents, or export its page as JPEG and choose that file.")
NO_IMAGE = _(
    "This is not a JPEG, PNG, WebP, AVIF or GIF image, whatever its name says. "
    "Save the picture as JPEG or PNG and choose that file."
)
# By the first bytes of a file.
REASONS = {
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
    b"%!PS": EPS,
    b"\xc5\xd0\xd3\xc6": EPS,
    b"%PDF": PDF,
    b"\xff\xd8\xff": UNREADABLE,
    b"\x89PNG": UNREADABLE,
    b"GIF8": UNREADABLE,
    b"RIFF": UNREADABLE,
}


def clean_image(content):
    """Return a CleanFile in sRGB, JPEG or (where it is see-through) PNG, at most 2,400 pixels wide
    and high; raise Refused. Takes half a second for a photo of 12 megapixels."""
    return as_clean_file(visible_pixels(opened(content)))


def as_clean_file(image):
    """Return a CleanFile of an RGB or RGBA image that holds pixels and nothing else."""
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    facts = {
        "width": image.width,
        "height": image.height,
        "variant_widths": [],
        "variants_due_at": timezone.now(),
        "redacted_at": None,  # whatever was painted over, it was in another file
    }
    return CleanFile(out.getvalue(), "png" if image.mode == "RGBA" else "jpg", facts)


def opened(content):
    """Return the image with its header read, its pixels not yet; raise Refused."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused(TOO_MANY_PIXELS) from bomb
    except Exception as unreadable:  # decoders raise whatever occurs to them on hostile input
        raise Refused(reason_for(content)) from unreadable
    pixels, limit = image.width * image.height, pixel_limit(image)
    if pixels > MAX_PIXELS:
        raise Refused(TOO_MANY_PIXELS)
    if pixels > limit:
        raise Refused(TOO_MANY_FOR_ITS_KIND, params={"limit": limit // 1_000_000})
    return image


def pixel_limit(image):
    if "progressive" in image.info:
        return min(MAX_PIXELS, PROGRESSIVE_LIMIT // len(image.getbands()))
    return LIMITS.get(image.format, MAX_PIXELS)


def reason_for(content):
    """Return the sentence for a file that could not be opened."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content[4:8] == b"ftyp" and b"avif" not in content[8:64]:
        return HEIC
    if b"<svg" in head.lower():
        return SVG
    for magic, reason in REASONS.items():
        if head.startswith(magic):
            return reason
    return UNREADABLE if content[4:8] == b"ftyp" else NO_IMAGE


def visible_pixels(image):
    """Return a new RGB or RGBA image in sRGB that holds what one sees of `image`, and only that."""
    try:
        image = with_simple_mode(image)
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        ImageOps.exif_transpose(image, in_place=True)
        image = in_srgb(image)
        return copy_of_pixels(image)
    except Exception as unreadable:  # as above: truncated and crafted files fail in many ways
        raise Refused(UNREADABLE) from unreadable


def with_simple_mode(image):
    """Return `image` in a mode that can be scaled smoothly: RGB, RGBA, L or CMYK."""
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off, not scale
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def in_srgb(image):
    """Return `image` as RGB or RGBA, its colours translated by its profile where that is sound."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile := image.info.get("icc_profile"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, source, srgb, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken or foreign profile: the plain colours are the best there is
    return image.convert(mode)


def copy_of_pixels(image):
    """Return a new image without any of the old one's metadata.

    Colours below fully transparent pixels go too: an eraser leaves them in the file, and they
    would give back the face that somebody wiped out.
    """
    if image.mode == "RGBA":
        opacity = image.getchannel("A")
        if opacity.getextrema()[0] < 255:
            bare = Image.new("RGBA", image.size)
            bare.paste(image, mask=opacity.point(lambda alpha: 255 if alpha else 0))
            return bare
        image = image.convert("RGB")
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare
