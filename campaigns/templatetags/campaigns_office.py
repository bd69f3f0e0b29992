"""How the office writes the lines of a ledger, and the time that a campaign has."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


@register.filter
def time_left(campaign):
    """Write "10 days left", "finished" or "no last day"."""
    if campaign.is_finished:
        return _("finished")
    if campaign.days_left is None:
        return _("no last day")
    if campaign.days_left == 0:
        return _("the last day")
    days = ngettext("%(days)s day left", "%(days)s days left", campaign.days_left)
    return days % {"days": campaign.days_left}
