from datetime import timedelta
from itertools import repeat
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from factories import make_user

from correspondence.models import WAITS, OutgoingEmail
from correspondence.outbox import MailServerDown, send_due

pytest_plugins = ["smtp"]

State = OutgoingEmail.State


@pytest.fixture
def mail(db, outbox):
    return queue(to=["hana@example.org", "jun@example.org", "min@example.org"])


def test_an_email_is_queued_in_the_callers_transaction(db, outbox, mail_server):
    with transaction.atomic():
        send_mail("Thank you", "", None, ["hana@example.org"])
        transaction.set_rollback(True)
    assert send_due() == 0
    assert send_mail("Thank you", "", None, ["hana@example.org"]) == 1
    assert send_due() == 1
    assert mail_server.recipients() == ["hana@example.org"]


def test_an_email_to_nobody_is_not_queued(db, outbox):
    assert send_mail("Thank you", "", None, []) == 0
    assert outbox.count() == 0


def test_everything_in_an_email_arrives(db, outbox, mail_server):
    pdf = bytes(range(256)) * 40
    email = EmailMultiAlternatives(
        "ご支援ありがとうございます " * 10,
        ".\nFrom here: 本文\n" + "長" * 2000,
        "事務局 <office@example.org>",
        to=["支援者 <hana@example.org>"],
        cc=["jun@example.org"],
        bcc=["min@example.org", "jun@example.org"],
        reply_to=["reply@example.org"],
        headers={"List-Unsubscribe": "<https://example.org/>", "Bcc": "min@example.org"},
    )
    email.attach_alternative("<p>本文</p>", "text/html")
    email.attach("領収書.pdf", pdf, "application/pdf")
    email.send()
    send_due()
    [arrived] = mail_server.accepted
    message = arrived.message
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    [attachment] = message.iter_attachments()
    assert arrived.sender == "office@example.org"
    assert arrived.recipients == ["hana@example.org", "jun@example.org", "min@example.org"]
    assert message["Subject"].strip() == email.subject.strip()
    assert message["To"] == "支援者 <hana@example.org>"
    assert message["Cc"] == "jun@example.org"
    assert message["Reply-To"] == "reply@example.org"
    assert message["List-Unsubscribe"] == "<https://example.org/>"
    assert message["Bcc"] is None
    assert b"min@example.org" not in arrived.content
    assert text.get_content().replace("\r\n", "\n").rstrip() == email.body
    assert html.get_content().strip() == "<p>本文</p>"
    assert attachment.get_filename() == "領収書.pdf"
    assert attachment.get_content() == pdf


@pytest.mark.parametrize(
    "bad", [{"subject": "Hello\nBcc: spy@example.org"}, {"to": ["hana@example.org\nspy"]}]
)
def test_an_injected_header_is_refused_when_queued(db, outbox, bad):
    with pytest.raises((BadHeaderError, ValueError)):
        queue(**bad)
    assert outbox.count() == 0


def test_a_message_id_is_queued_once(db, outbox):
    queue(headers={"Message-ID": "<one@example.org>"})
    with pytest.raises(IntegrityError, match="outgoing_email_queued_once"), transaction.atomic():
        queue(headers={"message-id": "<one@example.org>"})


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"next_try_at": None}, "outgoing_email_waits_for_a_moment"),
        ({"state": State.GIVEN_UP}, "outgoing_email_waits_for_a_moment"),
        ({"state": State.SENT, "next_try_at": None}, "outgoing_email_sent_at_a_moment"),
        ({"sent_at": timezone.now}, "outgoing_email_sent_at_a_moment"),
    ],
)
def test_state_and_moments_agree(mail, outbox, fields, rule):
    fields = {name: value() if callable(value) else value for name, value in fields.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        outbox.update(**fields)


def test_an_idle_outbox_costs_one_query_and_no_connection(
    db, outbox, mail_server, django_assert_num_queries
):
    mail_server.stop()
    with django_assert_num_queries(1):
        assert send_due() == 0


def test_a_dead_mail_server_costs_no_mail_a_try(mail, outbox, mail_server):
    mail_server.stop()
    with pytest.raises(MailServerDown, match="^ConnectionRefusedError"):
        send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (State.WAITING, 0)
    mail_server.start()
    assert send_due() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.outstanding) == (State.SENT, 1, [])
    assert mail_server.message_ids() == [mail.message_id]


def test_a_passing_refusal_is_tried_again_later(mail, mail_server):
    mail_server.answers = repeat("451 Greylisted, hana@example.org")
    assert send_due() == 1
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.WAITING, "SMTPDataError 451")
    mail_server.answers = repeat("250 OK")
    make_due()
    assert send_due() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.last_error) == (State.SENT, 2, "")


def test_waits_grow_until_it_is_given_up_after_about_three_days(mail, mail_server, time_machine):
    mail_server.answers = repeat("451 Not now")
    start = mail.next_try_at
    while mail.state == State.WAITING:
        last_try = mail.next_try_at
        time_machine.move_to(last_try)
        assert send_due() == 1
        mail.refresh_from_db()
    assert mail.state == State.GIVEN_UP
    assert mail.tries == len(WAITS) + 1
    assert timedelta(days=2.5) < last_try - start < timedelta(days=3.5)
    assert sorted(WAITS) == WAITS


def test_a_refused_message_is_given_up_at_once(mail, mail_server, caplog):
    mail_server.answers = repeat("554 hana@example.org does not like it")
    send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.GIVEN_UP, "SMTPDataError 554")
    assert caplog.messages == [f"E-mail {mail.pk} given up: SMTPDataError 554"]


