"""How a person gets an account."""

import secrets

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
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
        self.initial.setdefault("is_staff", True)
        for name in ("password1", "password2"):
            self.fields[name].required = False
        self.fields["password1"].help_text = _(
            "Leave both empty, and the person gets an e-mail with a link to choose a password."
        )

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("password1")) != bool(cleaned.get("password2")):
            self.add_error(
                "password2", ValidationError(_("Type the password twice, or leave both empty."))
            )
        return cleaned

    @property
    def wants_link(self):
        return not self.cleaned_data["password1"]

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
