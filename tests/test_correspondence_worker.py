import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.mail import send_mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from correspondence.models import OutgoingEmail
from correspondence.outbox import send_due
from donations.models import Telling
from lfnkr.management.commands import worker as worker_command

pytest_plugins = ["smtp"]


@pytest.fixture
def worker(transactional_db, outbox, mail_server):
    worker = Worker(mail_server)
    yield worker
    worker.kill()
    worker.communicate()


def test_a_worker_killed_before_it_noted_the_sending_sends_again_under_the_same_message_id(
    worker, outbox, mail_server
):
    mail_server.on_accepted = worker.kill
    mail = queue()
    assert worker.wait(timeout=30) == -signal.SIGKILL
    mail_server.on_accepted = lambda: None
    wait_until(send_due)  # the database lets go of the lock when it sees that the worker is gone
    first, second = mail_server.accepted
    assert first.message["Message-ID"] == second.message["Message-ID"] == mail.message_id
    assert first.content == second.content
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == ("sent", 1)


def test_the_worker_outlives_its_database_connection_and_ends_when_asked(
    worker, outbox, mail_server
):
    for _ in range(2):
        queue()
        wait_until(lambda: not outbox.filter(state="waiting").exists())
        cut_other_connections()
    worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=30)
    assert worker.returncode == 0, log
    assert len(mail_server.accepted) == 2
    assert "The database does not answer (" in log
    assert "example.org" not in log


def test_a_lost_database_is_waited_for_also_where_django_translates_no_error(
    transactional_db, outbox, mail_server, monkeypatch, caplog
):
    def read_in_pieces():
        cursor = connection.chunked_cursor()
        cursor.execute("SELECT 1")
        cut_other_connections(connection.copy())
        cursor.close()

    monkeypatch.setattr(worker_command, "EVERY_HOUR", [read_in_pieces])
    with pytest.raises(CommandError, match="Work is left: The database did not answer."):
        call_command("worker", once=True)
    [line] = caplog.messages
    assert line.startswith("The database does not answer (")


def test_a_mail_sent_while_the_signal_comes_is_finished(worker, outbox, mail_server):
    mail_server.on_accepted = worker.terminate
    mails = [queue(), queue()]
    assert worker.wait(timeout=30) == 0
    assert mail_server.message_ids() == [mails[0].message_id]
    assert sorted(outbox.values_list("state", flat=True)) == ["sent", "waiting"]


def test_once_works_off_what_is_due_and_ends(db, outbox, mail_server):
    for _ in range(25):
        queue()
    call_command("worker", once=True)
    assert len(mail_server.accepted) == 25


def test_once_says_that_the_mail_server_is_down(db, outbox, mail_server, caplog):
    mail_server.stop()
    queue()
    with pytest.raises(CommandError, match="Work is left: The mail server did not answer."):
        call_command("worker", once=True)
    [line] = caplog.messages
    assert line.startswith("The mail server does not answer (ConnectionRefusedError")


def test_the_worker_erases_what_is_old(db, outbox, mail_server, settings):
    settings.OUTBOX_KEEP_DAYS = 10
    mail = queue()
    send_due()
    outbox.update(queued_at=timezone.now() - timedelta(days=11))
    call_command("worker", once=True)
    mail.refresh_from_db()
    assert mail.content is None


def test_the_worker_tells_of_donations_after_the_end_of_a_month(db, outbox, mail_server):
    call_command("worker", once=True)
    first_of_month = timezone.localdate().replace(day=1)
    assert Telling.objects.get().until == first_of_month - timedelta(days=1)


def cut_other_connections(ours=connection):
    with ours.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def queue():
    send_mail("Thank you", "Your gift has arrived.", None, ["hana@example.org"])
    return OutgoingEmail.objects.latest("pk")


def wait_until(condition):
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("It never happened.")


class Worker(subprocess.Popen):
    """`manage.py worker` as a process of its own, on the tests' database."""

    def __init__(self, mail_server):
        addresses = {
            "DATABASE_URL": url_of_test_database(),
            "EMAIL_URL": f"smtp://{mail_server.hostname}:{mail_server.port}",
        }
        super().__init__(
            [sys.executable, "manage.py", "worker"],
            cwd=django_settings.BASE_DIR,
            env=os.environ | addresses,
            stderr=subprocess.PIPE,
            text=True,
        )


def url_of_test_database():
    url = urlsplit(os.environ["DATABASE_URL"])
    folder = url.path.rpartition("/")[0]
    return url._replace(path=f"{folder}/{connection.settings_dict['NAME']}").geturl()
