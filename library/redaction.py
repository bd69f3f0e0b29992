"""Paint over parts of a photo for good: faces, number plates, signs that tell a place."""

import io
import math
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from library.images import as_clean_file

NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")
COLOUR = "black"
# JPEG stores pixels in squares of this side. One that a box only touches would keep, on the rim that
# stays, faint traces of what stood inside.
SQUARE = 16


@dataclass(frozen=True)
class Box:
    """Left, top, width and height, each in percent of the photo's, so that any size of it will do."""

    left: float
    top: float
    width: float
    height: float

    def pixels(self, width, height):
        """Return (left, top, right, bottom) on an image of that size, grown to whole squares."""
        right, bottom = self.left + self.width, self.top + self.height
        return (
            math.floor(self.left / 100 * width / SQUARE) * SQUARE,
            math.floor(self.top / 100 * height / SQUARE) * SQUARE,
            min(width, math.ceil(right / 100 * width / SQUARE) * SQUARE),
            min(height, math.ceil(bottom / 100 * height / SQUARE) * SQUARE),
        )


def read_boxes(text):
    """Return the boxes that lines of four numbers tell; raise ValidationError for each wrong line."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    boxes, wrong = [], []
    for number, line in lines:
        numbers = [float(part) for part in NUMBER.findall(line)]
        if len(numbers) == 4 and not NUMBER.sub("", line).strip(" \t,;%") and fits(*numbers):
            boxes.append(Box(*numbers))
        else:
            wrong.append(sentence_about(number, line))
    if wrong:
        raise ValidationError(wrong)
    return boxes


def fits(left, top, width, height):
    return left < 100 and top < 100 and 0 < width <= 100 and 0 < height <= 100


def sentence_about(number, line):
    return _(
        "Line %(number)d, “%(line)s”, is no box. Write left, top, width and height in percent of the "
        "photo, like: 40 25 12.5 15"
    ) % {"number": number, "line": line[:60]}


def redact(photo, boxes):
    """Fill the boxes with black, in a new file under a new name.

    The old file and every lighter copy of it are deleted after the commit, and nothing here
    remembers them. Lock the row first: boxes are drawn on one file, and must not land on another.
    """
    photo.file.save("", as_clean_file(filled(photo.file, boxes)), save=False)
    photo.redacted_at = timezone.now()
    photo.save(update_fields=["file"])


def filled(file, boxes):
    with file.storage.open(file.name) as stored:
        image = Image.open(io.BytesIO(stored.read()))
    image.load()
    for box in boxes:
        image.paste(COLOUR, box.pixels(*image.size))
    return image
