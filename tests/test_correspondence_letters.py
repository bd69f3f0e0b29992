"""Letters of ours are written when they are sent, so that no private link lies in the outbox."""

import pytest
from django.core import serializers

from correspondence.letters import LETTERS, NothingToSay, letter, queue_letter
from correspondence.models import ContactMessage, OutgoingEmail
from correspondence.outbox import send_due

pytest_plugins = ["smtp"]
pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "https://example.org/pledges/secret"


@pytest.fixture
def message():
    return ContactMessage.objects.create(name="Anna", email="anna@example.org", text="Hello")


@pytest.fixture(autouse=True)
def registered():
    """Two letters of the tests' own."""

    @letter("tests.link", ContactMessage)
    def link(message):
        return f"For {message.name}", f"Dear {message.name}, {SECRET}"

    @letter("tests.late", ContactMessage)
    def late(message):
        raise NothingToSay

    yield
    del LETTERS["tests.link"], LETTERS["tests.late"]


def test_the_outbox_holds_no_word_of_a_letter_before_it_is_sent(outbox, message):
    queue_letter("tests.link", message, to="anna@example.org", language="en")
    assert SECRET not in serializers.serialize("json", outbox.all())


def test_a_letter_is_written_of_what_is_true_when_it_is_sent(outbox, mail_server, message):
    queue_letter("tests.link", message, to="anna@example.org", language="en")
    ContactMessage.objects.update(name="Anna Sato")
    assert send_due() == 1
    (mail,) = mail_server.accepted
    assert mail.message["Subject"] == "For Anna Sato"
    assert SECRET in mail.message.get_content()
    assert outbox.get().state == "sent"


def test_a_letter_keeps_its_message_id_over_all_tries(outbox, mail_server, message):
    queued = queue_letter("tests.link", message, to="anna@example.org", language="en")
    mail_server.answers = iter(["451 Later", "250 OK"])
    send_due()
    outbox.update(next_try_at=queued.queued_at)
    send_due()
    assert mail_server.message_ids() == [queued.message_id]
    assert mail_server.accepted[0].message["Date"].datetime == queued.queued_at.replace(
        microsecond=0
    )


@pytest.mark.parametrize("gone", [True, False])
def test_a_letter_with_nothing_to_say_is_given_up_at_once(outbox, mail_server, message, gone):
    queue_letter("tests.link" if gone else "tests.late", message, to="a@example.org", language="en")
    if gone:
        message.delete()
    send_due()
    assert mail_server.accepted == []
    assert outbox.get().state == "given-up"


def test_a_letter_is_queued_with_its_cause_or_not_at_all(outbox, message):
    with pytest.raises(TypeError):
        queue_letter("tests.link", outbox, to="anna@example.org", language="en")
    assert not outbox.exists()


def test_an_erased_letter_is_not_sent_and_names_nobody(outbox, mail_server, message):
    queue_letter("tests.link", message, to="anna@example.org", language="en")
    assert outbox.about_rows(["tests.link"], [message.pk]).erase() == 1
    assert send_due() == 0
    mail = OutgoingEmail.objects.get()
    assert (mail.recipients, mail.outstanding, mail.letter, mail.state) == ([], [], "", "given-up")
