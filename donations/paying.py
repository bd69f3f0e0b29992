"""How a pledge can be kept: the ways that staff offer, with its code and sum filled in."""

from dataclasses import dataclass
from urllib.parse import quote

from babel.numbers import get_currency_precision

from campaigns.money import money_text

from .models import PaymentMethod
from .promises import awaited_of


@dataclass(frozen=True)
class Way:
    method: PaymentMethod
    text: str
    link: str


def ways_to_give(pledge):
    """Return the ways in which what is still awaited of a pledge can come. Four queries at most.

    The donor's own choice stands alone for what it fits; all others are offered for the rest.
    """
    awaited = awaited_of(pledge)
    money = [left for line, left in awaited.items() if not line.in_kind]
    goods = any(line.in_kind for line in awaited)
    offered = list(PaymentMethod.objects.offered_for(pledge.currency))
    kept = []
    for wanted, takes in ((money, "takes_money"), (goods, "takes_goods")):
        fitting = [method for method in offered if wanted and getattr(method, takes)]
        chosen = [method for method in fitting if method.pk == pledge.method_id]
        kept += [method for method in chosen or fitting if method not in kept]
    kept.sort(key=offered.index)
    return [way(method, pledge, sum(money)) for method in kept]


def way(method, pledge, total):
    text = method.instructions or ""
    if "{code}" not in text:
        text += "\n\n{code}"
    amount = money_text(total, pledge.currency) if total else ""
    text = text.replace("{code}", pledge.reference).replace("{amount}", amount)
    return Way(method, text, link(method, pledge, total))


def link(method, pledge, total):
    """Return the method's address with code and sum; "" where there is no money to send."""
    if not method.link or not total:
        return ""
    total = round(total, get_currency_precision(pledge.currency))
    facts = {"code": pledge.reference, "sum": f"{total:f}", "currency": pledge.currency}
    address = method.link
    for name, value in facts.items():
        address = address.replace(f"{{{name}}}", quote(value))
    return address
