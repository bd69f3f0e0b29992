"""Proves the ledger from its rows: every sum, every equation, and the locks that keep them.

The checks are SQL over all lines at once. They use neither the code that posts nor the one that
adds up, except to compare with it: what is proved must not be its own witness. So the equations
stand here a second time.
"""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from .disclosure import tell
from .models import Campaign, Entry, Expense, Need

PROTECTING = {
    Entry: ("entry_is_never_changed", "entries_are_never_emptied"),
    Expense: ("expense_is_never_deleted", "expense_figures_stay", "expenses_are_never_emptied"),
}
CAMPAIGNS_AT_ONCE = 200
KINDS = ", ".join(f"'{kind}'" for kind in Entry.Kind.values)

# How often a line's quantity counts in each balance.
IN_STOCK = """CASE kind WHEN 'given' THEN 1 WHEN 'purchased' THEN 1 WHEN 'returned' THEN 1
    WHEN 'transferred_in' THEN 1 WHEN 'transferred_out' THEN -1 WHEN 'dispatched' THEN -1
    WHEN 'lost_in_store' THEN -1 ELSE 0 END"""
ON_THE_WAY = """CASE kind WHEN 'dispatched' THEN 1 WHEN 'delivered' THEN -1 WHEN 'returned' THEN -1
    WHEN 'lost_on_the_way' THEN -1 ELSE 0 END"""
PLEDGED = "CASE kind WHEN 'pledged' THEN 1 WHEN 'released' THEN -1 ELSE 0 END"
RECEIVED = "CASE WHEN kind IN ('funded', 'given') THEN 1 ELSE 0 END"
DELIVERED = "CASE kind WHEN 'delivered' THEN 1 ELSE 0 END"


def below_nothing(counts):
    """Return the SQL that finds the lines after which a balance is negative, in order of entry."""
    return f"""SELECT id FROM (
        SELECT id, quantity * {counts} AS change,
            sum(quantity * {counts}) OVER (PARTITION BY need_id ORDER BY id) AS have
        FROM campaigns_entry) AS running WHERE have < 0 AND change < 0"""  # noqa: S608 - ours


# Each finds lines that cannot be: (number of the line, what is wrong with it).
LINES = [
    (below_nothing(IN_STOCK), lambda: _("after it, less than nothing is in stock")),
    (below_nothing(ON_THE_WAY), lambda: _("after it, less than nothing is on the way")),
    (
        """SELECT r.id FROM campaigns_entry r JOIN campaigns_entry o ON o.id = r.reverses_id
        WHERE (r.need_id, r.kind, r.quantity, r.happened_on, r.currency)
              IS DISTINCT FROM (o.need_id, o.kind, -o.quantity, o.happened_on, o.currency)
           OR r.amount IS DISTINCT FROM -o.amount OR o.reverses_id IS NOT NULL OR r.id < o.id""",
        lambda: _("it does not take back exactly the line that it names"),
    ),
    (
        """SELECT i.id FROM campaigns_entry i JOIN campaigns_entry o ON o.id = i.came_from_id
        JOIN campaigns_need n ON n.id = i.need_id JOIN campaigns_need m ON m.id = o.need_id
        WHERE o.kind <> 'transferred_out' OR i.quantity <> o.quantity OR n.id = m.id
           OR n.supply_id IS DISTINCT FROM m.supply_id OR o.reverses_id IS NOT NULL
        UNION ALL
        SELECT o.id FROM campaigns_entry o LEFT JOIN campaigns_entry i ON i.came_from_id = o.id
        WHERE o.kind = 'transferred_out' AND o.reverses_id IS NULL AND i.id IS NULL""",
        lambda: _("the other end of this transfer does not fit"),
    ),
    (
        """SELECT i.id FROM campaigns_entry i
        LEFT JOIN campaigns_entry ri ON ri.reverses_id = i.id
        LEFT JOIN campaigns_entry ro ON ro.reverses_id = i.came_from_id
        WHERE i.came_from_id IS NOT NULL AND (ri.id IS NULL) <> (ro.id IS NULL)""",
        lambda: _("of this transfer only one end was reversed"),
    ),
    (
        """SELECT e.id FROM campaigns_entry e JOIN campaigns_need n ON n.id = e.need_id
        JOIN campaigns_supply s ON s.id = n.supply_id
        WHERE s.unit <> 'kg' AND e.quantity <> trunc(e.quantity)
          AND e.kind NOT IN ('pledged', 'released', 'funded')""",
        lambda: _("there is no part of a piece"),
    ),
    (
        """SELECT e.id FROM campaigns_entry e JOIN campaigns_need n ON n.id = e.need_id
        WHERE n.supply_id IS NULL AND e.kind NOT IN ('pledged', 'released', 'funded')""",
        lambda: _("goods stand on a sum of money"),
    ),
    (
        """SELECT id FROM campaigns_entry WHERE currency IN ('JPY', 'KRW') AND amount <> trunc(amount)""",
        lambda: _("its currency has no smaller unit"),
    ),
    (
        f"""SELECT id FROM campaigns_entry
        WHERE happened_on > (entered_at AT TIME ZONE '{settings.TIME_ZONE}')::date""",  # noqa: S608
        lambda: _("its day comes after the day on which it was entered"),
    ),
    (
        """SELECT e.id FROM campaigns_entry e LEFT JOIN campaigns_entrydetail d ON d.entry_id = e.id
        WHERE d.entry_id IS NULL""",
        lambda: _("it has no detail"),
    ),
    (
        "SELECT id FROM campaigns_entry WHERE quantity < 0 AND reverses_id IS NULL",
        lambda: _("it is negative, but takes nothing back"),
    ),
    (
        "SELECT id FROM campaigns_entry WHERE entered_at > now() + interval '1 hour'",
        lambda: _("it says that it was entered in time to come"),
    ),
    (
        f"SELECT id FROM campaigns_entry WHERE kind NOT IN ({KINDS})",  # noqa: S608
        lambda: _("there is no such kind of line"),
    ),
    (
        "SELECT id FROM campaigns_entry WHERE sign(amount) * sign(quantity) < 0",
        lambda: _("its money goes another way than its quantity"),
    ),
]

