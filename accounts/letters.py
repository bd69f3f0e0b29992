"""What people read by e-mail when something happens to their account.

No letter tells an address or a browser: whoever reads the mail must not learn where somebody is.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from correspondence.letters import NothingToSay, letter, queue_letter

from .models import User


def tell(name, user, or_in=settings.LANGUAGE_CODE):
    """Queue a letter in the caller's transaction, in the person's language if it is known."""
    queue_letter(name, user, to=user.email, language=user.language or or_in)


def _text(template, user):
    """Write to somebody who may still come in."""
    if not user.is_active:
        raise NothingToSay
    context = {"person": user, "SITE_URL": settings.SITE_URL}
    return render_to_string(f"account/letters/{template}.txt", context).strip() + "\n"


@letter("accounts.new_browser", User)
def new_browser(user):
    return _("You signed in from a new browser"), _text("new_browser", user)


@letter("accounts.factor_added", User)
def factor_added(user):
    return _("A second factor was set up"), _text("factor_added", user)


@letter("accounts.factor_removed", User)
def factor_removed(user):
    return _("A second factor was removed"), _text("factor_removed", user)


@letter("accounts.codes_made", User)
def codes_made(user):
    return _("New recovery codes were made"), _text("codes_made", user)


@letter("accounts.factors_taken_away", User)
def factors_taken_away(user):
    return _("Your second factor was taken away"), _text("factors_taken_away", user)


@letter("accounts.wrong_codes", User)
def wrong_codes(user):
    return _("Somebody knows your password"), _text("wrong_codes", user)
