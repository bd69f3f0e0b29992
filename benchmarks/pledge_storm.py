"""Whether a pledge that was thanked for is ever lost, and how many a second there can be.

    python3 dev.py lint                                        # once: makes .venv
    .venv/bin/python benchmarks/pledge_storm.py [--seconds 60] [--hostile 10000]

Sixteen connections send pledges while the web server is killed (SIGKILL) and started again three
times, and a real mail server on loopback is away for the middle half. Whoever gets no answer sends
the same form again, as people do. Then every pledge whose page of thanks was delivered must be in
the database exactly once, and its letter must have arrived, however often, under one Message-ID.
After that come hostile posts: no answer may be an error of ours, repeat markup, or leave a row.
The database is a scratch one, made anew.
"""

import argparse
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
PORT, CONNECTIONS, KILLS = 8620, 16, 3
LARGE = 2_500_000  # bytes of a form, DATA_UPLOAD_MAX_MEMORY_SIZE
DRAIN = 420  # seconds at most until the last letter must have come
SERVER = (f"granian --interface wsgi --host 127.0.0.1 --port {PORT} --workers 2 --blocking-threads 4"
          " --backpressure 512 --log-level critical --no-access-log lfnkr.wsgi:application")  # fmt: skip
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SETTINGS = {
    "SECRET_KEY": "only-for-benchmarks",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": f"http://127.0.0.1:{PORT}",
    "DEFAULT_FROM_EMAIL": "office@example.org",
    "HTTPS": "off",
    "STATIC_ROOT": str(ROOT / "var/benchmarks/static"),
    "DJANGO_SETTINGS_MODULE": "benchmarks.storm_settings",
    "PYTHONPATH": str(ROOT),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--hostile", type=int, default=10_000)
    options = parser.parse_args()
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        os.environ |= SETTINGS | postgres.environment("pledges") | {"EMAIL_URL": "memorymail://"}
        subprocess.run(["dropdb", "--if-exists", "--force", "pledges"], check=True)
        subprocess.run(["createdb", "pledges"], check=True)
        for command in ("migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
            subprocess.run([sys.executable, "manage.py", *command.split()], cwd=ROOT, check=True)
        import django

        django.setup()
        failed = storm(options.seconds) + hostile(options.hostile)
    sys.exit(f"\n{failed} promises broken" if failed else "\nall promises kept")


class Process:
    """A program in a group of its own, which can be killed whole and started again."""

    def __init__(self, command):
        self.command = command
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def kill(self, how=signal.SIGKILL):
        os.killpg(self.process.pid, how)
        self.process.wait(30)


@contextmanager
def running(*command):
    process = Process([sys.executable, *command])
    try:
        yield process
    finally:
        process.kill()


# The storm


class Donor(threading.Thread):
    """Sends one pledge after the other over one connection, and each again until it is thanked."""

    def __init__(self, number, until, need):
        super().__init__(daemon=True)
        self.number, self.until, self.need = number, until, need
        self.thanked, self.sent_again, self.connection = [], 0, None

    def run(self):
        count = 0
        while time.monotonic() < self.until:
            count += 1
            email = f"donor-{self.number}-{count}@example.org"
            if self.pledge(email):
                self.thanked.append(email)

    def pledge(self, email):
        """Send a form until its page of thanks is there; False when the time is over before."""
        body = urlencode(self.form(email))
        while time.monotonic() < self.until + 30:
            try:
                answer = self.ask("POST", "/campaigns/storm/pledge/", body)
                if (
                    answer.status == 302
                    and self.ask("GET", answer.headers["Location"]).status == 200
                ):
                    return True
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.1)
            self.sent_again += 1
        return False

    def form(self, email):
        from benchmarks.stamps import stamp

        return {
            f"need-{self.need.pk}-money": "3 sets", "currency": "USD", "rhythm": "once",
            "name": "Anna", "email": email, "language": "en", "shown": "nothing", "website": "",
            "step": "send", "stamp": stamp(seconds_ago=10),
        }  # fmt: skip

    def ask(self, method, address, body=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
        self.connection.request(method, address, body, FORM if body else {})
        answer = self.connection.getresponse()
        answer.read()
        return answer


def storm(seconds):
    from tests.campaigns_factories import make_campaign
    from tests.donations_factories import make_method, priced_need
    from tests.smtp import MailServer

    need, mail = priced_need(campaign=make_campaign(slug="storm"), target=10**6), MailServer()
    make_method()
    mail.start()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
    with running("-m", *SERVER.split()) as web, running("manage.py", "worker"):
        wait_for_web()
        began = time.monotonic()
        donors = [Donor(number, began + seconds, need) for number in range(CONNECTIONS)]
        for donor in donors:
            donor.start()
        trouble(web, mail, began, seconds)
        for donor in donors:
            donor.join(seconds + 60)
        took = time.monotonic() - began
        thanked = [email for donor in donors for email in donor.thanked]
        waited = drain(mail, len(thanked))
    mail.stop()
    again = sum(donor.sent_again for donor in donors)
    print(f"{len(thanked)} pledges thanked for in {took:.0f} s: {len(thanked) / took:.1f} a second")
    print(
        f"{again} forms were sent again after an answer was lost; letters took {waited:.0f} s more"
    )
    return lost(thanked, mail)


def trouble(web, mail, began, seconds):
    """Kill the web server three times; take the mail server away for the middle half."""
    steps = [((number + 1) / (KILLS + 1), "kill") for number in range(KILLS)]
    steps += [(0.25, "mail away"), (0.75, "mail back")]
    for share, step in sorted(steps):
        time.sleep(max(0, began + share * seconds - time.monotonic()))
        if step == "kill":
            web.kill()
            web.start()
        elif step == "mail away":
            mail.stop()
        else:
            mail.start()
        print(f"{time.monotonic() - began:4.0f} s: {step}", flush=True)


def wait_for_web():
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/healthz")
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("pledge_storm.py: the web server did not start")


def drain(mail, expected):
    """Wait until as many letters have come; return how long that took."""
    began = time.monotonic()
    while time.monotonic() < began + DRAIN and len(set(mail.recipients())) < expected:
        time.sleep(1)
    return time.monotonic() - began


def lost(thanked, mail):
    """Count the pledges that are missing or twice, and those whose letter did not come rightly."""
    from django.db.models import Count

    from donations.models import Pledge

    rows = dict(Pledge.objects.values_list("donor__email").annotate(Count("pk")))
    letters = defaultdict(list)
    for accepted in mail.accepted:
        letters[accepted.recipients[0]].append(accepted.message["Message-ID"])
    missing = sum(rows.get(email, 0) != 1 for email in thanked)
    twice = sum(count != 1 for count in rows.values())
    unwritten = sum(len(set(letters[email])) != 1 for email in thanked)
    more = sum(len(ids) > 1 for ids in letters.values())
    print(f"in the database not exactly once: {missing}; of all forms twice: {twice}")
    print(
        f"without a letter of one Message-ID: {unwritten}; letters that came more than once: {more}"
    )
    return missing + twice + unwritten


# Enemies


def hostile(count):
    from benchmarks.stamps import stamp
    from campaigns.models import Need
    from tests.test_donations_hostile import MARKUP, counts, hostile_post

    before, chance = counts(), random.Random(count)  # noqa: S311 - chance, not secrets
    needs = [f"need-{need.pk}-{kind}" for need in Need.objects.all() for kind in ("money", "goods")]
    stamps = [stamp(25 * 3600), stamp(-3600), "", "a:b:c"]
    posts = [urlencode(hostile_post(chance, needs, stamps), doseq=True) for _ in range(count)]
    addresses = ["/donate/", "/campaigns/storm/pledge/", "/ja/donate/", "/pledges/lost-link/"]
    answers, echoes, broken, cut = defaultdict(int), [], [], []

    def send(part):
        for number, body in enumerate(part):
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
            try:
                connection.request("POST", addresses[number % len(addresses)], body, FORM)
                answer = connection.getresponse()
                said = answer.read()
                answers[answer.status] += 1
                if MARKUP.encode() in said:
                    echoes.append(body)
            except (OSError, http.client.HTTPException) as error:
                # What is too large is refused before all of it has been sent.
                (cut if len(body) > LARGE else broken).append(repr(error))
            connection.close()

    with running("-m", *SERVER.split()):
        wait_for_web()
        parts = [posts[start::CONNECTIONS] for start in range(CONNECTIONS)]
        threads = [threading.Thread(target=send, args=[part], daemon=True) for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(900)
    errors = sum(number for status, number in answers.items() if status >= 500)
    kept = sum(after - was for after, was in zip(counts(), before, strict=True))
    print(
        f"\n{count} hostile posts: {dict(sorted(answers.items()))}, "
        f"{len(cut)} refused while they were sent, {len(broken)} without an answer"
    )
    for what, number in Counter(broken).items():
        print(f"  {number}: {what}")
    print(f"errors of ours: {errors}; markup repeated: {len(echoes)}; rows left behind: {kept}")
    return errors + len(echoes) + kept + len(broken)


if __name__ == "__main__":
    main()
