"""The door: /sign-in/ and /account/. Only these pages of allauth exist, under its own names."""

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import DeactivateTOTPView
from django.contrib.auth.views import LogoutView
from django.urls import path, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import views


def at_door(view):
    """Let staff use a page who came in with a password alone; keep no copy of it anywhere."""
    view = never_cache(view)
    view.is_at_door = True
    return view


def page(view, template):
    return at_door(view.as_view(template_name=f"account/{template}.html"))


shown_codes = ViewRecoveryCodesView.as_view(template_name="account/codes.html")
choose_password = at_door(views.ChoosePassword.as_view())

urlpatterns = [
    path("sign-in/", page(LoginView, "sign_in"), name="account_login"),
    path(
        "sign-in/second-step/", page(codes.AuthenticateView, "second_step"), name="mfa_authenticate"
    ),
    path("sign-in/password/", at_door(views.forgotten_password), name="forgotten_password"),
    path("sign-in/password/<uidb64>/<token>/", choose_password, name="password_reset_confirm"),
    path(
        "sign-out/",
        at_door(LogoutView.as_view(next_page=reverse_lazy("account_login"))),
        name="sign_out",
    ),
    path("account/", at_door(views.account), name="mfa_index"),
    path("account/app/", page(views.SetUpApp, "set_up_app"), name="mfa_activate_totp"),
    path("account/app/picture.svg", at_door(views.app_picture), name="app_picture"),
    path("account/app/remove/", page(DeactivateTOTPView, "remove"), name="mfa_deactivate_totp"),
    path("account/keys/add/", page(views.AddKey, "add_key"), name="mfa_add_webauthn"),
    path("account/keys/<int:pk>/remove/", page(views.RemoveKey, "remove"),
         name="mfa_remove_webauthn"),
    path("account/codes/", at_door(require_safe(shown_codes)), name="mfa_view_recovery_codes"),
    path("account/codes/new/", page(GenerateRecoveryCodesView, "new_codes"),
         name="mfa_generate_recovery_codes"),
    path("account/again/", page(ReauthenticateView, "again_password"),
         name="account_reauthenticate"),
    path("account/again/code/", page(codes.ReauthenticateView, "again_code"),
         name="mfa_reauthenticate"),
    path("account/again/key/", page(views.KeyAgain, "again_key"),
         name="mfa_reauthenticate_webauthn"),
]  # fmt: skip
