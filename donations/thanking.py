"""How donors are thanked: by a letter that is queued once, or otherwise and noted."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from correspondence.letters import queue_letter

from .models import Donation


@transaction.atomic
def thank(gift):
    """Queue the letter of thanks in the donor's language and note the day; once for each gift.

    Raises ValidationError for a gift that cannot be thanked for, or nobody to write to.
    """
    _note(gift)
    if not gift.donor.email:
        raise ValidationError(
            _("%(donor)s has no e-mail address: write by post, then note that you thanked.")
            % {"donor": gift.donor}
        )
    queue_letter("donations.thanks", gift, to=gift.donor.email, language=gift.donor.language)


def note_thanked(gift):
    """Note that somebody thanked today: by post, by telephone, in person."""
    _note(gift)


def _note(gift):
    """Set the day, unless another did; ValidationError when the gift waits for no thanks."""
    waiting = Donation.objects.unthanked().filter(pk=gift.pk).values("pk")
    if not Donation.objects.filter(pk__in=waiting, thanked_on=None).update(
        thanked_on=timezone.localdate()
    ):
        raise ValidationError(
            _("Nobody waits for thanks for %(gift)s: done already, taken back, or donor unknown.")
            % {"gift": gift}
        )
