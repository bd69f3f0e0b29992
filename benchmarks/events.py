"""What events cost at 10,000 events with 100,000 sessions, inside the server.

    python3 dev.py lint                          # once: makes .venv
    .venv/bin/python benchmarks/events.py [--events 10000]

Seeds an empty database of its own (var/benchmarks), spread over twenty years up to one ahead, every
event public and every fifth session not. Prints queries, kilobytes and milliseconds of 40 requests
through the whole of Django; "work" is the processor's time of the median one, which a busy machine
does not lengthen as much. The calendar is measured as most requests find it, written
before; as the first after a start finds it; and asked for by a client that has it already.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SESSIONS_AN_EVENT, ROUNDS, CHUNK = 10, 40, 500
BOUNDS = {"list": 60, "event page": 40, "full calendar": 300}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000)
    count = parser.parse_args().events
    if os.environ.get("IN_BENCHMARK"):
        return inside(count)
    from benchmarks.measure import SETTINGS, manage
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        name = f"events_{count}"
        env = {**os.environ, **SETTINGS, **postgres.environment(name), "IN_BENCHMARK": "1"}
        subprocess.run(["createdb", name], env=env, stderr=subprocess.DEVNULL, check=False)
        for command in ("migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
            manage(env, *command.split())
        command = [sys.executable, __file__, "--events", str(count)]
        return subprocess.run(command, env=env, check=False).returncode


def inside(count):
    import django

    django.setup()
    seed_when_empty(count)
    return report(measure_all())


def seed_when_empty(count):
    from django.db import connection
    from django.utils import timezone

    from events.models import Event, Session

    if Event.objects.exists():
        return
    started = time.monotonic()
    last = date.today() + timedelta(days=365)  # noqa: DTZ011 - any day will do
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        events = Event.objects.bulk_create(
            make_event(Event, n, last - timedelta(days=n * 20 * 365 // count), timezone.now())
            for n in numbers
        )
        Session.objects.bulk_create(
            make_session(Session, event, n) for event in events for n in range(SESSIONS_AN_EVENT)
        )
        print(f"{start} of {count}", end="\r", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"seeded {count} events in {time.monotonic() - started:.0f} s")


def make_event(model, number, day, now):
    return model(
        title_en=f"Event number {number}",
        title_ja=f"第{number}回の集まり",
        slug=f"event-{number}",
        teaser_en="An evening for everybody who wants to help, with time for questions. " * 2,
        text_en="<p>Rice, clothes and medicine: what is needed, and how it gets there.</p>" * 8,
        place_en="A hall in Tokyo",
        starts_on=day,
        ends_on=day + timedelta(days=2),
        status="confirmed",
        state="published",
        published_at=now - timedelta(days=number % 700),
    )


def make_session(model, event, number):
    return model(
        event=event,
        title_en=f"Session {number} of {event.slug}",
        text_en="<p>A talk with pictures and questions.</p>",
        speakers_en="Ms A\nMr B",
        room_en=f"Room {number % 3}",
        day=event.starts_on + timedelta(days=number % 3),
        starts=clock(9 + number),
        ends=clock(9 + number, 45),
        audience="volunteers" if number % 5 == 4 else "public",
        outsiders_see="label",
    )


def measure_all():
    from django.test import Client

    from events import calendars
    from events.models import Event

    client = Client()
    middle = Event.objects.published().order_by("pk")[Event.objects.count() // 2]
    pages = {
        "list": "/events/",
        "past": "/events/past/",
        "year": f"/events/{middle.starts_on.year}/",
        "event page": middle.get_absolute_url(),
        "event calendar": f"{middle.get_absolute_url()}calendar.ics",
        "feed": "/events/feed.atom",
        "full calendar": "/events/calendar.ics",
    }
    found = {name: measure(client, address) for name, address in pages.items()}
    etag = client.get("/events/calendar.ics")["ETag"]
    found["full calendar, 304"] = measure(
        client, "/events/calendar.ics", headers={"if-none-match": etag}
    )
    found["full calendar, first"] = measure(
        client, "/events/calendar.ics", before=calendars.WRITTEN.clear, rounds=5
    )
    return found


def measure(client, address, before=lambda: None, rounds=ROUNDS, **asked):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, **asked)
    count = len(queries)
    assert response.status_code in (200, 304), (address, response.status_code)
    connection.force_debug_cursor = False
    times, work = [], []
    for _ in range(rounds):
        before()
        started, worked = time.perf_counter(), time.process_time()
        client.get(address, **asked)
        work.append((time.process_time() - worked) * 1000)
        times.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    p50, worked = statistics.median(times), statistics.median(work)
    return count, len(response.content) / 1000, min(times), worked, p50, p95


def report(found):
    print(
        f"{'':24}{'queries':>8}{'kB':>9}{'fastest':>9}{'work':>8}{'p50':>8}{'p95':>8}{'bound':>8}"
    )
    for name, (queries, kilobytes, fastest, work, p50, p95) in found.items():
        bound = BOUNDS.get(name, "")
        print(f"{name:24}{queries:>8}{kilobytes:>9.1f}{fastest:>9.1f}{work:>8.1f}{p50:>8.1f}{p95:>8.1f}{bound:>8}")  # fmt: skip
    return any(found[name][-1] > bound for name, bound in BOUNDS.items())


if __name__ == "__main__":
    sys.exit(main())
