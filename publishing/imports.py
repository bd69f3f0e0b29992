"""What all imports of old content share: each item once, and never over an editor's work.

`ImportedItem` remembers what became of each item. Its digest is that of the row as the import
wrote it: as long as the row still has it, a changed file may change the row; once somebody has
edited or deleted the row, no import touches it again.
"""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from .models import Flag


class ImportRefused(Exception):
    """The file cannot be imported; says why in one sentence."""


def wait_for_other_imports(source):
    """Let one import of a source at a time pass this line; the next sees what this one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import of the {source}"])


def digest_of(values):
    """Return a digest of what an import writes into a row; moments count, not their time zone."""
    moments = {name: v.timestamp() for name, v in values.items() if hasattr(v, "timestamp")}
    text = json.dumps({**values, **moments}, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def result_for(earlier, row, *, found, wanted, raw):
    """Return what becomes of an item: created, unchanged, updated, edited or deleted.

    `earlier` is what an import remembers of it and `row` what is left of what it made, both
    perhaps None; `found` is the row's digest, `wanted` that of the row as the file has it now.
    """
    if earlier is None:
        return "created"
    if row is None:
        return "deleted"
    if found not in (wanted, earlier.digest):
        return "edited"
    return "unchanged" if (wanted, raw) == (earlier.digest, earlier.raw) else "updated"


def add_flags(rows, flags):
    """Add flags to rows of one kind, but none that somebody has settled already. Two queries."""
    settled = Flag.objects.of(rows).values_list("object_id", "reason", "note")
    known = set(settled)
    Flag.objects.bulk_create(f for f in flags if (f.object_id, f.reason, f.note) not in known)


def renew_flags(rows, flags):
    """Let rows of one kind have just these flags open. A few queries."""
    Flag.objects.open().of(rows).delete()
    add_flags(rows, flags)
