"""Hand out stored photos and documents."""

from datetime import UTC

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import last_modified, require_safe

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "pdf": "application/pdf",
}
ONE_YEAR = 365 * 24 * 3600  # seconds


def stored_at(request, name):
    """Return when the file was stored, or None when there is none (the view then answers 404)."""
    try:
        moment = default_storage.get_modified_time(name)
    except FileNotFoundError:
        return None
    return moment.astimezone(UTC) if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


@require_safe
@last_modified(stored_at)
def media(request, name):
    """Hand out a file to whoever knows its name: 128 random bits are the access rule.

    A name is told only by pages that may be seen, and stands for the same bytes for ever, so
    browsers need never ask again. Costs no query.
    """
    try:
        stored = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response
