"""The contact form: what is thanked for is kept and mailed, once, and nothing else is kept."""

import logging
import re
import threading
from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language
from factories import make_user
from office import act, change_url, list_url, told
from pages_factories import make_organisation, make_page, make_staff

from correspondence.contact import ContactForm
from correspondence.guard import new_stamp
from correspondence.models import ContactMessage, FormUse, OutgoingEmail
from correspondence.outbox import send_due
from pages.models import Organisation

pytestmark = pytest.mark.django_db
MODEL = "correspondence_contactmessage"
TYPED = {"name": "Anna Ö.", "email": "anna@example.org", "text": "How can I help?\r\nAnna"}


@pytest.fixture(autouse=True)
def outbox(settings):
    """Queue e-mails as the real site does; Django's tests keep them in memory."""
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-04T12:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def contact(noon):
    return make_page(slug="contact", title="Contact", has_contact_form=True)


def text(response):
    return response.content.decode()


def stamp_in(response):
    return re.search(r'name="stamp" value="([^"]+)"', text(response))[1]


def write(client, noon, wait=10, **typed):
    """Open the form, wait, send it."""
    stamp = stamp_in(client.get("/contact/"))
    noon.shift(wait)
    return client.post("/contact/", TYPED | {"stamp": stamp, "website": ""} | typed)


def mail():
    row = OutgoingEmail.objects.get()
    return message_from_bytes(row.rendered(), policy=policy.default)


def make_message(**fields):
    return ContactMessage.objects.create(**TYPED | {"key": "k"} | fields)


# Sending


@pytest.mark.usefixtures("contact")
def test_a_message_is_kept_mailed_and_thanked_for(client, noon):
    response = write(client, noon)
    assert (response.status_code, response["Location"]) == (302, "/contact/?thanks#form")
    message = ContactMessage.objects.get()
    assert (message.name, message.email, message.state) == ("Anna Ö.", "anna@example.org", "new")
    assert message.text == "How can I help?\r\nAnna" and message.received_at == timezone.now()
    assert message.mail == OutgoingEmail.objects.get()
    assert "Your message has arrived" in text(client.get("/contact/?thanks"))
    assert "<form method" not in text(client.get("/contact/?thanks"))


@pytest.mark.usefixtures("contact")
def test_the_mail_goes_to_the_office_and_its_answer_to_the_sender(client, noon, settings):
    make_organisation(email="office@lfnkr.example")
    write(client, noon)
    message = mail()
    assert (message["To"], message["Reply-To"]) == ("office@lfnkr.example", "anna@example.org")
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    number = ContactMessage.objects.get().pk
    assert message["Subject"] == f"Contact form: message {number}"
    body = message.get_content()
    assert "Anna Ö. <anna@example.org> wrote" in body and "How can I help?\r\nAnna" in body
    assert f"{settings.SITE_URL}/admin/correspondence/contactmessage/{number}/change/" in body


@pytest.mark.parametrize("email", ["", None])
@pytest.mark.usefixtures("contact")
def test_without_an_address_of_its_own_the_office_is_who_we_write_as(client, noon, settings, email):
    Organisation.objects.all().delete() if email is None else make_organisation(email=email)
    write(client, noon)
    assert mail()["To"] == settings.DEFAULT_FROM_EMAIL


@pytest.mark.usefixtures("contact")
def test_the_office_reads_its_mail_in_english_wherever_it_was_written(client, noon, monkeypatch):
    monkeypatch.setattr("correspondence.contact.render_to_string", lambda *args: get_language())
    stamp = stamp_in(client.get("/ja/contact/"))
    noon.shift(10)
    response = client.post("/ja/contact/", TYPED | {"stamp": stamp})
    assert response["Location"] == "/ja/contact/?thanks#form"
    assert mail().get_content().strip() == "en"


@pytest.mark.usefixtures("contact")
def test_a_dead_mail_server_loses_nothing(client, noon, settings):
    settings.OUTBOX_TRANSPORT = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": 9,
    }
    assert write(client, noon).status_code == 302
    with pytest.raises(Exception, match="ConnectionRefusedError"):
        send_due()
    assert OutgoingEmail.objects.get().state == "waiting"


