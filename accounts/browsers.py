"""Browsers from which a person signed in before, told by a signed cookie of a year.

The cookie names the people who did, and for each a proof that ends with their password. Nothing of
it is kept in the database, so no list tells which browsers somebody has.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import User

YEAR = 365 * 24 * 3600  # seconds
MOST_PEOPLE = 5  # who share a browser; the one who came first is forgotten first


def cookie_name():
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def browser_known_to(request, email):
    """Return the name of this browser when this person signed in from it before, or "".

    One query, and none for a browser without our cookie.
    """
    name, people = _read(request)
    user = people and User.objects.filter(email=User.normalize_email(email)).first()
    return name if user and _is_known(name, people, user) else ""


def is_known(request, user):
    """Say whether this person signed in from this browser before. No query."""
    return _is_known(*_read(request), user)


def remember(request, response, user):
    """Let the browser know this person next time."""
    name, people = _read(request)
    name = name or secrets.token_urlsafe(12)
    others = {pk: proof for pk, proof in people.items() if pk != str(user.pk)}
    people = others | {str(user.pk): _proof(name, user)}
    value = signing.dumps([name, dict(list(people.items())[-MOST_PEOPLE:])], salt=__name__)
    response.set_cookie(
        cookie_name(),
        value,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request):
    """Return the browser's name and {person: proof}; ("", {}) when it has no cookie of ours."""
    try:
        return signing.loads(request.COOKIES.get(cookie_name(), ""), salt=__name__, max_age=YEAR)
    except signing.BadSignature:
        return "", {}


def _is_known(name, people, user):
    return constant_time_compare(people.get(str(user.pk), ""), _proof(name, user))


def _proof(name, user):
    known = f"{name} {user.get_session_auth_hash()}"
    return salted_hmac(__name__, known, algorithm="sha256").hexdigest()[:32]
