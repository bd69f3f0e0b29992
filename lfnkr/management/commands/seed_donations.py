"""Give synthetic campaigns synthetic donors, pledges and gifts, to measure the books at full size."""

import random
import secrets
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone

from campaigns.models import Entry, EntryDetail, Expense, Need
from donations.models import (
    Allocation,
    Donation,
    Donor,
    Instalment,
    PaymentMethod,
    Pledge,
    PledgeEntry,
    PledgeLine,
    Receipt,
    StatementFile,
    StatementRow,
)
from donations.references import ALPHABET, LENGTH, with_check
from donations.usage.telling import tell
from donations.years import fiscal_year

YEARS = 8
FULLEST = 20  # one promise or gift in so many is for the first campaign
CHUNK = 5000
ROWS_A_FILE = 1000
UNTHANKED = 100
# What became of ten pledges: six are for needs, one was never confirmed, three for general funds.
FATES = ["kept", "kept", "kept", "kept", "open", "open", "lapsed", "unconfirmed", "kept", "kept"]
FOR_NEEDS = 7


class Command(BaseCommand):
    help = "Fills a database that seed_ledger has filled with donors, for benchmarks only."

    def add_arguments(self, parser):
        parser.add_argument("--pledges", type=int, default=100_000, metavar="N")
        parser.add_argument("--donations", type=int, default=200_000, metavar="N")

    def handle(self, *args, pledges, donations, **options):
        if Donation.objects.exists() or not Need.objects.exists():
            raise CommandError("Seed a database of its own, with seed_ledger first.")
        Seed(pledges, donations).write()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"{pledges} pledges, {donations} donations.")


