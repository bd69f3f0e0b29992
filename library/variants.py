"""Make the lighter copies of photos, apart from any request: the site's worker calls this."""

import io
import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from library.models import VARIANT_FORMATS, Photo

logger = logging.getLogger(__name__)

# Whoever takes a photo has it for this long. When its worker dies or fails, somebody tries again
# then, and all other photos go first in the meantime.
RETRY_AFTER = timedelta(hours=1)
# AVIF at speed 8 takes a tenth of the time of speed 6 and came out no larger.
ENCODING = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 78, "method": 4},
}


def make_due_variants(limit):
    """Make the variants of up to `limit` photos that lack them; return how many it tried.

    Any number of workers may run this at once. Two short queries and about a second a photo.
    """
    for tried in range(limit):
        photo = take_due_photo()
        if photo is None:
            return tried
        try:
            make_variants(photo)
        except Exception:  # one photo, or a full disk, must not stop the worker
            logger.exception("The variants of photo %s could not be made.", photo.pk)
    return limit


def take_due_photo():
    """Return the photo that has waited longest, set aside for RETRY_AFTER; None when none is due."""
    with transaction.atomic():
        now = timezone.now()
        due = Photo.objects.filter(variants_due_at__lte=now).order_by("variants_due_at", "pk")
        photo = due.select_for_update(skip_locked=True, no_key=True).first()
        if photo:
            Photo.objects.filter(pk=photo.pk).update(variants_due_at=now + RETRY_AFTER)
        return photo


def make_variants(photo):
    """Store every variant of `photo` and record it; return False when its file was replaced or
    deleted meanwhile. Raises OSError when the file cannot be read."""
    name, widths = photo.file.name, photo.widths_wanted()
    with photo.file.storage.open(name) as stored, Image.open(stored) as original:
        original.load()
        for width in widths:
            store_variants(photo, original, width)
    current = Photo.objects.filter(pk=photo.pk, file=name)
    if not current.update(variant_widths=widths, variants_due_at=None):
        photo.remove_files_after_commit()
        return False
    photo.variant_widths, photo.variants_due_at = widths, None
    return True


def store_variants(photo, original, width):
    height = max(1, round(original.height * width / original.width))
    smaller = original.resize((width, height), Image.Resampling.LANCZOS)
    for suffix in VARIANT_FORMATS:
        encoded = io.BytesIO()
        smaller.save(encoded, suffix.upper(), **ENCODING[suffix])
        name = photo.variant_name(width, suffix)
        # A worker that died may have left half a file there, and save() would choose another name.
        photo.file.storage.delete(name)
        photo.file.storage.save(name, ContentFile(encoded.getvalue()))
