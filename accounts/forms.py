"""How a person gets an account."""

import secrets

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import User


class PersonCreationForm(BaseUserCreationForm):
    """A new account, with a first password or without."""

    class Meta:
        model = User
        fields = ["email", "name", "is_staff", "groups"]
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["is_staff"] = True  # who needs an account works in the office
        for name in ("password1", "password2"):
            self.fields[name].required = False
        self.fields["password1"].help_text = _(
            "Leave both empty, and the person gets an e-mail with a link to choose a password."
        )

    def clean(self):
        cleaned = super().clean()
        self.wants_link = not cleaned.get("password1")
        if bool(cleaned.get("password1")) != bool(cleaned.get("password2")):
            self.add_error(
                "password2", ValidationError(_("Type the password twice, or leave both empty."))
            )
        return cleaned

    def set_password_and_save(self, user, password_field_name="password1", commit=True):
        if self.wants_link:
            # Nobody knows it. An unusable one would not do: Django sends no link to those.
            self.cleaned_data[password_field_name] = secrets.token_urlsafe(48)
        return super().set_password_and_save(user, password_field_name, commit)


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "name", "password", "is_active", "is_staff", "is_superuser", "groups"]
        widgets = {"groups": forms.CheckboxSelectMultiple}


class PersonPasswordForm(AdminPasswordChangeForm):
    """Sets a password; takes none away: who shall not sign in is made inactive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
