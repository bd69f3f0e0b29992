"""Proves what the public was told of donations from the rows: every sum, and where it stands."""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from donations.models import ToldSum

# The day from which the fiscal year of a day began, as its calendar year.
YEAR = "extract(year FROM {day} - make_interval(months => {months}))"

# What each row adds to which cell: the same facts as in telling.py, read a second way.
ROWS = {
    "received": """SELECT a.id, a.amount, coalesce(a.changed_on, d.received_on) AS day, d.currency,
            coalesce(a.campaign_id, n.campaign_id) AS campaign_id, NULL::bigint AS need_id,
            '' AS category
        FROM donations_allocation a JOIN donations_donation d ON d.id = a.donation_id
        LEFT JOIN campaigns_need n ON n.id = a.need_id""",
    "fees": """SELECT id, fee, received_on, currency, NULL::bigint, NULL::bigint, ''
        FROM donations_donation""",
    "spent": """SELECT id, amount, spent_on, currency, campaign_id, NULL::bigint, category
        FROM campaigns_expense""",
    "units": """SELECT e.id, e.quantity, e.happened_on, '', n.campaign_id, n.id, ''
        FROM campaigns_entry e JOIN campaigns_need n ON n.id = e.need_id
        WHERE e.kind IN ('funded', 'given')""",
}
FIELDS = {"received": "allocation", "fees": "donation", "spent": "expense", "units": "entry"}

# Of each sum: what its rows give, and whether one of them stands elsewhere.
WRONG = """SELECT s.id FROM donations_toldsum s
    JOIN donations_telling t ON t.id = s.telling_id
    LEFT JOIN donations_toldrow r ON r.told_id = s.id
    LEFT JOIN ({rows}) AS x (id, amount, day, currency, campaign_id, need_id, category)
        ON x.id = r.{field}_id
    WHERE s.measure = %s GROUP BY s.id
    HAVING sum(x.amount) IS DISTINCT FROM s.amount OR bool_or(x.day > t.until)
        OR bool_or((x.currency, x.category) <> (s.currency, s.category))
        OR bool_or((x.campaign_id, x.need_id) IS DISTINCT FROM (s.campaign_id, s.need_id))
        OR bool_or({year} <> s.year)"""


def discrepancies():
    """Yield a sentence for each told sum that is not that of its rows. Five queries."""
    year = YEAR.format(day="x.day", months=settings.FISCAL_YEAR_FIRST_MONTH - 1)
    for measure, rows in ROWS.items():
        sql = WRONG.format(rows=rows, field=FIELDS[measure], year=year)
        with connection.cursor() as cursor:
            cursor.execute(sql, [measure])
            wrong = [pk for (pk,) in cursor.fetchall()]
        for told in ToldSum.objects.filter(pk__in=wrong).select_related("telling"):
            yield _("What was told of donations up to %(day)s (%(sum)s) is not what the rows give. Run tell_usage --anew.") % {"day": told.telling.until, "sum": told}  # fmt: skip
