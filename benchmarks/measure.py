"""What each public page costs at 300 articles and at 100,000.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/measure.py [--articles 100000] [--seconds 2]

Prints per page: queries, bytes, time inside Django at both sizes, the articles shown at both, and
requests per second at 16 connections over the site's own server, with the processor's time for one;
both also as a share of a bare Django view measured in the same rounds. Needs Debian's `wrk`. The
scratch databases stay in var/benchmarks.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SMALL = 300
ROUNDS = 3
SITE, BARE = 8610, 8611
SERVER = "--interface wsgi --host 127.0.0.1 --workers 2 --blocking-threads 4 --backpressure 512"
SETTINGS = {
    "SECRET_KEY": "only-for-benchmarks",
    "ALLOWED_HOSTS": "127.0.0.1,testserver",
    "SITE_URL": "http://127.0.0.1:8610",
    "EMAIL_URL": "memorymail://",
    "DEFAULT_FROM_EMAIL": "office@example.org",
    "HTTPS": "off",
    "STATIC_ROOT": str(ROOT / "var/benchmarks/static"),
    "DJANGO_SETTINGS_MODULE": "lfnkr.settings",
    "PYTHONPATH": str(ROOT),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        small, large = (prepared(postgres, size) for size in (SMALL, options.articles))
        costs = [inside(env) for env in (small, large)]
        database = (postgres.data / "postmaster.pid").read_text().split()[0]
        with (
            served("lfnkr.wsgi:application", SITE, large) as site,
            served("benchmarks.bare:application", BARE, large) as bare_view,
        ):
            targets = {"bare": (bare_view, f"/{costs[1]['a primary key']}/")}
            targets |= {page: (site, cost["address"]) for page, cost in costs[1]["pages"].items()}
            rounds = [
                {page: under_load(*target, database, options.seconds)
                 for page, target in targets.items()}
                for _ in range(ROUNDS)
            ]  # fmt: skip
    report(costs, {page: best_of(page, rounds) for page in targets}, options.articles)


def best_of(page, rounds):
    """Return the most requests per second, and the least milliseconds of processor for one."""
    return max(r[page][0] for r in rounds), min(r[page][1] for r in rounds)


def prepared(postgres, size):
    """Return the environment of a migrated database with that many articles."""
    env = {**os.environ, **SETTINGS, **postgres.environment(f"articles_{size}")}
    subprocess.run(
        ["createdb", f"articles_{size}"], env=env, stderr=subprocess.DEVNULL, check=False
    )
    for command in ("migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
        manage(env, *command.split())
    count = "from news.models import Article; print(Article.objects.count())"
    if manage(env, "shell", "--verbosity", "0", "--command", count).strip() == "0":
        started = time.monotonic()
        manage(env, "seed_bulk", "--articles", str(size))
        print(f"seeded {size} articles in {time.monotonic() - started:.0f} s", flush=True)
    vacuum(env, f"articles_{size}")
    return env


def vacuum(env, database):
    """Do at once what the database's own housekeeping does within minutes of such a change."""
    subprocess.run(["vacuumdb", "--analyze", "--quiet", database], env=env, check=True)


def manage(env, *arguments):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def inside(env):
    """Return what benchmarks/inside.py measures in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.inside"]  # by path, its neighbours hide our rooms
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


class served:
    """Runs the site's server while in the block."""

    def __init__(self, application, port, env):
        command = [
            sys.executable,
            "-m",
            "granian",
            *SERVER.split(),
            "--port",
            str(port),
            application,
        ]
        env = {
            k: v
            for k, v in env.items()
            if application.startswith("lfnkr") or k != "DJANGO_SETTINGS_MODULE"
        }
        self.process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.port = port

    def __enter__(self):
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30)
            except (
                urllib.error.HTTPError,
                http.client.BadStatusLine,
            ):  # TLS answers with the latter
                return self
            except OSError:
                time.sleep(0.1)
            else:
                return self
        sys.exit("measure.py: the server did not start")

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()


def under_load(server, address, database, seconds):
    """Return requests per second at 16 connections, and milliseconds of processor for each.

    The processor's time is that of the server and of the database. Every answer must be good.
    """
    command = ["wrk", "-t1", "-c16", "-d1s", f"http://127.0.0.1:{server.port}{address}"]
    subprocess.run(command, check=True, capture_output=True)
    roots = (server.process.pid, database)
    rest(roots)
    command[3], started = f"-d{seconds}s", processor_time(roots)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"measure.py: {address} failed under load:\n{said}")
    rest(roots)
    requests = max(int(re.search(r"(\d+) requests in", said)[1]), 1)
    return requests / seconds, (processor_time(roots) - started) / requests


def rest(roots):
    """Wait until what was asked for last has been answered, at most half a minute."""
    before = -1
    for _ in range(100):
        now = processor_time(roots)
        if now == before:
            return
        before = now
        time.sleep(0.3)


def family(pid):
    """Return the process and all that it started."""
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *(other for child in listed.stdout.split() for other in family(child))]


def processor_time(roots):
    """Return the milliseconds that processes and all that they started have had, dead ones too."""
    ticks = 0
    for pid in (pid for root in roots for pid in family(root)):
        with contextlib.suppress(OSError):  # it may have ended
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # its own, and those of children that ended
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def report(costs, loads, articles):
    """Print the table of benchmarks/README.md."""
    small, large = (cost["pages"] for cost in costs)
    (bare_rate, bare_cpu) = loads.pop("bare")
    print(f"\nbare view: {bare_rate:.0f} requests/s, {bare_cpu:.2f} ms of processor\n")
    print("| page | queries | kB | best at 300 | best | ratio | p50 | p95 | rows | requests/s"
          " | share | processor | share of it |\n|---|" + "--:|" * 12)  # fmt: skip
    for page, cost in large.items():
        (rate, cpu), before = loads[page], small[page]
        print(f"| {page} | {cost['queries']} | {cost['bytes'] / 1000:.1f} | {before['best']:.1f}"
              f" | {cost['best']:.1f} | {cost['best'] / before['best']:.2f} | {cost['p50']:.1f}"
              f" | {cost['p95']:.1f} | {before['rows']} → {cost['rows']} | {rate:.0f}"
              f" | {rate / bare_rate:.2f} | {cpu:.1f} | {bare_cpu / cpu:.2f} |")  # fmt: skip
    print(f"\ntimes in ms, at {articles} articles where nothing else is said")


if __name__ == "__main__":
    main()
