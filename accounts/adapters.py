"""How allauth does things here: nobody signs up, letters are ours, secrets are encrypted."""

import base64
import hashlib
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from . import browsers
from .letters import tell
from .sessions import note_proof

# What allauth would write a mail about, and our letter about it
LETTERS = {
    "mfa/email/totp_activated": "accounts.factor_added",
    "mfa/email/webauthn_added": "accounts.factor_added",
    "mfa/email/totp_deactivated": "accounts.factor_removed",
    "mfa/email/webauthn_removed": "accounts.factor_removed",
    "mfa/email/recovery_codes_generated": "accounts.codes_made",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together, or the account was"
            " closed. Mind small and capital letters."
        ),
        "incorrect_password": _("This is not your password. Mind small and capital letters."),
    }

    def is_open_for_signup(self, request):
        return False

    def respond_user_inactive(self, request, user):
        return redirect("account_login")

    def get_login_redirect_url(self, request):
        """Lead staff into the office and volunteers to their schedule."""
        return reverse("admin:index" if request.user.is_staff else "schedule:schedule")

    def reauthenticate(self, user, password):
        return user.check_password(password)

    def get_reauthentication_methods(self, user):
        """Ask for the password only where there is nothing better: passwords are what is stolen."""
        methods = super().get_reauthentication_methods(user)
        return [way for way in methods if way["id"] != "reauthenticate"] or methods

    @transaction.atomic
    def post_login(self, request, user, **kwargs):
        """Tell the person when the browser is a new one, in the language they used before."""
        note_proof(request, user)
        response = super().post_login(request, user, **kwargs)
        is_known = browsers.is_known(request, user)
        if not is_known:
            tell("accounts.new_browser", user, or_in=get_language())
        if user.language != get_language() and (is_known or not user.language):
            user.language = get_language()
            user.save(update_fields=["language"])
        browsers.remember(request, response, user)
        return response

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        """Say what was changed; that one has signed in, one sees."""
        if not (message_template or "").startswith("account/"):
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Queue our letter, which tells neither address nor browser of whoever did it."""
        tell(LETTERS[template_prefix], user, or_in=get_language())


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right. Each works once, and for half a minute: wait for the next one."
        ),
        "cannot_delete_authenticator": _(
            "You need one second factor at least. Set up another one first, then remove this one."
        ),
    }

    def get_totp_issuer(self):
        return "LFNKR"

    def generate_authenticator_name(self, user, type):
        return gettext("Security key")

    def can_delete_authenticator(self, authenticator):
        user = authenticator.user
        if not (settings.STAFF_SECOND_FACTOR and user.is_staff):
            return True
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    # A stolen copy of the database gives no codes: what makes them is encrypted with our secret.

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """Return the secret; one encrypted with another SECRET_KEY fits no code any more."""
        try:
            return _cipher().decrypt(encrypted_text).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _cipher():
    key = hashlib.sha256(f"accounts.second-factor {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