@pytest.mark.usefixtures("contact")
def test_a_mail_that_cannot_be_queued_keeps_no_message_either(client, noon, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr("correspondence.contact.queue", broken)
    client.raise_request_exception = False
    assert write(client, noon).status_code == 500
    assert not ContactMessage.objects.exists()


# Once


@pytest.mark.usefixtures("contact")
def test_pressing_twice_sends_once_and_thanks_twice(client, noon):
    typed = TYPED | {"stamp": stamp_in(client.get("/contact/"))}
    noon.shift(10)
    for _ in range(3):
        assert client.post("/contact/", typed)["Location"] == "/contact/?thanks#form"
    assert (ContactMessage.objects.count(), OutgoingEmail.objects.count()) == (1, 1)


@pytest.mark.usefixtures("contact")
def test_another_text_from_the_same_page_is_another_message(client, noon):
    typed = TYPED | {"stamp": stamp_in(client.get("/contact/"))}
    noon.shift(10)
    client.post("/contact/", typed)
    client.post("/contact/", typed | {"text": "I forgot something."})
    assert (ContactMessage.objects.count(), OutgoingEmail.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_are_one_message(monkeypatch):
    stamp, start = new_stamp(), threading.Barrier(8)
    monkeypatch.setattr("correspondence.guard.FASTEST", 0)

    def send():
        form = ContactForm(TYPED | {"stamp": stamp})
        assert form.is_valid()
        start.wait()
        form.receive("office@lfnkr.example")
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (ContactMessage.objects.count(), OutgoingEmail.objects.count()) == (1, 1)


# Refusals


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Tell us what to call you."),
        ({"name": " "}, "Tell us what to call you."),
        ({"email": ""}, "Without your e-mail address we cannot answer."),
        ({"email": "anna"}, "This is not a whole e-mail address."),
        (
            {"email": "anna@example.org\r\nBcc: all@example.org"},
            "This is not a whole e-mail address.",
        ),
        ({"email": '"a\x01"@example.org'}, "This is not a whole e-mail address."),
        ({"email": "a@example.org, b@example.org"}, "This is not a whole e-mail address."),
        ({"text": ""}, "Write what we shall read."),
        ({"text": "x" * 5001}, "at most 5000 characters (it has 5001)"),
        ({"name": "x" * 121}, "at most 120 characters (it has 121)"),
        ({"text": "a\0b"}, "Null characters are not allowed."),
        ({"website": "http://spam.example"}, "This field is a trap for robots."),
        ({"stamp": ""}, "open for more than a day"),
    ],
)
@pytest.mark.usefixtures("contact")
def test_what_is_refused_is_told_and_still_there(client, noon, typed, sentence):
    response = write(client, noon, **typed)
    body = text(response)
    assert response.status_code == 200
    assert sentence in body and "Not sent yet. What you typed is still below." in body
    kept = "How can I help?" if "text" not in typed else "Anna Ö."
    assert kept in body
    assert not ContactMessage.objects.exists() and not OutgoingEmail.objects.exists()


@pytest.mark.parametrize(
    "name", ["Anna\r\nBcc: all@example.org", "Anna\u2028Bcc: x", "安娜" * 60, "<b>"]
)
@pytest.mark.usefixtures("contact")
def test_no_name_writes_a_header(client, noon, name):
    assert write(client, noon, name=name).status_code == 302
    message = mail()
    assert message["Bcc"] is None
    assert sorted(OutgoingEmail.objects.get().recipients) == [message["To"]]
    assert len(ContactMessage.objects.get().name.splitlines()) == 1


@pytest.mark.usefixtures("contact")
def test_a_text_of_one_very_long_line_and_an_address_of_letters_from_afar_are_mailed(client, noon):
    assert write(client, noon, text="난" * 5000, email="anna@例え.jp").status_code == 302
    assert "난" * 5000 in mail().get_content().replace("\n", "")


@pytest.mark.usefixtures("contact")
def test_a_person_is_told_when_the_network_wrote_too_much(client, noon):
    for number in range(20):
        assert write(client, noon, text=f"{number}").status_code == 302
    response = write(client, noon, text="One more")
    assert response.status_code == 429
    assert "Too many messages came from your network" in text(response)
    assert "One more" in text(response)
    assert ContactMessage.objects.count() == 20
    noon.shift(3600)
    assert write(client, noon).status_code == 302


# What everybody gets


@pytest.mark.usefixtures("contact")
def test_the_form_sets_no_cookie_and_is_the_same_for_everybody_but_for_its_moment(client):
    def without_moment(response):
        return re.sub(r'name="stamp" value="[^"]+"', "", text(response))

    stranger = client.get("/contact/")
    client.force_login(make_user("publisher"))
    other = client.get("/contact/", REMOTE_ADDR="192.0.2.9", headers={"user-agent": "x"})
    assert without_moment(stranger) == without_moment(other)
    assert stamp_in(stranger) != stamp_in(other)
    assert not stranger.cookies and "no-store" in stranger["Cache-Control"]
    assert stranger["Vary"] == "Accept-Encoding"


@pytest.mark.usefixtures("contact")
def test_thanks_are_the_same_bytes_for_everybody(client):
    assert client.get("/contact/?thanks").content == client.get("/contact/?thanks").content