def test_refused_by_all_for_good_it_is_given_up_at_once(mail, mail_server, caplog):
    mail_server.refused_recipients = dict.fromkeys(mail.recipients, 550)
    send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.GIVEN_UP, "550 for 3 of 3 recipients")
    assert mail_server.accepted == []
    assert "example.org" not in caplog.text


def test_nobody_gets_it_twice_when_some_were_refused(mail, mail_server):
    mail_server.refused_recipients = {"jun@example.org": 450, "min@example.org": 550}
    send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.WAITING, "450, 550 for 2 of 3 recipients")
    del mail_server.refused_recipients["jun@example.org"]
    make_due()
    send_due()
    mail.refresh_from_db()
    assert mail_server.recipients() == ["hana@example.org", "jun@example.org"]
    assert (mail.state, mail.last_error) == (State.GIVEN_UP, "550 for 1 of 3 recipients")
    assert mail.outstanding == ["min@example.org"]


def test_a_refused_sender_waits_until_our_side_is_mended(mail, mail_server):
    async def handle_MAIL(*envelope_and_others):
        return "550 office@example.org may not send"

    mail_server.handle_MAIL = handle_MAIL
    send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.WAITING, "SMTPSenderRefused 550")


def test_a_broken_row_does_not_block_the_others(mail, outbox, mail_server):
    outbox.update(content=None)
    other = queue()
    assert send_due() == 2
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.WAITING, "TypeError")
    assert mail_server.message_ids() == [other.message_id]


def test_a_connection_lost_in_one_mail_is_opened_again_for_the_next(mail, mail_server):
    other = queue()
    mail_server.answers = iter(["421 Closing", "250 OK"])
    assert send_due() == 2
    assert mail_server.message_ids() == [other.message_id]


def test_one_connection_serves_many_mails(db, outbox, mail_server):
    for _ in range(3):
        queue()
    assert send_due(limit=2) == 2
    assert send_due() == 1
    assert mail_server.connections == 2


def test_workers_side_by_side_send_each_mail_once(transactional_db, outbox, mail_server):
    mails = {queue().message_id for _ in range(20)}
    start = Barrier(3)

    def work():
        start.wait()
        send_due()
        connection.close()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(mail_server.message_ids()) == sorted(mails)
    assert set(outbox.values_list("state", flat=True)) == {State.SENT}


def test_erasing_leaves_the_row_and_nothing_personal(mail, outbox):
    send_due()
    waiting = queue()
    outbox.update(queued_at=timezone.now() - timedelta(days=31))
    young = queue()
    send_due()
    outbox.filter(pk=waiting.pk).update(
        state=State.WAITING, next_try_at=timezone.now(), sent_at=None
    )
    assert outbox.erase_older_than(days=30) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.content, mail.subject, mail.sender) == (State.SENT, None, "", "")
    assert (mail.recipients, mail.outstanding) == ([], [])
    assert outbox.exclude(content=None).count() == 2
    assert outbox.erase_older_than(days=30) == 0
    assert young.recipients


def test_the_console_shows_mails_in_plain_letters(mail, outbox, settings, capsys):
    settings.OUTBOX_TRANSPORT = {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    outbox.all().delete()
    queue("ご支援ありがとうございます")
    assert send_due() == 1
    printed = capsys.readouterr().out
    assert "ご支援ありがとうございます" in printed
    assert "Your gift has arrived." in printed


def test_staff_try_a_given_up_mail_again(mail, outbox, mail_server, admin_client):
    mail_server.answers = repeat("554 No")
    send_due()
    mail_server.answers = repeat("250 OK")
    sent_before = queue()
    send_due()
    response = run_try_again(admin_client)
    assert "1 given-up e-mail is queued again." in response.content.decode()
    assert send_due() == 1
    assert sorted(mail_server.message_ids()) == sorted([mail.message_id, sent_before.message_id])


def test_whoever_may_only_look_tries_nothing_again(mail, outbox, mail_server, client):
    mail_server.answers = repeat("554 No")
    send_due()
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_outgoingemail"))
    client.force_login(user)
    run_try_again(client)
    assert outbox.get().state == State.GIVEN_UP


def test_an_erased_mail_is_not_tried_again(mail, outbox, mail_server):
    mail_server.answers = repeat("554 No")
    send_due()
    assert outbox.erase_older_than(days=0) == 1
    assert outbox.try_again() == 0


def test_the_admin_shows_recipients_in_the_detail_only_and_the_text_nowhere(mail, admin_client):
    page = admin_client.get(reverse("admin:correspondence_outgoingemail_changelist"))
    assert "Thank you" in page.content.decode()
    assert "hana@example.org" not in page.content.decode()
    page = admin_client.get(
        reverse("admin:correspondence_outgoingemail_change", args=[mail.pk])
    ).content.decode()
    assert "hana@example.org" in page
    assert "Your gift" not in page
    assert 'name="_save"' not in page


def queue(subject="Thank you", to=("hana@example.org",), **fields):
    EmailMessage(subject, "Your gift has arrived.", to=to, **fields).send()
    return OutgoingEmail.objects.latest("pk")


def make_due():
    OutgoingEmail.objects.filter(state=State.WAITING).update(next_try_at=timezone.now())


def run_try_again(client):
    selected = list(OutgoingEmail.objects.values_list("pk", flat=True))
    return client.post(
        reverse("admin:correspondence_outgoingemail_changelist"),
        {"action": "try_again", "_selected_action": selected},
        follow=True,
    )
