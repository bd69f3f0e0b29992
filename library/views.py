"""Hand out stored photos and documents to whoever may see what shows them."""

import re
from datetime import UTC

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import last_modified, require_safe

from library.models import Document, Photo

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "pdf": "application/pdf",
}
# A name stands for the same bytes for ever, so browsers need never ask again. What others share, a
# proxy before us, must not keep for long: what shows the file may be withdrawn.
FOR_EVERYBODY = f"public, max-age={365 * 24 * 3600}, s-maxage=600, immutable"
FOR_STAFF = "private, no-store"
# Whatever a file may hold, it runs nothing and loads nothing.
HARMLESS = "default-src 'none'; sandbox"


@require_safe
def photo(request, name):
    """Hand out a photo or one of its lighter copies. One query; three for who works here."""
    original = re.sub(r"(-[0-9]+)?\.[a-z]+$", "", name)
    rows = Photo.objects.filter(file__in=[f"{original}.jpg", f"{original}.png"])
    cache_control = _cache_control(request, rows)
    response = _hand_out(request, name, cache_control)
    if cache_control == FOR_EVERYBODY:  # readers of our feeds show them on pages of their own
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def document(request, name):
    """Hand out a document, to be stored and not shown. Two queries; four for who works here."""
    rows = Document.objects.filter(file=name)
    response = _hand_out(request, name, _cache_control(request, rows))
    title = slugify(rows.values_list("title_en", flat=True).get()) or "document"
    response["Content-Disposition"] = f'attachment; filename="{title}.pdf"'
    return response


def _cache_control(request, rows):
    """Return who may keep the file; Http404 for who may not see it.

    Strangers see what something public shows; a draft's file they cannot get by its name either,
    nor that of a page that was withdrawn. Who works here sees all.
    """
    if rows.published().exists():
        return FOR_EVERYBODY
    if request.user.is_active and request.user.is_staff and rows.exists():
        return FOR_STAFF
    raise Http404


def stored_at(request, name, cache_control):
    """Return when the file was stored, or None when there is none (the view then answers 404)."""
    try:
        moment = default_storage.get_modified_time(name)
    except FileNotFoundError:
        return None
    return moment.astimezone(UTC) if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


@last_modified(stored_at)
def _hand_out(request, name, cache_control):
    try:
        stored = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = cache_control
    response["Content-Security-Policy"] = HARMLESS
    return response
