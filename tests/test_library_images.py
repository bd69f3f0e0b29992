"""Nothing hides in an image, and every refusal says what to do."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_files import (
    BLUE,
    EPS,
    HEIC,
    RED,
    SECRET,
    SVG,
    TIFF,
    WHITE,
    encoded,
    exif,
    mpo,
    picture,
    png_header,
    profile_with_red_and_blue_swapped,
    with_secret_everywhere,
)
from PIL import Image

from library import images
from library.cleaning import Refused
from library.images import clean_image

HIDING = with_secret_everywhere()
VALID = [*HIDING.values(), encoded("PNG", picture(mode="P")), encoded("JPEG", picture(mode="CMYK"))]


def seen(clean):
    return Image.open(io.BytesIO(clean.read()))


def close(pixel, expected, tolerance=24):
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, expected, strict=True))


def refusal(content):
    with pytest.raises(Refused) as refused:
        clean_image(content)
    return refused.value.message


def parts(content):
    """Return the markers of a JPEG's segments, or the chunk names of a PNG."""
    if content.startswith(b"\x89PNG"):
        found, place = [], 8
        while place < len(content):
            found.append(content[place + 4 : place + 8].decode())
            place += 12 + int.from_bytes(content[place : place + 4], "big")
        return found
    found, place = [], 2
    while content[place + 1] != 0xDA:
        found.append(content[place + 1])
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return found


@pytest.mark.parametrize("place", HIDING)
def test_the_secret_is_really_in_the_file_before(place):
    assert SECRET in HIDING[place]


@pytest.mark.parametrize("place", HIDING)
def test_no_secret_survives_cleaning(place):
    content = clean_image(HIDING[place]).read()
    assert SECRET not in content
    image = Image.open(io.BytesIO(content))
    assert dict(image.getexif()) == {}
    assert not {"icc_profile", "exif", "xmp", "comment", "Comment", "Author"} & set(image.info)


def test_a_clean_jpeg_has_only_the_segments_that_make_a_picture():
    jfif, tables_sizes_and_codes = 0xE0, {0xDB, 0xC2, 0xC4}
    found = parts(clean_image(HIDING["jpeg-exif-xmp-icc"]).read())
    assert set(found) == {jfif} | tables_sizes_and_codes


def test_a_clean_png_has_only_the_chunks_that_make_a_picture():
    see_through = picture(mode="RGBA")
    see_through.putpixel((0, 0), (0, 0, 0, 0))
    found = parts(clean_image(encoded("PNG", see_through)).read())
    assert set(found) == {"IHDR", "IDAT", "IEND"}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_taken_sideways_stands_upright(format):
    clean = clean_image(encoded(format, exif=exif(orientation=6)))
    assert (clean.facts["width"], clean.facts["height"]) == (48, 64)
    upright = seen(clean)
    assert upright.size == (48, 64)
    # Orientation 6 is turned clockwise: the white quarter moves from upper left to upper right.
    assert close(upright.getpixel((40, 8)), WHITE)
    assert close(upright.getpixel((8, 8)), RED)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_colours_are_translated_by_the_profile_before_it_goes(format):
    content = encoded(format, icc_profile=profile_with_red_and_blue_swapped())
    assert close(seen(clean_image(content)).getpixel((60, 40)), BLUE, 40)


def test_a_broken_profile_leaves_the_plain_colours():
    content = encoded("JPEG", icc_profile=b"no profile at all")
    assert close(seen(clean_image(content)).getpixel((60, 40)), RED)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P"])
def test_every_mode_becomes_rgb(mode):
    format = "PNG" if mode in ("1", "P") else "JPEG"
    image = seen(clean_image(encoded(format, picture(mode=mode))))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert close(image.getpixel((8, 8)), WHITE)


def test_sixteen_bits_of_grey_keep_their_shades():
    grey = Image.new("I;16", (64, 48), 0x8000)
    assert close(seen(clean_image(encoded("PNG", grey))).getpixel((8, 8)), (128, 128, 128), 4)


def test_only_the_first_picture_of_a_phone_is_kept():
    image = seen(clean_image(mpo()))
    assert image.format == "JPEG"
    assert close(image.getpixel((60, 40)), RED)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF"])
