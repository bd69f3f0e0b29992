"""What a donor may change of a pledge, and how it was typed."""

from campaigns.models import Campaign
from campaigns.quantities import Unit, plain_number, weight_text


def campaign_of(lines):
    """Return the campaign that all lines are for; None for general funds or for several."""
    campaigns = {line.need.campaign if line.need_id else line.campaign for line in lines}
    return campaigns.pop() if len(campaigns) == 1 else None


def may_change(pledge, lines):
    """Say whether a pledge can still become another: nothing of it came yet, and its campaign still
    asks. Two queries."""
    campaign = campaign_of(lines)
    if pledge.is_over or (campaign is None and any(line.need_id for line in lines)):
        return False
    if pledge.has_come_in_part:
        return False
    return campaign is None or (Campaign.objects.published().open().filter(pk=campaign.pk).exists())


def typed_of(lines):
    """Return the fields of the form as somebody would have typed these lines."""
    typed = {}
    for line in lines:
        if line.need_id:
            kind = "goods" if line.in_kind else "money"
            typed[f"need-{line.need_id}-{kind}"] = _number(line)
        elif line.in_kind:
            typed["goods"] = line.goods
        else:
            typed["amount"] = plain_number(line.amount)
        if line.comes:
            typed["comes"] = line.comes
    return typed


def _number(line):
    if line.quantity is None:
        return plain_number(line.amount)
    return weight_text(line.quantity) if line.need.unit == Unit.KG else plain_number(line.quantity)