# What was torn apart: (number, what is wrong), of rows that nothing on the site leads to any more.
TORN = [
    (
        """SELECT e.id FROM campaigns_entry e LEFT JOIN campaigns_need n ON n.id = e.need_id
        WHERE n.id IS NULL""",
        lambda number: _("Line No. %(number)s of a ledger: its need is gone.") % {"number": number},
    ),
    (
        """SELECT d.entry_id FROM campaigns_entrydetail d
        LEFT JOIN campaigns_entry e ON e.id = d.entry_id WHERE e.id IS NULL
        UNION
        SELECT h.entry_id FROM campaigns_historicalentrydetail h
        LEFT JOIN campaigns_entry e ON e.id = h.entry_id WHERE e.id IS NULL""",
        lambda number: _("Line No. %(number)s of a ledger is gone.") % {"number": number},
    ),
    (
        """SELECT n.id FROM campaigns_need n LEFT JOIN campaigns_campaign c ON c.id = n.campaign_id
        WHERE c.id IS NULL""",
        lambda number: _("Need No. %(number)s: its campaign is gone.") % {"number": number},
    ),
    (
        """SELECT r.reverses_id FROM campaigns_expense r
        LEFT JOIN campaigns_expense o ON o.id = r.reverses_id
        WHERE r.reverses_id IS NOT NULL AND o.id IS NULL""",
        lambda number: _("Expense No. %(number)s is gone.") % {"number": number},
    ),
]

# The same of expenses.
EXPENSES = [
    (
        "SELECT id FROM campaigns_expense WHERE amount < 0 AND reverses_id IS NULL",
        lambda: _("it is negative, but takes nothing back"),
    ),
    (
        """SELECT r.id FROM campaigns_expense r JOIN campaigns_expense o ON o.id = r.reverses_id
        WHERE (r.amount, r.currency, r.category, r.spent_on)
              IS DISTINCT FROM (-o.amount, o.currency, o.category, o.spent_on)
           OR r.campaign_id IS DISTINCT FROM o.campaign_id OR o.reverses_id IS NOT NULL
           OR r.id < o.id""",
        lambda: _("it does not take back exactly the expense that it names"),
    ),
    (
        """SELECT id FROM campaigns_expense
        WHERE currency IN ('JPY', 'KRW') AND amount <> trunc(amount)""",
        lambda: _("its currency has no smaller unit"),
    ),
    (
        f"""SELECT id FROM campaigns_expense
        WHERE spent_on > (entered_at AT TIME ZONE '{settings.TIME_ZONE}')::date""",  # noqa: S608
        lambda: _("its day comes after the day on which it was entered"),
    ),
]

