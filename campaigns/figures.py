"""How the four numbers of a need are shown: each in words, and each with a bar of its own.

Bars of one need share a scale, so that more than was asked for reaches beyond the target.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import format_percent
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

BAR = """<svg class="bar" aria-hidden="true"><line class="bar-target" x2="{target}" y1="50%" y2="50%"/>{of_target}</svg>"""
OF_TARGET = """<line class="bar-{kind}" x2="{length}" y1="50%" y2="50%"/><line class="bar-mark" x1="{target}" x2="{target}" y2="100%"/>"""  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One number in words, and how long it and its target are: "43.2%" of the bar."""

    kind: str
    label: str
    text: str
    number: Decimal
    needed: Decimal
    length: str
    target: str
    on: date  # the day up to which it is true

    @property
    def share(self):
        """Write which share of the target it is; "" of the target itself."""
        return "" if self.kind == "needed" else share_text(self.number, self.needed)

    @property
    def bar(self):
        """Draw it beside its target. Here and not in a template, for a list has hundreds of them."""
        facts = {"kind": self.kind, "length": self.length, "target": self.target}
        of_target = "" if self.kind == "needed" else format_html(OF_TARGET, **facts)
        return format_html(BAR, target=self.target, of_target=of_target)


def figures(numbers):
    """Return needed, pledged, received and, unless the need is a sum of money, delivered."""
    need, today = numbers.need, timezone.localdate()
    facts = [
        ("needed", pgettext("goods", "Needed"), numbers.needed, today),
        ("pledged", pgettext("goods", "Pledged"), numbers.pledged, today),
        ("received", pgettext("goods", "Received"), numbers.received, today),
    ]
    if not need.is_money:
        facts.append(
            (
                "delivered",
                pgettext("goods", "Delivered"),
                numbers.delivered,
                numbers.delivered_until,
            )
        )
    scale = max(number for _kind, _label, number, _on in facts)
    return [
        Figure(
            kind,
            label,
            text(need, kind, number),
            number,
            need.target,
            length(number, scale),
            length(need.target, scale),
            on,
        )
        for kind, label, number, on in facts
    ]


def text(need, kind, number):
    """Write a number; of what was delivered, there may be more than is told, or nothing is."""
    if kind == "delivered":
        return _("at least %(quantity)s") % {"quantity": need.text_of(number)} if number else ""
    return need.text_with(number, getattr(need, f"{kind}_money", None))


def share_text(number, target):
    """Write a share, rounded down: what is not complete does not say 100%."""
    return format_percent(int(number * 100 / target) / Decimal(100), locale=get_language())


def length(number, scale):
    return f"{max(number, Decimal(0)) * 100 / scale:.1f}%"
