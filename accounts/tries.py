"""How often one may try to get in: exact, whatever is restarted and however many workers there are.

A stranger has few tries for an account, and then nobody else gets in from a browser that is not
known there, not even with the right password. Who signed in from this browser before has tries of
their own, so that no stranger can lock them out. Nobody learns whether there is such an account.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from correspondence.guard import client_network, forget, is_within

from .acts import Act
from .browsers import browser_known_to
from .models import Try, User

OF_ACCOUNT = 10  # an hour
OF_NETWORK = 60  # an hour: an office or a Tor exit may share one
TOO_MANY = _("Too many tries. Wait an hour, or ask a colleague who looks after the accounts.")


@contextmanager
def one_try(what, request, email):
    """Count one try to get into an account, which begins anew when it was right.

    The network's tries still count then. Raises ValidationError when there were too many.
    """
    of_account = is_within(what, _whom(request, email), OF_ACCOUNT, Try)
    of_network = is_within(what, client_network(request), OF_NETWORK, Try)
    if not (of_account and of_network):
        if is_within("locked-out", email, 1, Try):
            Act.objects.note(Act.Action.LOCKED_OUT, by=User.objects.filter(email=email).first())
        raise ValidationError(TOO_MANY, code="too_many")
    yield
    forget(what, _whom(request, email), Try)


def _whom(request, email):
    return f"{email} {browser_known_to(request, email)}"


def is_first_use(user, code):
    """Note that a code was used; say whether this was the first time. Codes live for 90 seconds."""
    key = salted_hmac(__name__, f"{user.pk} {code}", algorithm="sha256").hexdigest()
    return Try.objects.count_one(key, timezone.now() + timedelta(minutes=10)) == 1


def is_first_warning(email):
    """Say whether nobody was warned for this account in this hour."""
    return is_within("warning", email, 1, Try)
