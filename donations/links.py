"""The private links of pledges: signed, with a version, so that nothing secret is stored.

Raising the version of a pledge makes every link that was sent before worthless.
"""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from correspondence.letters import queue_letter

from .models import LostLink, Pledge
from .models.donors import bare_email

SIGNER = signing.Signer(sep=".", salt="donations.pledge")
# Another salt: who reads over a shoulder how somebody pays cannot open the private page.
THANKS = signing.Signer(sep=".", salt="donations.thanks")


def token_of(pledge):
    return SIGNER.sign(f"{pledge.pk}-{pledge.token_version}")


def pledge_of(token):
    """Return the pledge that a link leads to, with its donor; None for a forged or revoked one."""
    try:
        pk, version = SIGNER.unsign(token).split("-")
    except (signing.BadSignature, ValueError):
        return None
    pledges = Pledge.objects.select_related("donor", "method")
    return pledges.filter(pk=pk, token_version=version).first()


def thanks_of(pledge):
    """Return the address of the page that thanks for a pledge and tells how to pay."""
    return reverse("donations:thanks", args=[THANKS.sign(pledge.pk)])


def thanked(ticket):
    """Return the pledge whose page of thanks this is; None for a forged address."""
    try:
        pk = THANKS.unsign(ticket)
    except signing.BadSignature:
        return None
    return Pledge.objects.select_related("method").filter(pk=pk, donor__erased_at=None).first()


def private_address(pledge):
    """Return the whole address of a pledge's private page, in the language of the moment."""
    return settings.SITE_URL + reverse("donations:pledge", args=[token_of(pledge)])


def revoke(pledge):
    """Make all links worthless that lead to this pledge so far."""
    pledge.token_version += 1
    pledge.save(update_fields=["token_version"])


@transaction.atomic
def ask_for_links(email, language):
    """Queue a letter to this address, known or not: whoever writes it will see. Two queries."""
    lost = LostLink.objects.create(email=bare_email(email), language=language)
    queue_letter("donations.new_link", lost, to=lost.email, language=language)
