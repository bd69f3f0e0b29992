"""Proves promises and gifts from their rows: that each counts once, where it says, and no more.

As in campaigns/proof.py the checks are SQL over all rows at once, and use neither the code that
books nor the one that adds up: what is proved must not be its own witness.
"""

from django.utils.translation import gettext as _

from campaigns.proof import ids, unprotected

from .models import Allocation, Donation, Instalment, Pledge, PledgeEntry, Receipt

PROTECTING = {
    PledgeEntry: ("promise_is_never_changed", "promises_are_never_emptied"),
    Donation: (
        "donation_is_never_deleted",
        "donation_figures_stay",
        "donations_are_never_emptied",
    ),
    Allocation: ("allocation_is_never_changed", "allocations_are_never_emptied"),
    Receipt: ("receipt_is_never_deleted", "receipt_figures_stay", "receipts_are_never_emptied"),
}

# How near money that was converted or divided must come: half of the currency's smallest unit.
HALF_A_UNIT = "CASE WHEN e.currency IN ('JPY', 'KRW') THEN 0.5 ELSE 0.005 END"

DONATIONS = [
    (
        """SELECT d.id FROM donations_donation d
        LEFT JOIN (SELECT donation_id, sum(amount) AS counted FROM donations_allocation
                   GROUP BY donation_id) a ON a.donation_id = d.id
        LEFT JOIN (SELECT reverses_id, sum(amount) AS back FROM donations_donation
                   GROUP BY reverses_id) r ON r.reverses_id = d.id
        WHERE d.reverses_id IS NULL AND d.amount IS NOT NULL
          AND (coalesce(a.counted, 0) <> d.amount + coalesce(r.back, 0)
               OR d.amount + coalesce(r.back, 0) < 0)""",
        lambda: _("what counts for its purposes is not what was kept of it"),
    ),
    (
        """SELECT gift FROM (
            SELECT gift, sum(amount) AS over, sum(sum(amount)) OVER (PARTITION BY gift) AS in_all
            FROM (
                SELECT a.donation_id AS gift, coalesce(a.changed_on, d.received_on) AS day, a.amount
                FROM donations_allocation a JOIN donations_donation d ON d.id = a.donation_id
                UNION ALL
                SELECT coalesce(reverses_id, id), received_on, -amount FROM donations_donation
            ) AS moved GROUP BY gift, day
        ) AS days WHERE over <> 0 AND in_all = 0""",
        lambda: _("what counts for its purposes counts on another day than it came or went back"),
    ),
    (
        """SELECT r.id FROM donations_donation r JOIN donations_donation d ON d.id = r.reverses_id
        WHERE r.currency <> d.currency OR d.reverses_id IS NOT NULL OR r.id < d.id
           OR (r.amount IS NULL) <> (d.amount IS NULL)
           OR (r.cause = 'void' AND (r.amount, r.fee) IS DISTINCT FROM (-d.amount, -d.fee))""",
        lambda: _("it does not take back the gift that it names"),
    ),
    (
        """SELECT r.reverses_id FROM donations_donation r
        JOIN donations_allocation a ON a.donation_id = r.reverses_id
        WHERE r.cause = 'void' GROUP BY r.reverses_id
        HAVING sum(coalesce(a.quantity, 0)) <> 0 OR sum(coalesce(a.settles, 0)) <> 0""",
        lambda: _("it is void, but something of it still counts"),
    ),
    (
        """SELECT a.donation_id FROM donations_allocation a
        JOIN campaigns_entry e ON e.id = a.entry_id JOIN donations_donation d ON d.id = a.donation_id
        WHERE (a.need_id, a.quantity, d.received_on)
              IS DISTINCT FROM (e.need_id, e.quantity, e.happened_on)
           OR e.kind <> CASE WHEN a.amount IS NULL THEN 'given' ELSE 'funded' END""",
        lambda: _("what counts for a need is not what stands in its ledger"),
    ),
    (
        f"""SELECT a.donation_id FROM donations_allocation a
        JOIN campaigns_entry e ON e.id = a.entry_id JOIN campaigns_need n ON n.id = a.need_id
        WHERE a.amount IS NOT NULL AND (a.rate IS NULL
           OR abs(e.amount - a.amount * a.rate) > {HALF_A_UNIT}
           OR n.supply_id IS NULL AND e.quantity <> e.amount
           OR n.supply_id IS NOT NULL AND a.unit_cost IS NULL AND e.quantity <> 0
           OR n.supply_id IS NOT NULL AND abs(e.quantity - e.amount / a.unit_cost) >= 0.001)""",  # noqa: S608
        lambda: _("rate, unit cost and quantity of it do not fit each other"),
    ),
    (
        """SELECT b.donation_id FROM donations_allocation b
        JOIN donations_allocation a ON a.id = b.reverses_id
        LEFT JOIN campaigns_entry e ON e.id = b.entry_id
        WHERE (b.donation_id, b.amount, b.quantity)
              IS DISTINCT FROM (a.donation_id, -a.amount, -a.quantity)
           OR (b.need_id, b.campaign_id, b.line_id)
              IS DISTINCT FROM (a.need_id, a.campaign_id, a.line_id)
           OR a.reverses_id IS NOT NULL OR e.reverses_id IS DISTINCT FROM a.entry_id""",
        lambda: _("a part of it was not taken back as it was counted"),
    ),
    (
        """SELECT a.donation_id FROM donations_allocation a
        JOIN donations_pledgeline l ON l.id = a.line_id
        JOIN donations_donation d ON d.id = a.donation_id
        LEFT JOIN donations_instalment i ON i.id = d.instalment_id
        WHERE l.pledge_id IS DISTINCT FROM i.pledge_id""",
        lambda: _("it settles a line of another pledge"),
    ),
]

