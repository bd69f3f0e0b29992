"""What donors read by e-mail. Each letter is written when it is sent; see correspondence/letters."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from correspondence.letters import NothingToSay, letter

from .links import private_address
from .models import Donation, Instalment, LostLink, Pledge
from .paying import ways_to_give
from .standing import partly_come

MOST_LINKS = 50


def _text(template, pledge, **more):
    """Write a letter about a pledge whose donor still has an address. Six queries."""
    if not pledge.donor.email:
        raise NothingToSay
    lines = list(pledge.lines.standing().with_place().order_by("pk"))
    context = {
        "pledge": pledge,
        "lines": lines,
        "ways": ways_to_give(pledge),
        "address": private_address(pledge),
        "SITE_URL": settings.SITE_URL,
    } | more
    return render_to_string(f"donations/letters/{template}.txt", context)


@letter("donations.please_confirm", Pledge)
def please_confirm(pledge):
    """Ask to confirm a pledge; what was decided meanwhile needs no such letter."""
    if pledge.state != Pledge.State.UNCONFIRMED:
        raise NothingToSay
    subject = _("Please confirm your pledge %(code)s") % {"code": pledge}
    return subject, _text("please_confirm", pledge)


@letter("donations.reminder", Instalment)
def reminder(instalment):
    """Remind once of what has not come, and tell what has."""
    pledge = instalment.pledge
    if not instalment.is_open:
        raise NothingToSay
    subject = _("A reminder of your pledge %(code)s") % {"code": pledge}
    return subject, _text("reminder", pledge, instalment=instalment, came=partly_come(instalment))


@letter("donations.new_link", LostLink)
def new_link(lost):
    """Send the links to all pledges of whoever has this address; a stranger gets no letter."""
    pledges = Pledge.objects.reachable_at(lost.email).order_by("-pk")[:MOST_LINKS]
    if not pledges:
        raise NothingToSay
    context = {
        "pledges": [(pledge, private_address(pledge)) for pledge in pledges],
        "SITE_URL": settings.SITE_URL,
    }
    text = render_to_string("donations/letters/new_link.txt", context)
    return _("Your pledges at LFNKR"), text


@letter("donations.thanks", Donation)
def thanks(gift):
    """Thank for a gift that stands; for what was taken back meanwhile nobody is thanked."""
    gift = Donation.objects.remaining().with_purpose().filter(pk=gift.pk).first()
    if gift is None or not (gift.donor and gift.donor.email):
        raise NothingToSay
    pledge = gift.instalment and gift.instalment.pledge
    context = {
        "gift": gift,
        "pledge": pledge,
        "address": private_address(pledge) if pledge else "",
        "SITE_URL": settings.SITE_URL,
    }
    text = render_to_string("donations/letters/thanks.txt", context)
    return _("Thank you for your gift"), text
