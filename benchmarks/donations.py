"""What donations cost at 100,000 pledges and 200,000 gifts, at a twentieth and a thousandth of them.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/donations.py [--pledges 100000] [--donations 200000]

Prints per page, with all sizes beside each other: queries, bytes, and of 100 requests inside Django
the milliseconds of the median and of the 95th percentile, with the ratios of the medians. All three
databases have the same 40 campaigns. Then the seconds of tell_usage and of check_ledger. The scratch
databases stay in var/benchmarks.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from clock import cost, signed_in
from measure import ROOT, SETTINGS, manage

CAMPAIGNS, ENTRIES = "40", "1000"
PARTS = (1000, 20, 1)  # of what is asked for, the smallest first


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
        sizes = [(options.pledges // n, options.donations // n) for n in PARTS]
        environments = [prepared(postgres, *size) for size in sizes]
        report(sizes, [measured(env) for env in environments])
        sys.stdout.flush()
        for arguments in (["tell_usage", "--anew"], ["check_ledger"]):
            started = time.monotonic()
            said = manage(environments[-1], *arguments).strip()
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
    "donors who are alike": "/admin/donations/donor/?alike=yes",
    "donors, searched": "/admin/donations/donor/?q=donor-7@example.org",
    "gifts not yet thanked for": "/admin/donations/donation/?thanks=due",
    "treasurer: receipts": "/admin/donations/receipt/",
    "treasurer: statements": "/admin/donations/statementfile/",
    "rows that wait": "/admin/donations/statementrow/",
    "all rows": "/admin/donations/statementrow/?state=all",
}


def report(sizes, measured):
    counts = [f"{donations:,}" for _pledges, donations in sizes]
    columns = ["queries", *(f"kB {n}" for n in counts), *(f"p50 {n}" for n in counts)]
    columns += [f"p95 {counts[-1]}", *(f"to {n}" for n in counts[:-1])]
    print(f"\n| page | {' | '.join(columns)} |\n|---|{'--:|' * len(columns)}")
    for page, most in measured[-1].items():
        costs = [cost_of[page] for cost_of in measured]
        queries = "→".join(dict.fromkeys(str(cost_of["queries"]) for cost_of in costs))
        cells = [queries, *(f"{cost_of['kB']:.0f}" for cost_of in costs)]
        cells += [f"{cost_of['p50']:.1f}" for cost_of in costs] + [f"{most['p95']:.1f}"]
        cells += [f"{most['p50'] / cost_of['p50']:.2f}" for cost_of in costs[:-1]]
        print(f"| {page} | {' | '.join(cells)} |")
    print("\nmilliseconds; columns are named by the number of donations")


if __name__ == "__main__":
    main()
