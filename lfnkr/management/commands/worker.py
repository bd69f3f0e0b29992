import logging
import signal
import time

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from correspondence.models import OutgoingEmail
from correspondence.outbox import MailServerDown, send_due
from donations.erasing import purge
from donations.pledging import keep_time
from donations.usage.telling import tell
from events.registering import forget_outdated
from events.shifts import remind_due
from library.variants import make_due_variants

logger = logging.getLogger(__name__)

PAUSE = 1  # second: what a person waits for a mail, and the worker for a signal to end
MAIL_SERVER_PAUSE = 30  # seconds: knocking more often locks the account of a mistyped password
HOUR = 3600  # seconds


def erase_old_mails():
    OutgoingEmail.objects.erase_older_than(settings.OUTBOX_KEEP_DAYS)


# Also psycopg's own: Django ends a query that is read in pieces without translating its errors.
LOST = (InterfaceError, OperationalError, psycopg.InterfaceError, psycopg.OperationalError)

# What the calendar asks for. Each can run at any hour, as often as one likes, and twice at once.
EVERY_HOUR = [erase_old_mails, keep_time, tell, purge, forget_outdated, remind_due]


class Command(BaseCommand):
    help = "Send due e-mails and make due picture sizes, again and again until stopped."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            help="Work off what is due and end; for cron.",
        )

    def handle(self, *, once, **options):
        self.stopping = False
        self.outages = set()
        self.mail_rests_until = self.hour_begins = 0
        if not once:
            signal.signal(signal.SIGTERM, self.stop)
            signal.signal(signal.SIGINT, self.stop)
        while not self.stopping:
            done = self.work()
            if once and not done:
                return self.say_what_is_left()
            if not done:
                time.sleep(PAUSE)

    def stop(self, *signal_and_frame):
        self.stopping = True

    def say_what_is_left(self):
        if self.outages:
            raise CommandError(f"Work is left: {' and '.join(self.outages)} did not answer.")

    def work(self):
        """Do a little of everything that is due and return how much; wait for a lost database."""
        try:
            done = self.send() + self.make_variants()
            self.look_at_the_calendar()
        except LOST as error:
            connection.close()  # the next query opens a new one
            self.miss("The database", type(error).__name__)
            return 0
        self.find("The database")
        return done

    def send(self):
        if time.monotonic() < self.mail_rests_until:
            return 0
        try:
            sent = send_due(limit=20, stopping=lambda: self.stopping)
        except MailServerDown as down:
            self.mail_rests_until = time.monotonic() + MAIL_SERVER_PAUSE
            self.miss("The mail server", down)
            return 0
        if sent:
            self.find("The mail server")
        return sent

    def make_variants(self):
        # One at a time: mails must not wait for a hundred new pictures.
        return make_due_variants(limit=1)

    def look_at_the_calendar(self):
        if time.monotonic() >= self.hour_begins:
            for act in EVERY_HOUR:
                act()
            self.hour_begins = time.monotonic() + HOUR

    def miss(self, what, error):
        """Log that `what` is away: once an outage, not every second of it."""
        if what not in self.outages:
            logger.warning("%s does not answer (%s); its work waits.", what, error)
        self.outages.add(what)

    def find(self, what):
        if what in self.outages:
            logger.warning("%s answers again.", what)
        self.outages.discard(what)