class Seed:
    """Writes so many rows, the same ones on every run, by the rules that the proof knows."""

    def __init__(self, pledges, donations):
        self.chance = random.Random(2007)
        self.pledges, self.donations = pledges, donations
        self.needs = list(Need.objects.select_related("campaign").order_by("pk"))
        self.fullest = [n for n in self.needs if n.campaign_id == self.needs[0].campaign_id]
        self.today = timezone.localdate()

    def write(self):
        kinds = [("bank", "Bank transfer"), ("paypal", "PayPal")]
        self.methods = PaymentMethod.objects.bulk_create(
            PaymentMethod(kind=kind, name=name, name_en=name, instructions_en="Write {code}.")
            for kind, name in kinds
        )
        self.donors = Donor.objects.bulk_create(
            [Donor(name=f"Donor {n}", email=f"donor-{n}@example.org", country="JP", may_write=True)
             for n in range(max(self.pledges // 2, 10))],
            batch_size=CHUNK,
        )  # fmt: skip
        kept = 0
        for start in range(0, self.pledges, CHUNK):
            kept += self.write_pledges(range(start, min(start + CHUNK, self.pledges)))
        for start in range(kept, self.donations, CHUNK):
            self.write_gifts(min(CHUNK, self.donations - start))
        self.write_payments()
        self.give_thanks()
        self.write_receipts()
        self.write_statements()
        tell()

    def need(self):
        """Choose for what is given: often for the first campaign, else for any."""
        return self.chance.choice(self.needs if self.chance.randrange(FULLEST) else self.fullest)

    def day(self):
        return self.today - timedelta(days=self.chance.randrange(365 * YEARS))

    def write_pledges(self, numbers):
        """Write pledges with what became of them; return how many gifts came of them."""
        promises = [self.promise(number) for number in numbers]
        Pledge.objects.bulk_create(p["pledge"] for p in promises)
        PledgeLine.objects.bulk_create(p["line"] for p in promises)
        confirmed = [p for p in promises if p["fate"] != "unconfirmed"]
        Instalment.objects.bulk_create(p["instalment"] for p in confirmed)
        for_needs = [p for p in confirmed if p["line"].need]
        self.count(for_needs, Entry.Kind.PLEDGED, lambda _promise: None)
        kept = [p for p in promises if p["fate"] == "kept"]
        Donation.objects.bulk_create(p.setdefault("gift", self.gift_for(p)) for p in kept)
        self.allocate([(p["gift"], p["line"].need, None, p["line"]) for p in kept])
        allocations = {
            a.donation_id: a
            for a in Allocation.objects.filter(donation__in=[p["gift"] for p in kept])
        }
        gone = [p for p in for_needs if p["fate"] in ("kept", "lapsed")]
        self.count(gone, Entry.Kind.RELEASED, lambda p: "gift" in p and allocations[p["gift"].pk])
        return len(kept)

    def promise(self, number):
        fate, day = FATES[number % 10], self.day()
        moment = timezone.now() - (self.today - day)
        state = {"kept": "fulfilled", "open": "confirmed"}.get(fate, fate)
        pledge = Pledge(
            reference=reference(number),
            donor=self.chance.choice(self.donors),
            state=state,
            currency="USD",
            method=self.chance.choice(self.methods),
            made_at=moment,
            confirmed_at=None if fate == "unconfirmed" else moment,
            ended_at=moment if fate in ("kept", "lapsed") else None,
        )
        need = self.need() if number % 10 < FOR_NEEDS else None
        amount = Decimal(10 * self.chance.randint(1, 20))
        line = PledgeLine(pledge=pledge, need=need, amount=amount)
        instalment = Instalment(
            pledge=pledge,
            number=1,
            due_on=day + timedelta(14),
            state={"kept": "paid", "open": "open"}.get(fate, "missed"),
            left_at=moment if fate == "lapsed" else None,
        )
        return {"fate": fate, "day": day, "pledge": pledge, "line": line, "instalment": instalment}

    def count(self, promises, kind, allocation_of):
        """Let promises stand in the ledgers, or leave them."""
        entries = self.enter([(p["line"].need, kind, p["line"].amount, p["day"]) for p in promises])
        PledgeEntry.objects.bulk_create(
            PledgeEntry(
                entry=entry,
                line=promise["line"],
                instalment=promise["instalment"],
                allocation=allocation_of(promise) or None,
            )
            for promise, entry in zip(promises, entries, strict=True)
        )

    def enter(self, lines):
        """Write lines of money: (need, kind, amount, day)."""
        entries = Entry.objects.bulk_create(
            Entry(
                need=need,
                kind=kind,
                quantity=units(need, amount),
                amount=amount,
                currency="USD",
                happened_on=day,
                of_donation=True,
            )
            for need, kind, amount, day in lines
        )
        EntryDetail.objects.bulk_create(EntryDetail(entry=entry) for entry in entries)
        return entries

    def gift_for(self, promise):
        return Donation(
            donor=promise["pledge"].donor,
            instalment=promise["instalment"],
            received_on=promise["day"],
            method=promise["pledge"].method,
            amount=promise["line"].amount,
            currency="USD",
        )

    def write_gifts(self, count):
        """Write gifts that nobody had promised, half of them for campaigns."""
        gifts = []
        for number in range(count):
            currency = "JPY" if number % 3 == 0 else "USD"
            amount = self.chance.randint(1, 30) * (1000 if currency == "JPY" else 10)
            fee = round(Decimal(amount) * 4 / 100) if number % 2 else 0
            gift = Donation(
                donor=self.chance.choice(self.donors),
                received_on=self.day(),
                method=self.methods[number % 2],
                amount=amount,
                currency=currency,
                fee=fee,
            )
            campaign = self.need().campaign if number % 4 < 2 else None
            gifts.append((gift, None, campaign, None))
        Donation.objects.bulk_create(gift for gift, *_rest in gifts)
        self.allocate(gifts)

    def allocate(self, gifts):
        """Let gifts count: (gift, need or None, campaign or None, line of a pledge or None)."""
        for_needs = [(gift, need) for gift, need, *_rest in gifts if need]
        entries = self.enter(
            [(need, Entry.Kind.FUNDED, gift.amount, gift.received_on) for gift, need in for_needs]
        )
        posted = dict(zip([gift.pk for gift, _need in for_needs], entries, strict=True))
        Allocation.objects.bulk_create(
            Allocation(
                donation=gift,
                need=need,
                campaign=campaign,
                line=line,
                amount=gift.amount,
                settles=line and gift.amount,
                **terms(need, gift.amount, posted.get(gift.pk)),
            )
            for gift, need, campaign, line in gifts
        )

    def give_thanks(self):
        """Let donors be thanked for all but the newest gifts."""
        newest = Donation.objects.values("pk")[:UNTHANKED]
        Donation.objects.exclude(pk__in=newest).update(thanked_on=F("received_on"))

    def write_receipts(self):
        """Issue a receipt for every second gift."""
        numbers = Counter()
        for gifts in chunks(in_order()[::2], CHUNK):
            receipts = []
            for gift in gifts:
                year = fiscal_year(gift.received_on)
                numbers[year] += 1
                receipts.append(
                    Receipt(
                        year=year,
                        number=numbers[year],
                        donation=gift,
                        amount=gift.amount,
                        issued_on=gift.received_on,
                    )
                )
            Receipt.objects.bulk_create(receipts)

    def write_statements(self):
        """Write files of a thousand rows: what was booked, and a hundred that are no donations.

        Of the newest file half a hundred rows wait."""
        for gifts in chunks(in_order(), ROWS_A_FILE):
            day = gifts[-1].received_on
            file = StatementFile.objects.create(
                name=f"statement-{day}.csv",
                source="paypal",
                header=["Date"],
                method=gifts[0].method,
            )
            rows = [row_of(file, gift) for gift in gifts]
            rows += [row_of(file, gift, state="out", reason="withdrawal") for gift in gifts[::10]]
            StatementRow.objects.bulk_create(rows)
        StatementRow.objects.bulk_create(
            row_of(file, gift, state="unmatched") for gift in gifts[:50]
        )

    def write_payments(self):
        campaigns = sorted({need.campaign_id for need in self.needs})
        Expense.objects.bulk_create(
            Expense(
                category=self.chance.choice(Expense.Category.values),
                amount=self.chance.randint(10, 900),
                currency="USD",
                spent_on=self.day(),
                campaign_id=self.chance.choice([None, *campaigns]),
            )
            for _ in range(self.donations // 100)
        )


def reference(number):
    """Return another code for each number."""
    signs = ""
    for _ in range(LENGTH - 1):
        number, sign = divmod(number, len(ALPHABET))
        signs += ALPHABET[sign]
    return with_check(signs)


def in_order():
    return list(Donation.objects.order_by("received_on", "pk"))


def chunks(rows, size):
    return (rows[start : start + size] for start in range(0, len(rows), size))


def row_of(file, gift, state="booked", **fields):
    """Return a row of a statement that says the same as a gift, and has booked it or not."""
    return StatementRow(
        file=file,
        number=gift.pk,
        fingerprint=secrets.token_hex(32),
        day=gift.received_on,
        amount=gift.amount,
        currency=gift.currency,
        payer=f"Payer {gift.donor_id}",
        note="Donation",
        state=state,
        donation=gift if state == "booked" else None,
        **fields,
    )


def units(need, amount):
    return amount if need.is_money else amount / need.unit_cost


def terms(need, amount, entry):
    """Return at which price and rate a gift counts for a need."""
    if need is None:
        return {}
    facts = {"rate": Decimal(1), "unit_cost": need.unit_cost, "entry": entry}
    return facts | {"quantity": units(need, amount)}
