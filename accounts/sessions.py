"""What a session proves: how one came in, and how long ago one last showed who one is."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings

SEEN = "seen_at"
NOTED_EVERY = 60  # seconds: so often a session that goes on is written
TO_FILL_IN = 3600  # seconds


def note_use(session):
    """Let the idle time begin anew. Writes once a minute, and only for who is signed in."""
    now = int(time.time())
    if now - session.get(SEEN, 0) >= NOTED_EVERY:
        session[SEEN] = now


def note_proof(request, user, method="password", **facts):
    """Note that this person has just shown who they are."""
    record_authentication(request, user, method, reauthenticated=True, **facts)


def has_second_factor(request, user):
    """Say whether this session was begun, or confirmed, with more than a password. No query."""
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records)


def make_sure(request, *, filled_in=False, back_to=None):
    """Go on only when whoever acts has shown lately who they are; otherwise ask, then lead back.

    `filled_in` is a form that was opened under this rule: what was typed meanwhile must not be lost.
    Raises ReauthenticationRequired, which middleware.py answers.
    """
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    allowed = settings.SURE_FOR_MINUTES * 60 + (TO_FILL_IN if filled_in else 0)
    if not proofs or time.time() - proofs[-1] > allowed:
        request.back_to = back_to or request.get_full_path()
        raise ReauthenticationRequired


class AsksAgain:
    """An admin whose rows only those write who have shown lately who they are."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if self.has_add_permission(request) or self.has_change_permission(request):
            make_sure(request, filled_in=request.method == "POST")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        make_sure(request, filled_in=request.method == "POST")
        return super().delete_view(request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            make_sure(request)
        return super().changelist_view(request, extra_context)
