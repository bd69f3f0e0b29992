"""Letters of ours: the outbox keeps which letter and about which row, and writes it when it sends.

So no private link lies in the outbox, in a backup of it or in a log. A room registers its letters
in its module `letters`:

    @letter("donations.please_confirm", Pledge)
    def please_confirm(pledge):
        return _("Please confirm"), render_to_string(...)

and an act queues one in its own transaction with `queue_letter`.
"""

from email.utils import format_datetime, make_msgid

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.utils import timezone, translation

LETTERS = {}  # name -> (model, the function that returns subject and text)


class NothingToSay(Exception):
    """The row of a letter is gone, or the letter is out of date."""


def letter(name, model):
    """Register a function of a row that returns (subject, text); it may raise NothingToSay."""

    def register(write):
        LETTERS[name] = (model, write)
        return write

    return register


def queue_letter(name, row, *, to, language):
    """Queue a letter about a row in the caller's transaction and return its row in the outbox."""
    model, _write = LETTERS[name]
    if not isinstance(row, model):
        raise TypeError(f"{name} is a letter about {model.__name__}")
    return apps.get_model("correspondence", "OutgoingEmail").objects.create(
        message_id=make_msgid(domain=DNS_NAME),
        sender=settings.DEFAULT_FROM_EMAIL,
        recipients=[to],
        outstanding=[to],
        letter=name,
        about=row.pk,
        language=language,
    )


def written(mail):
    """Return the message of a queued letter, with its own Message-ID and the day it was queued.

    Raises NothingToSay when there is nothing to send any more.
    """
    model, write = LETTERS[mail.letter]
    row = model.objects.filter(pk=mail.about).first()
    if row is None:
        raise NothingToSay
    with translation.override(mail.language):
        subject, text = write(row)
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(timezone.localtime(mail.queued_at)),
    }
    return EmailMessage(subject, text, mail.sender, mail.outstanding, headers=headers).message()
