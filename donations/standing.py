"""What became of a promise, in the words of its private page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.disclosure import reports_on, tell
from campaigns.models import Campaign
from news.listed import listed

from .models import Allocation, Donation, Instalment, PledgeLine
from .promises import left_of


@dataclass(frozen=True)
class LineStanding:
    """How far one line is, in one instalment."""

    line: PledgeLine
    state: str


@dataclass(frozen=True)
class Term:
    """One instalment: when it is due, and how far each of its lines is."""

    number: int
    due_on: date
    state: str
    is_open: bool
    lines: list


def terms_of(pledge):
    """Return the instalments, the newest first. Three queries, however many there are."""
    lines = list(pledge.lines.with_place().order_by("pk"))
    settled = _settled(pledge)
    return [
        Term(
            instalment.number,
            instalment.due_on,
            instalment.get_state_display(),
            instalment.is_open,
            [
                LineStanding(line, words(line, instalment, settled[instalment.pk, line.pk]))
                for line in lines
                if line.is_of(instalment.number)
            ],
        )
        for instalment in pledge.instalments.order_by("-number")
    ]


def partly_come(instalment):
    """Return the lines of an instalment of which a part came, and how far each is. Two queries."""
    came = {line: line.promised - left for line, left in left_of(instalment).items()}
    return [
        LineStanding(line, words(line, instalment, part)) for line, part in came.items() if part
    ]


def _settled(pledge):
    rows = (
        Allocation.objects.filter(donation__instalment__pledge=pledge, line__isnull=False)
        .order_by()
        .values_list("donation__instalment", "line")
        .annotate(Sum("settles"))
    )
    return defaultdict(Decimal, {(instalment, line): sum for instalment, line, sum in rows})


def words(line, instalment, came):
    """Say how much of a line came, and whether the rest is still awaited."""
    if came >= line.promised:
        return _("has come: thank you")
    facts = {"came": line.text_of(came), "day": date_format(instalment.due_on)}
    if instalment.is_open:
        if came:
            return _("%(came)s of it has come; the rest is awaited by %(day)s") % facts
        return _("awaited by %(day)s") % facts
    is_cancelled = instalment.state == Instalment.State.CANCELLED
    rest = _("cancelled") if is_cancelled else _("did not come")
    if came:
        return _("%(came)s of it has come; the rest: %(rest)s") % (facts | {"rest": rest})
    return rest


def gifts_of(pledge):
    """Return what came for a pledge, the newest first. One query."""
    gifts = Donation.objects.standing().filter(instalment__pledge=pledge)
    return gifts.order_by("-received_on", "-pk")


@dataclass(frozen=True)
class Outcome:
    """What the public knows of a campaign for which somebody promised something."""

    campaign: Campaign
    numbers: list
    deliveries: list
    reports: list


def outcomes(lines):
    """Return what became of the campaigns of these lines: no more than everybody can read.

    Four queries, and one for each campaign, of which a pledge has one.
    """
    asked = {line.need.campaign_id if line.need_id else line.campaign_id for line in lines}
    campaigns = list(Campaign.objects.published().filter(pk__in=asked - {None}).for_list())
    numbers = tell(campaigns) if campaigns else {}
    return [
        Outcome(
            campaign,
            numbers[campaign.pk],
            [delivery for one in numbers[campaign.pk] for delivery in one.deliveries],
            listed(reports_on(campaign, numbers[campaign.pk])),
        )
        for campaign in campaigns
    ]
