"""Volunteers come by invitation, and see what is theirs."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import User

from .letters import send_to_volunteer
from .models import Assignment, Duty, Volunteer
from .models.people import ROLE
from .projection import EVERYBODY, Viewer


class Refused(Exception):
    """Nobody can be invited like this; the text says why and what to do."""


@transaction.atomic
def invite(email, name, by, **profile):
    """Return a new volunteer, who gets an e-mail with a link to set a password.

    Whoever has an account already, as staff do, keeps its name and password.
    """
    email = User.normalize_email(email)
    user = User.objects.filter(email=email).first()
    if user and not user.is_active:
        raise Refused(
            _("This person's account was closed. Ask an administrator to open it again first.")
        )
    if user and Volunteer.objects.filter(user=user).exists():
        raise Refused(_("This person is a volunteer already."))
    if user is None:
        # Nobody knows it. An unusable one would not do: Django sends no link to those.
        user = User.objects.create_user(email, secrets.token_urlsafe(48), name=name)
    user.groups.add(Group.objects.get(name=ROLE))
    volunteer = Volunteer.objects.create(user=user, invited_by=by, **profile)
    send_invitation(volunteer)
    return volunteer


def send_invitation(volunteer):
    user = volunteer.user
    send_to_volunteer(
        "invitation",
        volunteer,
        lambda: _("Your invitation as a volunteer"),
        uid=urlsafe_base64_encode(force_bytes(user.pk)),
        token=default_token_generator.make_token(user),
        days=settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        has_signed_in=user.last_login is not None,
    )


@transaction.atomic
def end(volunteer):
    """Let a volunteer in no more; staff keep their account. What they did keeps their name."""
    volunteer.revoke_calendar()
    volunteer.assignments.all().delete()
    volunteer.user.groups.remove(Group.objects.get(name=ROLE))
    if not volunteer.user.is_staff:
        volunteer.user.is_active = False
        volunteer.user.save(update_fields=["is_active"])
        volunteer.user.end_sessions()


def volunteer_of(user):
    """Return the volunteer that this person is, or None. One query, and that of the permissions."""
    if not user.is_active or not user.has_perm("events.take_shift"):
        return None
    return Volunteer.objects.select_related("user").filter(user=user).first()


def viewer_of(user, volunteer):
    """Return for whom events are told. Two queries for a volunteer."""
    is_staff = user.is_active and user.is_staff and user.has_perm("events.see_private_event")
    if volunteer is None:
        return Viewer(is_staff=is_staff) if is_staff else EVERYBODY
    assigned = Assignment.objects.filter(volunteer=volunteer).values_list("event", flat=True)
    taken = Duty.objects.filter(volunteer=volunteer, state=Duty.State.TAKEN)
    return Viewer(
        is_staff=is_staff,
        is_volunteer=True,
        assigned_to=frozenset(assigned) | frozenset(taken.values_list("shift__event", flat=True)),
    )