@pytest.mark.usefixtures("contact")
def test_no_cookie_no_token_and_no_address_is_needed_or_kept(noon):
    client = Client(enforce_csrf_checks=True)
    response = write(client, noon)
    assert response.status_code == 302 and not response.cookies
    kept = [*ContactMessage.objects.values(), *FormUse.objects.values()]
    kept.append(OutgoingEmail.objects.get().rendered())
    assert "127.0.0.1" not in str(kept)


@pytest.mark.usefixtures("contact")
def test_nothing_that_was_typed_reaches_a_log(client, noon, caplog):
    caplog.set_level(logging.DEBUG)
    write(client, noon)
    write(client, noon, email="anna")
    logged = " ".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert "anna" not in logged.lower() and "How can I" not in logged


@pytest.mark.parametrize("state", ["draft", "withdrawn", "scheduled"])
def test_a_form_that_is_not_public_takes_nothing(client, state):
    make_page(state, slug="contact", has_contact_form=True)
    assert client.post("/contact/", TYPED).status_code in (404, 410)
    assert not ContactMessage.objects.exists()


# In the office


def test_the_office_sees_messages_newest_first_and_by_state(client):
    client.force_login(make_staff("editor"))
    make_message(text="First", key="1")
    make_message(text="Second", key="2", state="spam")
    body = text(client.get(list_url(MODEL)))
    assert body.index("Second") < body.index("First")
    assert "Second" not in text(client.get(list_url(MODEL) + "?state__exact=new"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(client, django_assert_num_queries, count):
    client.force_login(make_staff("editor"))
    for number in range(count):
        make_message(key=str(number))
    client.get(list_url(MODEL))
    with django_assert_num_queries(7):
        assert text(client.get(list_url(MODEL))).count("How can I help?") == count


@pytest.mark.parametrize(("action", "state"), [("answered", "answered"), ("spam", "spam")])
def test_staff_mark_messages(client, action, state):
    client.force_login(make_staff("editor"))
    message, other = make_message(key="1"), make_message(key="2")
    assert told(act(client, action, message, model=MODEL)) == ["1 message is marked."]
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, other.state) == (state, "new")


def test_what_was_written_to_us_nobody_rewrites(client):
    client.force_login(make_staff("publisher"))
    message = make_message()
    client.post(
        change_url(message), {"state": "answered", "text": "Changed", "name": "x", "email": "y"}
    )
    message.refresh_from_db()
    assert (message.state, message.text, message.name) == ("answered", TYPED["text"], "Anna Ö.")


@pytest.mark.usefixtures("contact")
def test_an_erased_message_keeps_day_and_state_alone_and_its_mail_goes_too(client, noon):
    write(client, noon)
    received = ContactMessage.objects.get().received_at
    client.force_login(make_staff("editor"))
    act(client, "spam", ContactMessage.objects.get(), model=MODEL)
    assert (
        told(act(client, "erase", ContactMessage.objects.get(), model=MODEL))[-1]
        == "1 message is erased."
    )
    message = ContactMessage.objects.get()
    assert (message.name, message.email, message.text, message.key) == ("", "", "", None)
    assert (message.received_at, message.state) == (received, "spam")
    assert not OutgoingEmail.objects.exists()
    assert "(erased)" in text(client.get(list_url(MODEL)))


def test_erasing_touches_only_what_was_ticked():
    message, other = make_message(key="1"), make_message(key="2")
    assert ContactMessage.objects.filter(pk=message.pk).erase() == 1
    other.refresh_from_db()
    assert other.text == TYPED["text"]
    assert ContactMessage.objects.filter(pk=message.pk).erase() == 0


@pytest.mark.parametrize("field", ["name", "email", "text", "key"])
def test_the_database_refuses_a_half_erased_message(field):
    fields = {"name": "", "email": "", "text": "", "key": None, field: "x"}
    with pytest.raises(IntegrityError, match="contact_message_erased_whole"), transaction.atomic():
        ContactMessage.objects.create(**fields, erased_at=timezone.now())


def test_the_database_keeps_a_message_once():
    make_message()
    with pytest.raises(IntegrityError, match="contact_message_once"), transaction.atomic():
        make_message()


def test_nobody_adds_or_deletes_messages_and_volunteers_see_none(client):
    message = make_message()
    client.force_login(make_user("superuser"))
    assert client.get(f"/admin/{MODEL.replace('_', '/')}/add/").status_code == 403
    assert client.post(f"/admin/{MODEL.replace('_', '/')}/{message.pk}/delete/").status_code == 403
    client.force_login(make_user("volunteer"))
    assert client.get(list_url(MODEL)).status_code == 302
    client.force_login(make_user("volunteer", is_staff=True))
    assert client.get(list_url(MODEL)).status_code == 403
