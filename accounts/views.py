"""The pages of the door: signing in, the second factor, and showing again who one is."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from correspondence.guard import is_allowed

from .acts import Act
from .sessions import note_proof

LINKS_AN_HOUR = 60  # that one network may ask for: an office or a Tor exit may share one
PROTOCOL, HOST = settings.SITE_URL.split("://")


# The second factor


@require_safe
@login_required
def account(request):
    """Show what protects one's account. One query, besides those of the session."""
    found = {}
    for factor in Authenticator.objects.filter(user=request.user).order_by("pk"):
        found.setdefault(factor.type, []).append(factor.wrap())
    codes = found.get("recovery_codes")
    context = {
        "app": found.get("totp"),
        "keys": found.get("webauthn", []),
        "has_codes": bool(codes),
        "codes_left": len(codes[0].get_unused_codes()) if codes else 0,
        "is_needed": settings.STAFF_SECOND_FACTOR and request.user.is_staff and not found,
        "home": reverse("admin:index" if request.user.is_staff else "schedule:schedule"),
    }
    return render(request, "account/account.html", context)


class SetUpApp(ActivateTOTPView):
    """Set up an app, also in place of one on a lost telephone: staff may never be without."""

    @method_decorator(reauthentication_required(app="allauth.mfa"))
    def dispatch(self, *args, **kwargs):
        return FormView.dispatch(self, *args, **kwargs)  # allauth asks to remove the old one first

    @transaction.atomic
    def form_valid(self, form):
        """From now on this session counts as begun with the second factor."""
        Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.TOTP).delete()
        response = super().form_valid(form)
        note_proof(self.request, self.request.user, "mfa", type="totp")
        return response


@require_safe
def app_picture(request):
    """Draw the secret that is being set up, for the camera of a telephone."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret or not request.user.is_authenticated:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


class AddKey(AddWebAuthnView):
    def form_valid(self, form):
        response = super().form_valid(form)
        note_proof(self.request, self.request.user, "mfa", type="webauthn")
        return response


class RemoveKey(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form):
        """Remove the key, unless it is the last thing that lets staff in."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.object):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")


class KeyAgain(ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        for error in form.errors.get("credential", []):
            messages.error(self.request, error)
        return redirect(self.passthrough_next_url(self.request.path))


# A forgotten password


def forgotten_password(request):
    """Send a link to a new password; say the same whoever asks."""
    form = PasswordResetForm(request.POST or None)
    is_sent = False
    if form.is_valid():
        is_sent = is_allowed(request, "password", limit=LINKS_AN_HOUR)
        if is_sent:
            form.save(domain_override=HOST, use_https=PROTOCOL == "https")
        else:
            text = _("Too many links were asked for from your network. Try again in an hour.")
            form.add_error(None, text)
    return render(request, "account/forgotten_password.html", {"form": form, "is_sent": is_sent})


class ChoosePassword(PasswordResetConfirmView):
    template_name = "account/choose_password.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form):
        Act.objects.note(Act.Action.PASSWORD, self.user, by=self.user)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return super().form_valid(form)
