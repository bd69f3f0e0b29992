"""Whatever is entered, in whatever order and by however many at once: the equations hold."""

from collections import Counter
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from campaigns.models import Entry, Need
from campaigns.posting import post, reverse, transfer
from campaigns.proof import discrepancies
from tests.campaigns_factories import make_need

DAY = date(2007, 2, 15)
NUMBERS = ("pledged", "received", "delivered", "in_stock", "on_the_way")
# What each act does to the numbers of its need, as the design says it and not as the code does.
MOVES = {
    "pledged": {"pledged": 1},
    "released": {"pledged": -1},
    "funded": {"received": 1},
    "given": {"received": 1, "in_stock": 1},
    "purchased": {"in_stock": 1},
    "dispatched": {"in_stock": -1, "on_the_way": 1},
    "delivered": {"on_the_way": -1, "delivered": 1},
    "lost_in_store": {"in_stock": -1},
    "lost_on_the_way": {"on_the_way": -1},
    "returned": {"on_the_way": -1, "in_stock": 1},
    "transferred_out": {"in_stock": -1},
    "transferred_in": {"in_stock": 1},
}
UNITS = {"set": Decimal(1), "kg": Decimal("0.001")}

lines = some.tuples(
    some.sampled_from([kind for kind in MOVES if not kind.startswith("transferred")]),
    some.integers(0, 1),  # of which of two needs
    some.integers(1, 9),  # how many, or how many grams
)
transfers = some.tuples(some.just("transfer"), some.integers(0, 1), some.integers(1, 9))
reversals = some.tuples(some.just("reverse"), some.integers(0, 1), some.integers(0, 20))
# Much comes in, so that not everything that leaves is refused.
arrivals = some.tuples(
    some.sampled_from(["given", "purchased"]), some.integers(0, 1), some.integers(5, 30)
)
departures = some.tuples(
    some.sampled_from(["dispatched", "lost_in_store", "transfer", "delivered", "returned"]),
    some.integers(0, 1),
    some.integers(4, 9),
)
acts = some.lists(some.one_of(arrivals, lines, transfers, reversals), min_size=4, max_size=16)


def examples(count, **more):
    """Run so many examples; each makes needs of its own, so none needs a clean database."""
    unclean = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=count, suppress_health_check=unclean, **more)


def make_two_needs(unit):
    need = make_need(unit=unit)
    return [need, make_need(supply=need.supply)]


def do(needs, act, which, number, one):
    """Do one act as the office does it; False when the ledger refused."""
    need, other = needs[which], needs[1 - which]
    try:
        if act == "transfer":
            transfer(need, other, number * one, on=DAY, by=None)
        elif act == "reverse":
            reverse(need.entries.in_order()[number], by=None)
        else:
            post(need, act, number * one, on=DAY, by=None)
    except (ValidationError, IndexError):
        return False
    return True


class Books:
    """The same acts once more, counted as a child would."""

    def __init__(self):
        self.numbers = [Counter(dict.fromkeys(NUMBERS, 0)) for _need in range(2)]
        self.lines = [[], []]

    def do(self, act, which, number, one):
        """Do one act; return False, and count nothing, when a stock would fall below nothing."""
        changes = self.changes(act, which, number, one)
        after = [counted.copy() for counted in self.numbers]
        for need, kind, quantity in changes:
            for name, sign in MOVES[kind].items():
                after[need][name] += sign * quantity
        stocks = [counted[name] for counted in after for name in ("in_stock", "on_the_way")]
        if not changes or min(stocks) < 0:
            return False
        self.numbers = after
        self.write(act, which, number, changes)
        return True

    def changes(self, act, which, number, one):
        """Return (need, kind, quantity) of each line that the act adds; none when it cannot be."""
        if act == "transfer":
            quantity = number * one
            return [(which, "transferred_out", quantity), (1 - which, "transferred_in", quantity)]
        if act != "reverse":
            return [(which, act, number * one)]
        if number >= len(self.lines[which]):
            return []
        line = self.lines[which][number]
        if line["taken_back"]:
            return []
        return [(need, kind, -quantity) for need, kind, quantity in line["changes"]]

    def write(self, act, which, number, changes):
        taken_back = act == "reverse"
        if taken_back:
            self.lines[which][number]["taken_back"] = True
        line = {"changes": changes, "taken_back": taken_back}
        for need in {need for need, _kind, _quantity in changes}:
            self.lines[need].append(line)


def numbers_of(needs):
    found = {
        need.pk: need
        for need in Need.objects.with_quantities().filter(pk__in=[n.pk for n in needs])
    }
    return [{name: getattr(found[need.pk], name) for name in NUMBERS} for need in needs]


@pytest.mark.django_db
@given(acts, some.sampled_from(sorted(UNITS)))
@examples(25)
def test_the_ledger_takes_and_refuses_what_a_child_would_who_counts_along(drawn, unit):
    with transaction.atomic():
        needs, books = make_two_needs(unit), Books()
        for act in drawn:
            assert do(needs, *act, UNITS[unit]) == books.do(*act, UNITS[unit]), act
        assert numbers_of(needs) == books.numbers
        assert list(discrepancies()) == []
        transaction.set_rollback(True)


rounds = some.lists(some.tuples(*[some.one_of(departures, reversals)] * 3), min_size=6, max_size=6)


@pytest.mark.django_db(transaction=True)
@given(rounds)
@examples(8, phases=[Phase.generate])  # a ledger that is wrong stays so: nothing to shrink
def test_three_people_who_act_at_once_round_by_round_leave_a_ledger_that_is_right(drawn):
    needs, start, done = make_two_needs("set"), Barrier(3, timeout=30), []
    for need in needs:
        post(need, "given", Decimal(10), on=DAY, by=None)

    def person(acts):
        try:
            connection.ensure_connection()
            for act in acts:
                start.wait()
                if do(needs, *act, 1):
                    done.append(act[0])
        finally:
            connection.close()

    people = [Thread(target=person, args=[acts]) for acts in zip(*drawn, strict=True)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert list(discrepancies()) == []
    entries = Entry.objects.filter(need__in=needs)
    both_ends = entries.filter(kind="transferred_in").count()
    assert entries.count() == 2 + len(done) + both_ends
