"""The forms of the door: those of allauth, with our words, and with tries that are counted."""

import unicodedata

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as key_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .letters import tell
from .models import User
from .tries import is_first_use, is_first_warning, one_try

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        email, password = self.fields["login"], self.fields["password"]
        email.label = _("E-mail address")
        email.widget = forms.EmailInput(attrs={"autocomplete": "username"})
        email.error_messages["invalid"] = _(
            "This is not a whole e-mail address. One is like name@example.org."
        )
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs.pop("placeholder")

    def _clean_with_password(self, credentials):
        email = User.normalize_email(credentials["email"])
        with one_try("sign-in", self.request, email):
            return super()._clean_with_password(credentials)


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label, self.fields["password"].help_text = _("Password"), ""
        self.fields["password"].widget.attrs.pop("placeholder")

    def clean_password(self):
        with one_try("sign-in", context.request, self.user.email):
            return super().clean_password()


class SecondFactor:
    """Counts how often somebody tries a second factor, whatever kind it is and wherever asked for.

    Whoever comes so far knows the password already; the person is told when the tries run out.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if code := self.fields.get("code"):
            code.label, code.widget = _("Code"), forms.TextInput(attrs=CODE)

    def typed(self):
        """Return the code in plain digits; a Japanese keyboard may have written １２３."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"])

    def counted(self, clean):
        email = self.user.email
        try:
            with one_try("second-factor", context.request, email):
                return clean()
        except ValidationError as refusal:
            if refusal.code == "too_many" and is_first_warning(email):
                tell("accounts.wrong_codes", self.user, or_in=get_language())
            raise


class Code(SecondFactor):
    def clean_code(self):
        return self.counted(self._clean_once)

    def _clean_once(self):
        """Take each code once. Of codes of the app allauth remembers that in one process only."""
        code = self.cleaned_data["code"] = normalize_user_code(self.typed())
        super().clean_code()
        if not is_first_use(self.user, code):
            raise ValidationError(_("This code was used already. Wait for the next one."))
        return code


class CodeForm(Code, code_forms.AuthenticateForm):
    pass


class CodeAgainForm(Code, code_forms.ReauthenticateForm):
    pass


class SetUpAppForm(SecondFactor, ActivateTOTPForm):
    def clean_code(self):
        self.cleaned_data["code"] = self.typed()
        return self.counted(super().clean_code)


FORGED = _("This is no answer of a security key. Try once more.")


class KeyForm(SecondFactor, key_forms.AuthenticateWebAuthnForm):
    def clean_credential(self):
        try:
            return self.counted(super().clean_credential)
        except (KeyError, AttributeError):  # allauth lets pass what no browser sends
            raise ValidationError(FORGED) from None


class KeyAgainForm(KeyForm, key_forms.ReauthenticateWebAuthnForm):
    pass


class AddKeyForm(key_forms.AddWebAuthnForm):
    name = forms.CharField(
        label=_("What you call this key"),
        required=False,
        max_length=60,
        help_text=_("So that you know later which one it is, like “blue key” or “office laptop”."),
    )

    def clean(self):
        try:
            return super().clean()
        except (KeyError, AttributeError, ValueError):
            raise ValidationError(FORGED) from None