# The sums as plain as they can be written, one row for each need.
SUMS = f"""SELECT need_id, sum(quantity * {PLEDGED}), sum(quantity * {RECEIVED}),
    sum(quantity * {DELIVERED}), sum(quantity * {IN_STOCK}), sum(quantity * {ON_THE_WAY}),
    coalesce(sum(amount * {PLEDGED}) FILTER (WHERE quantity = 0), 0),
    coalesce(sum(amount * {RECEIVED}) FILTER (WHERE quantity = 0), 0)
    FROM campaigns_entry GROUP BY need_id"""  # noqa: S608
SUM_NAMES = ("pledged", "received", "delivered", "in_stock", "on_the_way", "pledged_money",
             "received_money")  # fmt: skip

# Those that are switched on and still refuse: a function that lets everything pass protects nothing,
# nor does one that is never called, or whose exception is always made.
ENABLED = """SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgrelid = %s::regclass
      AND prosrc LIKE '%%RAISE EXCEPTION%%'
      AND (tgqual IS NULL OR pg_get_triggerdef(pg_trigger.oid) LIKE '%%IS DISTINCT FROM%%')
      AND NOT EXISTS (SELECT 1 FROM pg_proc WHERE proname LIKE '_pgtrigger_should_ignore%%'
                      AND prosrc NOT LIKE '%%pgtrigger.ignore%%')"""


def discrepancies():
    """Yield a sentence for everything in the ledger that cannot be. Nothing when it is right.

    About 30 queries and three for every 200 campaigns.
    """
    yield from unprotected(PROTECTING)
    for sql, wrong in LINES:
        yield from _about_lines(ids(sql), wrong())
    for sql, torn in TORN:
        yield from map(torn, ids(sql))
    for sql, wrong in EXPENSES:
        yield from _about_expenses(ids(sql), wrong())
    yield from _sums_that_differ()
    yield from _told_too_much()


def ids(sql):
    """Return the numbers that a check finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]


def unprotected(protecting):
    """Yield a sentence for each of these triggers, by model, that is missing or switched off.

    The rows are only worth proving while nobody can change them afterwards.
    """
    for model, names in protecting.items():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(ENABLED, [table])
            # pgtrigger adds its own word before a name and a number behind it.
            enabled = {name[len("pgtrigger_") : -len("_12345")] for (name,) in cursor.fetchall()}
        for name in names:
            if name not in enabled:
                yield _("Table %(table)s: its protection “%(name)s” is missing or switched off. Run migrate, or ask who changed the database.") % {"table": table, "name": name}  # fmt: skip


def _about_lines(pks, wrong):
    lines = Entry.objects.filter(pk__in=pks).select_related("need__campaign", "need__supply")
    for line in lines.in_order():
        yield _("%(campaign)s, %(need)s, line %(number)s (%(line)s): %(wrong)s.") % {
            "campaign": line.need.campaign,
            "need": line.need,
            "number": line.pk,
            "line": line,
            "wrong": wrong,
        }


def _about_expenses(pks, wrong):
    for expense in Expense.objects.filter(pk__in=pks).order_by("pk"):
        yield _("Expense No. %(number)s (%(expense)s): %(wrong)s.") % {
            "number": expense.pk,
            "expense": expense,
            "wrong": wrong,
        }


def _sums_that_differ():
    """Compare the sums that every page shows with the rows."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS)
        proved = {pk: sums for pk, *sums in cursor.fetchall()}
    needs = Need.objects.with_quantities().select_related("campaign", "supply")
    for need in needs.iterator(chunk_size=2000):
        for name, sum_of_rows in zip(
            SUM_NAMES, proved.get(need.pk, [0] * len(SUM_NAMES)), strict=True
        ):
            if getattr(need, name) != sum_of_rows:
                yield _("%(campaign)s, %(need)s: “%(name)s” is shown as %(shown)s, but the lines give %(proved)s.") % {"campaign": need.campaign, "need": need, "name": name, "shown": getattr(need, name), "proved": sum_of_rows}  # fmt: skip


def _told_too_much():
    """What the public is told was delivered can be less than what was, and never more."""
    pks = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CAMPAIGNS_AT_ONCE):
        campaigns = Campaign.objects.for_page().defer("story")
        campaigns = campaigns.filter(pk__in=pks[start : start + CAMPAIGNS_AT_ONCE])
        for numbers in (n for found in tell(campaigns).values() for n in found):
            if numbers.delivered > numbers.need.delivered:
                yield _("%(campaign)s, %(need)s: more is told than was delivered.") % {"campaign": numbers.need.campaign, "need": numbers.need}  # fmt: skip
