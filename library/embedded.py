"""Take what is not picture out of JPEG and JPEG 2000 bytes, without touching a pixel.

Photos are rebuilt from pixels (images.py). Pictures inside a PDF are not: their colour space is
written in the PDF around them, so only whole segments are taken out.
"""

START, END = b"\xff\xd8", b"\xff\xd9"
START_OF_SCAN = 0xDA
COMMENT = 0xFE
ADOBE = 0xEE  # APP14 says how the colours are stored; without it CMYK turns out inverted
JFIF_LENGTH = 16  # an APP0 of exactly this length holds no thumbnail
STAND_ALONE = {0x01, *range(0xD0, 0xD8)}


def bare_jpeg(content):
    """Return the JPEG without EXIF, XMP, ICC, IPTC, comments, thumbnails and trailing bytes.

    Raises ValueError when it is not made of JPEG segments.
    """
    if content[:2] != START:
        raise ValueError("no JPEG")
    kept, place = [START], 2
    while place < len(content) and content[place : place + 2] != END:
        segment_end = end_of_segment(content, place)
        if tells_pixels(content, place):
            kept.append(content[place:segment_end])
        place = segment_end
    return b"".join([*kept, END])


def end_of_segment(content, place):
    """Return where the segment at `place` ends; a scan ends with its compressed pixels."""
    if content[place] != 0xFF or place + 1 >= len(content):
        raise ValueError("no JPEG segment")
    marker = content[place + 1]
    if marker == 0xFF:  # a fill byte before the marker proper
        return place + 1
    if marker in STAND_ALONE:
        return place + 2
    length = int.from_bytes(content[place + 2 : place + 4], "big")
    if length < 2 or place + 2 + length > len(content):
        raise ValueError("broken JPEG segment")
    return (
        end_of_scan(content, place + 2 + length) if marker == START_OF_SCAN else place + 2 + length
    )


def end_of_scan(content, place):
    """Return where the next marker stands; 0xFF00 and restart marks belong to the pixels."""
    while (place := content.find(b"\xff", place)) != -1:
        following = content[place + 1 : place + 2]
        if following and following[0] != 0 and following[0] not in range(0xD0, 0xD8):
            return place
        place += 2
    return len(content)


def tells_pixels(content, place):
    marker = content[place + 1]
    if marker == 0xE0:
        return int.from_bytes(content[place + 2 : place + 4], "big") == JFIF_LENGTH
    return marker not in (COMMENT, 0xFF) and (marker == ADOBE or not 0xE1 <= marker <= 0xEF)


def bare_jpeg2000(content):
    """Return the JPEG 2000 file with the boxes that hold picture alone: no XML, UUID or comments.

    Raises ValueError when a box is broken. A bare code stream has no boxes and stays as it is.
    """
    if content[4:8] != b"jP  ":
        return content
    kept, place = [], 0
    while place < len(content):
        length, kind = (
            int.from_bytes(content[place : place + 4], "big"),
            content[place + 4 : place + 8],
        )
        if length == 1:
            length = int.from_bytes(content[place + 8 : place + 16], "big")
        end = place + length if length else len(content)
        if len(kind) < 4 or end < place + 8 or end > len(content):
            raise ValueError("broken JPEG 2000 box")
        if kind in (b"jP  ", b"ftyp", b"jp2h", b"jp2c"):
            kept.append(content[place:end])
        place = end
    return b"".join(kept)
