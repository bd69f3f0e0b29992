"""What campaigns cost at 1,000 of them with 100,000 lines in their ledgers, and at a hundredth.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/campaigns.py [--campaigns 1000] [--entries 100000]

Prints per page: queries, bytes, and of 100 requests inside Django the milliseconds: the fastest,
the median, the 95th percentile, and the median of what the processor worked for Python alone (a
machine that others use stands still in between). Then the seconds that `check_ledger` takes, and
of each table that the office sends as a file: seconds, MB, and by how many MB memory grew. The
scratch databases stay in var/benchmarks.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

from clock import cost, signed_in
from measure import ROOT, SETTINGS, manage

TABLES = ["entry/table.csv", "entry/table.xlsx", "need/table.xlsx"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--campaigns", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--table", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside or options.table:
        return print(json.dumps(sent(options.table) if options.table else inside()))
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        for share in (100, 1):
            size = options.campaigns // share, options.entries // share
            report(*size, measured(prepared(postgres, *size)))


def prepared(postgres, campaigns, entries):
    """Return the environment of a migrated database with so many campaigns and entries."""
    name = f"campaigns_{campaigns}_{entries}"
    env = {**os.environ, **SETTINGS, **postgres.environment(name)}
    made = subprocess.run(["createdb", name], env=env, stderr=subprocess.DEVNULL, check=False)
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    if made.returncode == 0:
        manage(env, "seed_ledger", "--campaigns", str(campaigns), "--entries", str(entries))
    return env


def measured(env):
    """Return what pages and tables cost in processes of their own, and the seconds of check_ledger."""
    pages = run(env, "--inside")
    started = time.monotonic()
    said = manage(env, "check_ledger")
    seconds = time.monotonic() - started
    return pages, {table: run(env, "--table", table) for table in TABLES}, seconds, said.strip()


def run(env, *arguments):
    command = [sys.executable, __file__, *arguments]
    return json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)


def inside():
    import django

    django.setup()
    from django.test import Client

    client = Client()
    return {name: cost(client, address) for name, address in addresses().items()}


def sent(table):
    """Return what it costs to send a table to the last byte: seconds, MB, MB of memory."""
    import django

    django.setup()
    client = signed_in("campaigner")
    client.get("/admin/campaigns/need/")  # warm: what is loaded once is loaded
    before, started = peak(), time.perf_counter()
    response = client.get(f"/admin/campaigns/{table}/")
    assert response.status_code == 200, (table, response.status_code)
    size = sum(map(len, response))
    return {"s": time.perf_counter() - started, "MB": size / 1e6, "memory": peak() - before}


def peak():
    """Return the most MB that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def addresses():
    """Return the addresses to measure: name -> address."""
    from campaigns.models import Campaign
    from publishing.pagination import key_of

    finished = Campaign.objects.published().finished().order_by("-ends_on", "-pk")
    deep = key_of(finished[int(finished.count() * 0.4)], "ends_on")
    return {
        "home": "/",
        "campaign, the fullest": "/campaigns/campaign-0/",
        "campaign": "/campaigns/campaign-1/",
        "its deliveries, CSV": "/campaigns/campaign-0/deliveries.csv",
        "campaigns": "/campaigns/",
        "finished campaigns": "/campaigns/finished/",
        "finished, 40 % deep": f"/campaigns/finished/?before={deep}",
        "feed": "/campaigns/feed.atom",
        "search": "/search/?q=rice",
    }


def report(campaigns, entries, measured):
    pages, tables, seconds, said = measured
    print(f"\n{campaigns} campaigns, {entries} entries\n")
    print(f"{'page':24}" + "".join(f"{name:>9}" for name in next(iter(pages.values()))))
    for page, costs in pages.items():
        figures = [f"{n:>9}" if isinstance(n, int) else f"{n:>9.1f}" for n in costs.values()]
        print(f"{page:24}" + "".join(figures))
    for table, costs in tables.items():
        figures = [f"{number:>9.1f} {unit}" for unit, number in costs.items()]
        print(f"{table:24}" + "".join(figures))
    print(f"\ncheck_ledger: {seconds:.1f} s. {said}")


if __name__ == "__main__":
    main()
