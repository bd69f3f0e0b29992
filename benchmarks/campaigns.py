"""What campaigns cost at 1,000 of them with 100,000 lines in their ledgers, and at a hundredth.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/campaigns.py [--campaigns 1000] [--entries 100000]

Prints per page: queries, bytes, and of 100 requests inside Django the milliseconds: the fastest,
the median, the 95th percentile, and the median of what the processor worked for Python alone (a
machine that others use stands still in between). Then the seconds that `check_ledger` takes. The
scratch databases stay in var/benchmarks.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from clock import cost
from measure import ROOT, SETTINGS, manage


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--campaigns", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return print(json.dumps(inside()))
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
    """Return what `inside` measures in a process of its own, and the seconds of check_ledger."""
    command = [sys.executable, __file__, "--inside"]
    pages = json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)
    started = time.monotonic()
    said = manage(env, "check_ledger")
    return pages, time.monotonic() - started, said.strip()


def inside():
    import django

    django.setup()
    from django.test import Client

    client = Client()
    return {name: cost(client, address) for name, address in addresses().items()}


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
    pages, seconds, said = measured
    print(f"\n{campaigns} campaigns, {entries} entries\n")
    print(f"{'page':24}" + "".join(f"{name:>9}" for name in next(iter(pages.values()))))
    for page, costs in pages.items():
        figures = [f"{n:>9}" if isinstance(n, int) else f"{n:>9.1f}" for n in costs.values()]
        print(f"{page:24}" + "".join(figures))
    print(f"\ncheck_ledger: {seconds:.1f} s. {said}")


if __name__ == "__main__":
    main()
