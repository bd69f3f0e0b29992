"""The private links of pledges: signed, with a version, so that nothing secret is stored.

Raising the version of a pledge makes every link that was sent before worthless.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from .models import Pledge

SIGNER = signing.Signer(sep=".", salt="donations.pledge")


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


def private_address(pledge):
    """Return the whole address of a pledge's private page, in the language of the moment."""
    return settings.SITE_URL + reverse("donations:pledge", args=[token_of(pledge)])


def revoke(pledge):
    """Make all links worthless that lead to this pledge so far."""
    pledge.token_version += 1
    pledge.save(update_fields=["token_version"])