def test_a_see_through_picture_stays_see_through(format):
    see_through = picture(mode="RGBA")
    see_through.paste((0, 0, 0, 0), (0, 0, 20, 20))
    image = seen(clean_image(encoded(format, see_through)))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert image.getpixel((8, 8))[3] == 0
    assert close(image.getpixel((60, 40)), (*RED, 255))


def test_a_picture_that_could_be_see_through_but_is_not_becomes_a_jpeg():
    image = seen(clean_image(encoded("PNG", picture(mode="RGBA"))))
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_what_an_eraser_wiped_out_is_gone():
    erased = picture(mode="RGBA")
    erased.putalpha(Image.new("L", erased.size, 0))
    erased.putpixel((63, 47), (*RED, 255))
    content = encoded("PNG", erased)
    assert Image.open(io.BytesIO(content)).convert("RGB").getpixel((60, 40)) == RED
    assert seen(clean_image(content)).convert("RGB").getpixel((60, 40)) == (0, 0, 0)


def test_a_large_photo_shrinks_to_2400_pixels():
    clean = clean_image(encoded("JPEG", Image.new("RGB", (3000, 1500))))
    assert (clean.facts["width"], clean.facts["height"]) == (2400, 1200)
    assert seen(clean).size == (2400, 1200)


def test_a_new_photo_waits_for_its_variants():
    facts = clean_image(encoded()).facts
    assert facts["variant_widths"] == []
    assert facts["variants_due_at"] is not None


def stretched(jpeg, width, height):
    """Return the JPEG with another size in its header, and no pixels for it."""
    size = jpeg.index(bytes([0, 48, 0, 64]))
    return jpeg[:size] + struct.pack(">HH", height, width) + jpeg[size + 4 :]


def test_a_plain_jpeg_may_have_40_million_pixels():
    assert images.opened(stretched(encoded(), 8000, 5000)).size == (8000, 5000)


REFUSED = {
    "svg": (SVG, images.SVG),
    "svg-with-byte-order-mark": (b"\xef\xbb\xbf\n<SVG>", images.SVG),
    "heic": (HEIC, images.HEIC),
    "tiff": (TIFF, images.TIFF),
    "eps": (EPS, images.EPS),
    "pdf": (b"%PDF-1.7\n", images.PDF),
    "bmp": (encoded("BMP"), images.NO_IMAGE),
    "program": (b"MZ\x90\0 a program", images.NO_IMAGE),
    "nothing": (b"", images.NO_IMAGE),
    "jpeg-without-pixels": (encoded("JPEG")[:200], images.UNREADABLE),
    "half-a-jpeg": (encoded("JPEG", picture((640, 480)))[:2000], images.UNREADABLE),
    "half-a-png": (encoded("PNG")[:60], images.UNREADABLE),
    "half-a-webp": (encoded("WEBP")[:40], images.UNREADABLE),
    "half-an-avif": (encoded("AVIF")[:150], images.UNREADABLE),
    "a-little-over-40-megapixels": (png_header(8000, 5001), images.TOO_MANY_PIXELS),
    "png-over-24-megapixels": (png_header(6001, 4000), images.TOO_MANY_FOR_ITS_KIND),
    "progressive-over-24-megapixels": (
        stretched(encoded(progressive=True), 6001, 4000),
        images.TOO_MANY_FOR_ITS_KIND,
    ),
    "100-megapixels": (png_header(10_000, 10_000), images.TOO_MANY_PIXELS),
    "900-megapixels": (png_header(30_000, 30_000), images.TOO_MANY_PIXELS),
    "exactly-24-megapixels-all-missing": (png_header(6000, 4000), images.UNREADABLE),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_gets_the_sentence_that_helps(name):
    content, sentence = REFUSED[name]
    assert refusal(content) == sentence


def test_the_name_is_not_believed_and_not_kept():
    first, second = clean_image(encoded()), clean_image(encoded())
    assert first.name != second.name
    assert len(first.name) == len("0" * 32 + ".jpg")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_a_damaged_file_is_cleaned_or_refused_and_nothing_else(content, data):
    damaged = bytearray(content)
    for _number in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(1, len(damaged)))]
    try:
        content = clean_image(bytes(damaged)).read()
    except Refused as refused:
        assert "choose" in str(refused.message)
    else:
        assert SECRET not in content
