"""What donations cost at 100,000 pledges and 200,000 gifts, and at a thousandth of them.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/donations.py [--pledges 100000] [--donations 200000]

Prints per page, at both sizes and beside each other: queries, and of 100 requests inside Django the
milliseconds of the median and of the 95th percentile, with the ratio of the medians. Both databases
have the same 40 campaigns. Then the seconds of tell_usage and of check_ledger. The scratch databases
stay in var/benchmarks.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from clock import cost, signed_in
from measure import ROOT, SETTINGS, manage

CAMPAIGNS, ENTRIES, SMALL = "40", "1000", 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pledges", type=int, default=100_000)
    parser.add_argument("--donations", type=int, default=200_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return print(json.dumps(inside()))
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        sizes = [(options.pledges // n, options.donations // n) for n in (SMALL, 1)]
        environments = [prepared(postgres, *size) for size in sizes]
        report(sizes, [measured(env) for env in environments])
        sys.stdout.flush()
        for arguments in (["tell_usage", "--anew"], ["check_ledger"]):
            started = time.monotonic()
            said = manage(environments[1], *arguments).strip()
            print(f"\n{arguments[0]}: {time.monotonic() - started:.1f} s. {said}")


def prepared(postgres, pledges, donations):
    """Return the environment of a migrated database with so many pledges and donations."""
    name = f"donations_{pledges}_{donations}"
    env = {**os.environ, **SETTINGS, **postgres.environment(name)}
    made = subprocess.run(["createdb", name], env=env, stderr=subprocess.DEVNULL, check=False)
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    if made.returncode == 0:
        manage(env, "seed_ledger", "--campaigns", CAMPAIGNS, "--entries", ENTRIES)
        started = time.monotonic()
        manage(env, "seed_donations", "--pledges", str(pledges), "--donations", str(donations))
        print(f"seeded {donations} donations in {time.monotonic() - started:.0f} s", flush=True)
    return env


def measured(env):
    """Return what `inside` measures in a process of its own."""
    command = [sys.executable, __file__, "--inside"]
    return json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)


def inside():
    import django

    django.setup()
    from django.test import Client

    public, books = Client(), signed_in("treasurer")
    costs = {name: cost(public, address) for name, address in PAGES.items()}
    return costs | {name: cost(books, address) for name, address in LISTS.items()}


PAGES = {
    "campaign, the fullest": "/campaigns/campaign-0/",
    "campaign": "/campaigns/campaign-3/",
    "campaigns": "/campaigns/",
    "how donations are used": "/donations/",
    "a year before": "/donations/2023/",
    "its CSV": "/donations/2023.csv",
    "its JSON": "/donations/2023.json",
}
LISTS = {
    "treasurer: desk": "/admin/",
    "treasurer: donations": "/admin/donations/donation/",
    "treasurer: pledges": "/admin/donations/pledge/",
    "treasurer: donors": "/admin/donations/donor/",
}


def report(sizes, both):
    (_few, few), (_many, many) = sizes
    columns = ["queries", f"p50 {few}", f"p95 {few}", f"p50 {many}", f"p95 {many}", "ratio"]
    print(f"\n{'page':26}" + "".join(f"{name:>12}" for name in columns))
    small, large = both
    for page, cost_of in large.items():
        times = [small[page]["p50"], small[page]["p95"], cost_of["p50"], cost_of["p95"]]
        ratio = cost_of["p50"] / small[page]["p50"]
        queries = f"{small[page]['queries']}→{cost_of['queries']}"
        print(f"{page:26}{queries:>12}" + "".join(f"{n:>12.1f}" for n in times) + f"{ratio:>12.2f}")
    print("\nmilliseconds; columns are named by the number of donations")


if __name__ == "__main__":
    main()
