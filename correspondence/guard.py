"""The guard of every public form: a trap for robots, a signed time, an exact limit per address.

It asks for no cookie, no script and no puzzle, and keeps no address:

    class ContactForm(GuardedForm): ...
    form = ContactForm(request.POST or None)
    if form.is_valid() and is_allowed(request, "contact", limit=20): ...

What is refused keeps what was typed and says in a sentence what to do.
"""

import hashlib
import secrets
import time
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .models import FormUse

FASTEST = 3  # seconds: nobody reads a form and fills it in before
SLOWEST = 24 * 3600  # seconds
WINDOW = 3600  # seconds


class GuardedForm(forms.Form):
    """A form for everybody. A robot fills in what people leave empty, and sends too early."""

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["stamp"] = new_stamp()

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("This field is a trap for robots. Empty it, and send the form again.")
            )
        return ""

    def clean(self):
        cleaned = super().clean()
        age = time.time() - moment_of(self.data.get("stamp", ""))
        if age < FASTEST:
            raise ValidationError(
                _("That was faster than people write. Wait a moment, and send it again.")
            )
        if age > SLOWEST:
            self._renew_stamp()
            raise ValidationError(
                _("This form was open for more than a day. Look it through, and send it again.")
            )
        return cleaned

    def _renew_stamp(self):
        self.data = self.data.copy()
        self.data["stamp"] = self.initial["stamp"]

    def key(self):
        """Return what is the same when the same text is sent twice from the same page."""
        texts = [str(value) for value in self.cleaned_data.values()]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def new_stamp():
    """Return the present moment, signed. No two stamps are alike."""
    return signing.dumps([int(time.time()), secrets.token_urlsafe(9)], salt=__name__)


def moment_of(stamp):
    """Return when a stamp was made; one that is not ours is older than everything."""
    try:
        made_at, _nonce = signing.loads(stamp, salt=__name__)
    except signing.BadSignature:
        return 0
    return made_at


def is_allowed(request, form, limit):
    """Count one use of a form by this address; say whether it is within the limit of this hour."""
    return is_within(form, client_network(request), limit)


def is_within(form, whom, limit, uses=FormUse):
    """Count one use of a form by, or for, somebody; say whether it is within this hour's limit.

    Exact under any load, for the database counts. It stands outside of every transaction of the
    caller, who might take it back. Of `whom` a keyed digest is kept, and that for an hour.
    """
    window = int(time.time()) // WINDOW
    ends_at = datetime.fromtimestamp((window + 1) * WINDOW, UTC)
    with transaction.atomic(durable=True):
        count = uses.objects.count_one(key_of(form, whom, window), ends_at)
    if count == 1:
        uses.objects.forget_past()
    return count <= limit


def key_of(form, whom, window):
    return salted_hmac(__name__, f"{form} {window} {whom}", algorithm="sha256").hexdigest()


def forget(form, whom, uses):
    """Let somebody begin anew in this hour."""
    uses.objects.filter(key=key_of(form, whom, int(time.time()) // WINDOW)).delete()


def client_network(request):
    """Return the network that a visitor asks from: an IPv4 address, or the first half of an IPv6.

    A household has 2^64 addresses of IPv6, so that each by itself would be no limit at all.
    """
    address = client_address(request)
    if address is None:
        return ""
    return str(ip_network((address, 32 if address.version == 4 else 64), strict=False))


def client_address(request):
    """Return the visitor's address, or None when nobody knows it.

    CLIENT_ADDRESS_HEADER names the header in which our own proxy writes it. Of several addresses
    the last is the proxy's; those before it anybody could have written.
    """
    named = ""
    if settings.CLIENT_ADDRESS_HEADER:
        named = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2]
    return _parsed(named) or _parsed(request.META.get("REMOTE_ADDR", ""))


def _parsed(text):
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
