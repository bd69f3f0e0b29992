"""The figures of a year as the page shows them: a table and a chart for each currency, and for the
goods of each campaign."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Expense
from campaigns.money import money_text
from donations.models.usage import VARIOUS
from publishing.rows import Known, said_by
from publishing.templatetags.publishing import language_of

from .charts import Bar, Chart, Group


def written(figures):
    """Write the tables and charts of some figures: money and goods, each "" where none are told."""
    campaigns = {one.campaign: said_by(one.campaign) for one in figures}
    needs = {one.need: said_by(one.need, one.need and one.need.supply) for one in figures}
    said = (
        (
            *(one.measure, one.category, one.unit, one.value),
            *(campaigns[one.campaign], needs[one.need]),
        )
        for one in figures
    )
    return _written(Known(tuple(said), figures), get_language())


@lru_cache(maxsize=64)
def _written(known, _language):
    nothing = render_to_string("donations/usage/_nothing.html")  # once, not in each cell
    parts = {"money": money_tables(known.content), "goods": goods_tables(known.content)}
    return {
        part: format_html_join(
            "",
            "{}",
            (
                [
                    render_to_string(
                        f"donations/usage/_{part}.html", {"table": table, "nothing": nothing}
                    )
                ]
                for table in tables
            ),
        )
        for part, tables in parts.items()
    }


def general_funds():
    """The heading of all that no published campaign stands for."""
    return _("General funds and other campaigns")


def category_text(category):
    """Write a category of expenses; that of small rests says what they were."""
    if category == VARIOUS:
        return _("Rescue, shelter or transport")
    return Expense.Category(category).label


@dataclass
class MoneyRow:
    """What came for one purpose and what was spent of it, in one currency. None: nothing is told."""

    campaign: Campaign | None
    currency: str
    received: Decimal | None
    payments: list  # (category, amount)

    @property
    def title(self):
        return self.campaign.title if self.campaign else general_funds()

    @property
    def spent(self):
        return sum((amount for _category, amount in self.payments), Decimal(0)) or None

    @cached_property
    def texts(self):
        """Received and spent, in words; "" where nothing is told."""
        return [self.text(self.received), self.text(self.spent)]

    @property
    def categories(self):
        return [(category_text(name), self.text(amount)) for name, amount in self.payments]

    def text(self, amount):
        return "" if amount is None else money_text(amount, self.currency)


@dataclass
class MoneyTable:
    currency: str
    rows: list[MoneyRow]
    fees: Decimal | None

    @property
    def totals(self):
        """Received and spent of all purposes, in words; "" where nothing is told."""
        received = [row.received for row in self.rows if row.received is not None]
        payments = [payment for row in self.rows for payment in row.payments]
        total = sum(received, Decimal(0)) if received else None
        return MoneyRow(None, self.currency, total, payments).texts

    @property
    def fees_text(self):
        return "" if self.fees is None else money_text(self.fees, self.currency)

    @cached_property
    def chart(self):
        title = _("Received and spent in %(currency)s") % {"currency": self.currency}
        return Chart(f"money-{self.currency}", title, [money_group(row) for row in self.rows])


def money_group(row):
    labels = [("received", pgettext("money", "Received")), ("spent", pgettext("money", "Spent"))]
    numbers = [row.received, row.spent]
    return Group(row.title, bars(labels, row.texts, numbers), lang_of(row.campaign, "title"))


def bars(labels, texts, numbers):
    """Return a bar of each number that is told."""
    facts = zip(labels, texts, numbers, strict=True)
    return [Bar(*label, text, number) for label, text, number in facts if number is not None]


def money_tables(figures):
    """Return a table for each currency, in the order of their codes."""
    money = [one for one in figures if one.measure.startswith("money_")]
    return [
        money_table(currency, [one for one in money if one.unit == currency])
        for currency in sorted({one.unit for one in money})
    ]


def money_table(currency, figures):
    fees, rows = None, {}
    for one in figures:
        if one.measure == "money_fees":
            fees = one.value
            continue
        row = rows.setdefault(one.campaign, MoneyRow(one.campaign, currency, None, []))
        if one.measure == "money_received":
            row.received = one.value
        else:
            row.payments.append((one.category, one.value))
    return MoneyTable(currency, list(rows.values()), fees)


@dataclass
class GoodsRow:
    need: object
    numbers: dict  # measure without its first word: number

    @cached_property
    def texts(self):
        """The four numbers in words, in their order; "" where nothing is told."""
        return [
            self.need.text_of(self.numbers[name]) if name in self.numbers else ""
            for name in ("needed", "received", "delivered", "lost")
        ]


@dataclass
class GoodsTable:
    campaign: Campaign
    rows: list[GoodsRow]

    @cached_property
    def chart(self):
        title = _("Goods of “%(campaign)s”") % {"campaign": self.campaign.title}
        groups = [goods_group(row) for row in self.rows]
        return Chart(f"goods-{self.campaign.pk}", title, groups, one_scale=False)


def goods_group(row):
    labels = [
        ("needed", pgettext("goods", "Needed")),
        ("received", pgettext("goods", "Received")),
        ("delivered", pgettext("goods", "Delivered")),
        ("lost", pgettext("goods", "Lost")),
    ]
    numbers = [row.numbers.get(kind) for kind, _label in labels]
    return Group(str(row.need), bars(labels, row.texts, numbers), lang_of(row.need.supply, "name"))


def goods_tables(figures):
    """Return a table for each campaign that asks for goods, in their order."""
    tables = {}
    for one in figures:
        if one.need:
            rows = tables.setdefault(one.campaign, {})
            row = rows.setdefault(one.need, GoodsRow(one.need, {}))
            row.numbers[one.measure.removeprefix("goods_")] = one.value
    return [GoodsTable(campaign, list(rows.values())) for campaign, rows in tables.items()]


def lang_of(row, field):
    """Return the language of a text when it is not the page's, else ""."""
    if row is None:
        return ""
    shown = language_of(row, field)
    return "" if shown == get_language() else shown
