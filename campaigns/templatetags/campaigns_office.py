"""How the office writes the lines of a ledger."""

from django import template

from campaigns.money import money_text

register = template.Library()


@register.filter
def quantity_of_line(line):
    """Write the quantity of a line with its sign, as a reversal has it. The need is loaded."""
    sign = "−" if line.quantity < 0 else ""
    return sign + line.need.text_of(abs(line.quantity))


@register.filter
def cost_of_line(line):
    return money_text(line.amount, line.currency)
