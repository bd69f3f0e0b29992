"""What each public page costs at 300 articles and at 100,000.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/measure.py [--articles 100000] [--seconds 5]

Prints per page: queries, bytes, time inside Django (median and 95th percentile of 20 requests, in
milliseconds) at both sizes, and requests per second at 16 connections over the site's own server,
also as a share of a bare Django view measured in the same run. Needs Debian's `wrk`. The scratch
databases stay in var/benchmarks; a second run takes three minutes.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SMALL = 300
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
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        small, large = (prepared(postgres, size) for size in (SMALL, options.articles))
        costs = [inside(env) for env in (small, large)]
        with (
            served("lfnkr.wsgi:application", SITE, large),
            served("benchmarks.bare:application", BARE, large),
        ):
            bare = per_second(BARE, f"/{costs[1]['a primary key']}/", options.seconds)
            rates = {page: per_second(SITE, cost["address"], options.seconds)
                     for page, cost in costs[1]["pages"].items()}  # fmt: skip
            again = per_second(BARE, f"/{costs[1]['a primary key']}/", options.seconds)
    report(costs, rates, statistics.mean([bare, again]), options.articles)


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
    return env


def manage(env, *arguments):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def inside(env):
    """Return what benchmarks/inside.py measures in a process of its own."""
    command = [sys.executable, ROOT / "benchmarks/inside.py"]
    return json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)


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
        for _ in range(100):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
            except urllib.error.HTTPError:
                return None
            except OSError:
                time.sleep(0.1)
        sys.exit("measure.py: the server did not start")

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()


def per_second(port, address, seconds):
    """Return requests per second at 16 connections; every answer must be a good one."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", f"http://127.0.0.1:{port}{address}"]
    subprocess.run([*command[:3], "-d1s", command[4]], check=True, capture_output=True)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"measure.py: {address} failed under load:\n{said}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1])


def report(costs, rates, bare, articles):
    small, large = (cost["pages"] for cost in costs)
    print(f"\nbare view: {bare:.0f} requests/s\n")
    print(
        f"{'page':22}{'queries':>8}{'kB':>7}{'p50':>8}{'p95':>8}{'at 300':>8}{'times':>7}{'rows':>9}{'req/s':>8}{'share':>7}"
    )
    for page, cost in large.items():
        times = cost["p50"] / small[page]["p50"]
        rows = f"{small[page]['rows']}→{cost['rows']}"
        print(f"{page:22}{cost['queries']:>8}{cost['bytes'] / 1000:>7.1f}{cost['p50']:>8.1f}{cost['p95']:>8.1f}"
              f"{small[page]['p50']:>8.1f}{times:>7.2f}{rows:>9}{rates[page]:>8.0f}{rates[page] / bare:>7.2f}")  # fmt: skip
    print(
        f"\ntimes in ms at {articles} articles; “times” = p50 there / p50 at {SMALL}; “rows” = articles shown"
    )


if __name__ == "__main__":
    main()