# How far sums may lie apart of which each part was rounded to a thousandth, or to a cent.
ROUNDED = "0.02"

# What stands in a ledger of a line at an instalment.
STANDING = """SELECT p.line_id, p.instalment_id,
        sum(CASE e.kind WHEN 'pledged' THEN e.quantity ELSE -e.quantity END) AS quantity,
        sum(CASE e.kind WHEN 'pledged' THEN e.amount ELSE -e.amount END) AS amount
    FROM donations_pledgeentry p JOIN campaigns_entry e ON e.id = p.entry_id
    GROUP BY p.line_id, p.instalment_id"""
# How far each line of an instalment is settled.
SETTLED = """SELECT i.id AS instalment_id, l.id AS line_id, l.need_id, l.in_kind, l.quantity,
        CASE WHEN l.in_kind THEN coalesce(l.quantity, 1) ELSE l.amount END AS promised,
        coalesce(g.settled, 0) AS settled
    FROM donations_instalment i
    JOIN donations_pledgeline l ON l.pledge_id = i.pledge_id AND l.since <= i.number
         AND (l.until IS NULL OR l.until >= i.number)
    LEFT JOIN (SELECT d.instalment_id, a.line_id, sum(a.settles) AS settled
               FROM donations_allocation a JOIN donations_donation d ON d.id = a.donation_id
               WHERE a.line_id IS NOT NULL GROUP BY d.instalment_id, a.line_id) g
         ON g.instalment_id = i.id AND g.line_id = l.id"""

INSTALMENTS = [
    (
        f"""SELECT s.instalment_id FROM ({STANDING}) s
        JOIN donations_instalment i ON i.id = s.instalment_id
        WHERE s.quantity < 0 OR s.amount < 0
           OR (i.state NOT IN ('open', 'partly') AND (s.quantity <> 0 OR s.amount <> 0))""",  # noqa: S608
        lambda: _("it stands in the ledger although nothing of it is awaited"),
    ),
    (
        f"""SELECT s.instalment_id FROM ({SETTLED}) s
        JOIN donations_instalment i ON i.id = s.instalment_id
        LEFT JOIN ({STANDING}) h ON (h.instalment_id, h.line_id) = (s.instalment_id, s.line_id)
        WHERE i.state IN ('open', 'partly') AND s.need_id IS NOT NULL
          AND (abs(coalesce(h.amount, 0)
                   - CASE WHEN s.in_kind THEN 0 ELSE s.promised - s.settled END) > {ROUNDED}
               OR abs(coalesce(h.quantity, 0) - s.quantity * (s.promised - s.settled) / s.promised)
                  > {ROUNDED})""",  # noqa: S608
        lambda: _("what is still to come of it is not what stands in the ledger"),
    ),
    (
        f"""SELECT s.instalment_id FROM ({SETTLED}) s
        JOIN donations_instalment i ON i.id = s.instalment_id GROUP BY i.id, s.instalment_id
        HAVING bool_and(s.settled >= s.promised) <> (i.state IN ('paid', 'overpaid'))
            OR bool_or(s.settled > s.promised) OR bool_or(s.settled < 0)
            OR (i.state = 'open' AND bool_or(s.settled > 0))
            OR (i.state = 'partly' AND NOT bool_or(s.settled > 0))""",  # noqa: S608
        lambda: _("its state is not what came of it"),
    ),
    (
        """SELECT p.instalment_id FROM donations_pledgeentry p
        JOIN campaigns_entry e ON e.id = p.entry_id JOIN donations_pledgeline l ON l.id = p.line_id
        JOIN donations_instalment i ON i.id = p.instalment_id
        WHERE e.need_id IS DISTINCT FROM l.need_id OR l.pledge_id <> i.pledge_id
           OR e.kind NOT IN ('pledged', 'released')""",
        lambda: _("a line of a ledger is not of its promise"),
    ),
]

