"""The staff door: who is signed in, for how long, and whether with more than a password."""

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .sessions import has_second_factor, note_use


class SecondFactorNeeded(Exception):
    """Staff came in with a password alone, and ask for more than its set-up."""


class Door(AuthenticationMiddleware):
    """Tell who is signed in when a view asks, and only then: who reads public pages costs nothing.

    So whatever reads `request.user` is behind the door, without a list of addresses; the pages of
    the door itself (urls.at_door) are left out.
    """

    def process_request(self, request):
        super().process_request(request)
        request.is_at_door = False
        request.user = SimpleLazyObject(lambda: self.admitted(request))

    @staticmethod
    def admitted(request):
        user = get_user(request)
        if not user.is_authenticated:
            return user
        note_use(request.session)
        is_half_in = settings.STAFF_SECOND_FACTOR and user.is_staff
        if is_half_in and not request.is_at_door and not has_second_factor(request, user):
            raise SecondFactorNeeded
        return user

    def process_view(self, request, view, args, kwargs):
        leaves = request.resolver_match.view_name == "admin:logout"
        request.is_at_door = leaves or getattr(view, "is_at_door", False)

    def process_exception(self, request, exception):
        return ask_first(request, exception) if isinstance(exception, UNSURE) else None


UNSURE = (SecondFactorNeeded, ReauthenticationRequired)


def ask_first(request, exception):
    """Answer whoever must first show more of who they are."""
    request.is_at_door = True
    if isinstance(exception, SecondFactorNeeded):
        return ask_for_second_factor(request)
    return ask_again(request)


def ask_for_second_factor(request):
    """Lead to the set-up; but whoever has a second factor must come in with it."""
    if not Authenticator.objects.filter(user=get_user(request)).exists():
        return redirect("mfa_index")
    logout(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")


def ask_again(request):
    """Ask who it is, then lead back. What was sent is not kept: it may hold a password.

    allauth would keep it in the session, with the address and the browser of who sent it.
    """
    methods = get_adapter().get_reauthentication_methods(get_user(request))
    if request.method == "POST":
        text = _("Nothing was changed: first show again who you are, then send it once more.")
        messages.warning(request, text)
    if not methods:  # nothing to show it with: in by a way that is closed meanwhile
        logout(request)
    address = methods[0]["url"] if methods else reverse("account_login")
    back_to = getattr(request, "back_to", request.get_full_path())
    return redirect(f"{address}?{urlencode({'next': back_to})}")
