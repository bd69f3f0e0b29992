"""Notes who came in, who was refused and who left, as Django and allauth tell it."""

from django.apps import apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from .acts import Act

Action = Act.Action


def listen():
    """Hear of sign-ins, and of passwords and second factors where allauth looks after them."""
    user_logged_in.connect(came_in, dispatch_uid="trail")
    user_logged_out.connect(left, dispatch_uid="trail")
    user_login_failed.connect(was_refused, dispatch_uid="trail")
    if apps.is_installed("allauth.account"):
        from allauth.account import signals

        signals.password_changed.connect(changed_password, dispatch_uid="trail")
        signals.password_reset.connect(changed_password, dispatch_uid="trail")
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals

        signals.authenticator_added.connect(added_factor, dispatch_uid="trail")
        signals.authenticator_reset.connect(added_factor, dispatch_uid="trail")
        signals.authenticator_removed.connect(removed_factor, dispatch_uid="trail")


def came_in(sender, user, **facts):
    Act.objects.note(Action.SIGNED_IN, by=user)


def left(sender, user, **facts):
    if user is not None:
        Act.objects.note(Action.SIGNED_OUT, by=user)


def was_refused(sender, credentials, **facts):
    """Note whose account it was. What was typed and is no account of ours, nobody keeps."""
    typed = credentials.get("email") or credentials.get("username") or ""
    person = Act.actor.field.related_model.objects.filter(email=typed.strip().lower()).first()
    Act.objects.note(Action.REFUSED, by=person)


def changed_password(sender, user, **facts):
    Act.objects.note(Action.PASSWORD, user, by=user)


def added_factor(sender, user, authenticator, **facts):
    Act.objects.note(Action.FACTOR_ADDED, user, detail=authenticator.type)


def removed_factor(sender, user, authenticator, **facts):
    Act.objects.note(Action.FACTOR_REMOVED, user, detail=authenticator.type)