PLEDGES = [
    (
        """SELECT p.id FROM donations_pledge p
        JOIN donations_instalment i ON i.pledge_id = p.id
        WHERE p.rhythm = 'once' AND p.state <> CASE i.state WHEN 'open' THEN 'confirmed'
            WHEN 'partly' THEN 'partly' WHEN 'missed' THEN 'lapsed' WHEN 'cancelled' THEN 'cancelled'
            ELSE 'fulfilled' END""",
        lambda: _("its state is not that of what was promised"),
    ),
    (
        """SELECT p.id FROM donations_pledge p
        WHERE (p.confirmed_at IS NULL)
            = EXISTS (SELECT 1 FROM donations_instalment i WHERE i.pledge_id = p.id)""",
        lambda: _("it counts without being confirmed, or is confirmed and does not count"),
    ),
]

RECEIPTS = [
    (
        """SELECT id FROM (SELECT id, number,
            row_number() OVER (PARTITION BY year ORDER BY number) AS place
        FROM donations_receipt) AS counted WHERE number <> place""",
        lambda: _("a number before it is missing"),
    ),
    (
        """SELECT r.id FROM donations_receipt r JOIN donations_donation d ON d.id = r.donation_id
        LEFT JOIN (SELECT reverses_id, sum(amount) AS back FROM donations_donation
                   GROUP BY reverses_id) b ON b.reverses_id = d.id
        WHERE r.void_on IS NULL AND (r.amount IS DISTINCT FROM d.amount + coalesce(b.back, 0)
              OR r.amount IS NULL AND b.reverses_id IS NOT NULL)""",
        lambda: _("it does not confirm what is left of its gift"),
    ),
]

# Promises and money in a ledger for which nothing is promised and nothing came.
# A line that says it is of a donation and is not, or is and does not say so, is one too: the office
# could take it back by itself.
WITHOUT_CAUSE = """SELECT e.id FROM campaigns_entry e
    LEFT JOIN donations_pledgeentry p ON p.entry_id = e.id
    LEFT JOIN donations_allocation a ON a.entry_id = e.id
    WHERE (e.kind IN ('pledged', 'released') AND p.entry_id IS NULL)
       OR (e.kind = 'funded' AND a.id IS NULL)
       OR e.of_donation <> (p.entry_id IS NOT NULL OR a.id IS NOT NULL)"""

CHECKS = {Donation: DONATIONS, Instalment: INSTALMENTS, Pledge: PLEDGES, Receipt: RECEIPTS}


def discrepancies():
    """Yield a sentence for everything about promises and gifts that cannot be. About 15 queries."""
    yield from unprotected(PROTECTING)
    for model, checks in CHECKS.items():
        for sql, wrong in checks:
            for pk in sorted(set(ids(sql))):
                yield _("%(what)s No. %(number)s: %(wrong)s.") % {
                    "what": model._meta.verbose_name.capitalize(),
                    "number": pk,
                    "wrong": wrong(),
                }
    for pk in ids(WITHOUT_CAUSE):
        yield _("Line No. %(number)s of a ledger has neither pledge nor gift behind it.") % {
            "number": pk
        }
