"""Every e-mail of the site, of every library too: queued here, sent by the worker."""

import logging
import smtplib
from contextlib import closing, suppress
from email import message_from_bytes, policy
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.db import transaction

from correspondence.letters import NothingToSay
from correspondence.models import OutgoingEmail

logger = logging.getLogger(__name__)

# Long enough for a slow server to accept a mail: cutting it off would send that mail twice.
TIMEOUT = 60
# Headers in plain letters, for people who read the mails on a terminal.
READABLE = policy.default.clone(utf8=True, refold_source="all")


class MailServerDown(Exception):
    """No connection to the mail server opens. The text names no address."""


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        """Queue the messages in the caller's transaction and return how many.

        Raises what Django's SMTP backend raises for a bad header or address; then none is queued.
        """
        rows = [_row(email) for email in email_messages if email.recipients()]
        OutgoingEmail.objects.bulk_create(rows)
        return len(rows)


def _row(email):
    message = email.message()
    del message["Bcc"]
    # Who stands under both To and Cc gets it once.
    recipients = list(dict.fromkeys(_bare(to, email) for to in email.recipients()))
    return OutgoingEmail(
        message_id=message["Message-ID"],
        subject=email.subject,
        sender=_bare(email.from_email, email),
        recipients=recipients,
        outstanding=recipients,
        content=message.as_bytes(linesep="\r\n"),
    )


def _bare(address, email):
    """Return an address as the envelope shows it, without a name; ValueError when it is none."""
    encoding = email.encoding or settings.DEFAULT_CHARSET
    return parseaddr(sanitize_address(address, encoding))[1]


def send_due(limit=100, stopping=lambda: False):
    """Send up to `limit` due mails over one connection and return how many were tried.

    One query when nothing is due. Raises MailServerDown when no connection opens: all mails then
    stay due, and it counts as a try of none. Ends early, between two mails, once `stopping()`.
    """
    if not OutgoingEmail.objects.due().exists():
        return 0
    tried = 0
    with closing(Transport()) as transport:
        while tried < limit and not stopping() and _send_next(transport):
            tried += 1
    return tried


def _send_next(transport):
    """Send the mail that has been due longest; return False when none is due or free."""
    transport.open()
    with transaction.atomic(durable=True):
        mail = OutgoingEmail.objects.take_next()
        if mail is None:
            return False
        try:
            refused = transport.deliver(mail)
        except Exception as error:  # whatever is wrong with this mail, the others must go out
            transport.close()
            mail.note_failure(describe(error), for_good=_is_final(error))
        else:
            _note_delivery(mail, refused)
        if mail.state == OutgoingEmail.State.GIVEN_UP:
            logger.warning("E-mail %s given up: %s", mail.pk, mail.last_error)
    return True


def _note_delivery(mail, refused):
    """Keep those who were refused; given up once they are all refused for good."""
    if not refused:
        return mail.note_sent()
    codes = sorted({code for code, _text in refused.values()})
    count = f"{len(refused)} of {len(mail.recipients)} recipients"
    mail.outstanding = list(refused)
    mail.note_failure(f"{', '.join(map(str, codes))} for {count}", for_good=codes[0] >= 500)


def _is_final(error):
    """Only a refused message is final: a refused sender or sign-in is our side's fault to mend.

    So is a letter of ours that has nothing to say any more.
    """
    if isinstance(error, NothingToSay):
        return True
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def describe(error):
    """Reduce an error to its class and code: its text may quote addresses and secrets."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code or ''}".strip()


class Transport:
    """The way out that OUTBOX_TRANSPORT names."""

    def __init__(self):
        options = settings.OUTBOX_TRANSPORT
        self.backend = get_connection(
            options["EMAIL_BACKEND"],
            host=options.get("EMAIL_HOST"),
            port=options.get("EMAIL_PORT"),
            username=options.get("EMAIL_HOST_USER") or "",
            password=options.get("EMAIL_HOST_PASSWORD") or "",
            use_tls=options.get("EMAIL_USE_TLS", False),
            use_ssl=options.get("EMAIL_USE_SSL", False),
            timeout=options.get("OPTIONS", {}).get("TIMEOUT", TIMEOUT),
            file_path=options.get("EMAIL_FILE_PATH"),
        )

    def open(self):
        """Connect unless connected already."""
        try:
            self.backend.open()
        except OSError as error:
            # "from None": the server's words, which may quote the account, stay out of every log.
            raise MailServerDown(describe(error)) from None

    def close(self):
        with suppress(OSError):
            self.backend.close()

    def deliver(self, mail):
        """Hand the mail over; return {address: (code, text)} of the recipients refused."""
        if not isinstance(self.backend, SmtpBackend):
            self.backend.send_messages([StoredMessage(mail)])
            return {}
        # Not through Django's send_messages, which forgets who was refused.
        try:
            smtp = self.backend.connection
            return smtp.sendmail(mail.sender, mail.outstanding, mail.rendered())
        except smtplib.SMTPRecipientsRefused as refusal:
            return refusal.recipients


class StoredMessage(EmailMessage):
    """A queued mail in the form that Django's other backends take (console, file, memory)."""

    def __init__(self, mail):
        super().__init__(subject=mail.subject, from_email=mail.sender, to=mail.outstanding)
        self.content = mail.rendered()

    def message(self):
        return message_from_bytes(self.content, policy=READABLE)
