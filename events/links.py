"""Signed links: who has one may do what it is for, until its row gets a new version.

Nothing secret is stored: the link is a row's number and its present version under the site's key.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer


class Revoked(Exception):
    """The link was ours, but its row has a newer one."""


def token_of(purpose, pk, version):
    return _signer(purpose).sign(f"{pk}-{version.hex}")


def row_behind(purpose, token, rows, version_field):
    """Return the row that a token leads to, None for no token of ours, or raise Revoked. One query."""
    try:
        pk, _, version = _signer(purpose).unsign(token).partition("-")
    except BadSignature:
        return None
    row = rows.filter(pk=int(pk)).first()
    if row is not None and getattr(row, version_field) != UUID(hex=version):
        raise Revoked
    return row


def _signer(purpose):
    return Signer(salt=f"events.{purpose}", sep=".")
