"""What people read by e-mail when something happens to their account.

No letter tells an address or a browser: whoever reads the mail must not learn where somebody is.
"""

from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from correspondence.letters import NothingToSay, letter, queue_letter

from .models import User


def tell(name, user, or_in=settings.LANGUAGE_CODE):
    """Queue a letter in the caller's transaction, in the person's language if it is known."""
    queue_letter(name, user, to=user.email, language=user.language or or_in)


SUBJECTS = {
    "new_browser": _("You signed in from a new browser"),
    "factor_added": _("A second factor was set up"),
    "factor_removed": _("A second factor was removed"),
    "codes_made": _("New recovery codes were made"),
    "factors_taken_away": _("Your second factor was taken away"),
    "wrong_codes": _("Somebody knows your password"),
}


def write(template, user):
    """Return subject and text of a letter to somebody who may still come in."""
    if not user.is_active:
        raise NothingToSay
    context = {"person": user, "SITE_URL": settings.SITE_URL}
    text = render_to_string(f"account/letters/{template}.txt", context)
    return str(SUBJECTS[template]), text.strip() + "\n"


for template in SUBJECTS:
    letter(f"accounts.{template}", User)(partial(write, template))
