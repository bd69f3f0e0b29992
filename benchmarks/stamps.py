"""Stamps of forms that were opened some time ago, signed with the key of this benchmark alone."""

import secrets
import time

from django.core import signing


def stamp(seconds_ago):
    made_at = int(time.time()) - seconds_ago
    return signing.dumps([made_at, secrets.token_urlsafe(9)], salt="correspondence.guard")
