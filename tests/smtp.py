"""A pytest plugin: a real mail server on loopback, and the outbox bound to it."""

from email import message_from_bytes, policy
from itertools import repeat

import pytest
from aiosmtpd.controller import Controller

from correspondence.models import OutgoingEmail


class MailServer:
    """Keeps what it accepts; refuses on demand, quoting addresses as real servers do."""

    hostname = "127.0.0.1"
    port = 0  # chosen by the system, then kept: a stopped server starts again where it was

    def __init__(self):
        self.controller = None
        self.accepted = []
        self.refused_recipients = {}
        self.answers = repeat("250 OK")
        self.on_accepted = lambda: None
        self.connections = 0

    def start(self):
        self.controller = FreePortController(self, self.hostname, self.port)
        self.controller.start()
        self.port = self.controller.port

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused_recipients:
            return f"{self.refused_recipients[address]} <{address}> is not welcome"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = next(self.answers)
        if answer.startswith("250"):
            self.accepted.append(Accepted(envelope))
            self.on_accepted()
        return answer

    def recipients(self):
        return [recipient for mail in self.accepted for recipient in mail.recipients]

    def message_ids(self):
        return [mail.message["Message-ID"] for mail in self.accepted]


class FreePortController(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Accepted:
    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = envelope.rcpt_tos
        self.content = envelope.content
        self.message = message_from_bytes(envelope.content, policy=policy.default)


@pytest.fixture
def mail_server():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def outbox(settings, mail_server):
    """Send through the outbox to `mail_server`; pytest-django alone keeps mails in memory."""
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
    settings.OUTBOX_TRANSPORT = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": mail_server.hostname,
        "EMAIL_PORT": mail_server.port,
    }
    return OutgoingEmail.objects
