"""How long the import of a large statement takes, and how much memory.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/statements.py [--rows 50000] [--pledges 10000]

Makes a PayPal file of that many rows in all 41 columns: one row in five names a pledge, one in
fifty mistypes its code, one in ten is no donation. Prints the seconds of a dry run, of the import
and of a second import that finds all rows known, how many of them Python worked, and by how much
the memory of each grew at most. The scratch database in var/benchmarks is made anew each time.
"""

import argparse
import csv
import io
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FILE = ROOT / "var/benchmarks/paypal.csv"
SAMPLE = ROOT / "tests/data/statements/paypal-2026.csv"
HEADER = next(csv.reader(SAMPLE.read_text("utf-8-sig").splitlines()))
KINDS = ["Donation Payment"] * 9 + ["General Withdrawal"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--pledges", type=int, default=10_000)
    parser.add_argument("--run", choices=["prepare", "dry run", "import", "again"])
    options = parser.parse_args()
    if options.run:
        return run(options)
    from benchmarks.measure import SETTINGS, manage
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        env = {**os.environ, **SETTINGS, **postgres.environment("statements")}
        subprocess.run(["dropdb", "--if-exists", "statements"], env=env, check=True)
        subprocess.run(["createdb", "statements"], env=env, check=True)
        manage(env, "migrate", "--verbosity", "0")
        for name in ("prepare", "dry run", "import", "again"):
            print(in_process_of_its_own(name, options, env), flush=True)


def in_process_of_its_own(name, options, env):
    numbers = ["--rows", str(options.rows), "--pledges", str(options.pledges)]
    command = [sys.executable, __file__, "--run", name, *numbers]
    return subprocess.run(
        command, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def run(options):
    import django

    django.setup()
    if options.run == "prepare":
        return prepare(options)
    from donations.import_statement import import_statement, layouts_told
    from donations.statements.reading import read_statement

    before, started = getrusage(RUSAGE_SELF).ru_maxrss, time.monotonic()
    statement = read_statement(FILE.read_bytes(), FILE.name, layouts_told())
    report = import_statement(statement, dry_run=options.run == "dry run")
    seconds, grown = time.monotonic() - started, getrusage(RUSAGE_SELF).ru_maxrss - before
    counts = json.dumps({str(state): number for state, number in report.counts.items()})
    work = time.process_time()
    print(
        f"{options.run}: {seconds:.1f} s ({work:.1f} s of Python), {grown / 1024:.0f} MB more, {counts}"
    )


def prepare(options):
    from donations.models import Donor, Pledge

    donor = Donor.objects.create(name="Donor of all")
    pledges = [Pledge(donor=donor, currency="USD") for _ in range(options.pledges)]
    Pledge.objects.bulk_create(pledges, batch_size=5000)
    codes = [pledge.reference for pledge in pledges]
    FILE.write_bytes(file_of(options.rows, codes, random.Random(7)))  # noqa: S311
    print(f"{options.rows} rows, {FILE.stat().st_size / 2**20:.0f} MB, {len(codes)} pledges")


def file_of(rows, codes, chance):
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, "", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for number in range(rows):
        writer.writerow(row(number, codes, chance))
    return out.getvalue().encode("utf-8-sig")


def row(number, codes, chance):
    kind, code = chance.choice(KINDS), chance.choice(codes)
    note = {0: f"For winter, {code[:4]} {code[4:]}", 1: f"For winter {code[:-1]}"}.get(
        0 if number % 5 == 0 else 1 if number % 50 == 1 else 2, "May it reach those who need it"
    )
    return {
        "Date": f"{number % 12 + 1:02}/{number % 28 + 1:02}/2025",
        "Time": "03:12:45",
        "TimeZone": "PDT",
        "Name": f"Example Donor {number}",
        "Type": kind,
        "Status": "Completed",
        "Currency": "USD",
        "Gross": f"{chance.randrange(100, 500_000) / 100:,.2f}",
        "Fee": "-0.60",
        "Net": "1.00",
        "From Email Address": f"donor-{number}@donor.example",
        "To Email Address": "office@lfnkr.example",
        "Transaction ID": f"{number:017}",
        "Item Title": "Winter clothing for one hundred families",
        "Address Line 1": "1 Example Street",
        "Country": "Example",
        "Note": note,
    }


if __name__ == "__main__":
    main()
