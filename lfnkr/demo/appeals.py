"""Fill a site that has no campaigns yet with those of campaigns.toml, ledgers included."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from campaigns.forms import read_target
from campaigns.models import Campaign, CampaignPhoto, Expense, Need, Region, Supply
from campaigns.posting import post, reverse
from campaigns.quantities import read_quantity
from library.models import Photo
from news.models import Article

from .content import act_of, moment, read


def appeal_when_none(staff):
    """Load everything, or nothing if there is a campaign already; return whether it did.

    The articles and photos must be there. `staff` are the accounts by role.
    """
    if Campaign.objects.exists():
        return False
    with transaction.atomic():
        texts = read("campaigns")
        photos = photos_by_name()
        supplies = {
            slug: Supply.objects.create(**facts | {"photo": photos.get(facts.get("photo"))})
            for slug, facts in texts["supplies"].items()
        }
        regions = {slug: Region.objects.create(**names) for slug, names in texts["regions"].items()}
        for campaign in texts["campaigns"]:
            load_campaign(campaign, supplies, regions, photos, staff)
    return True


def photos_by_name():
    """Return the demonstration's photos by the names of their files; their words tell them apart."""
    named = {texts["alt_en"]: name for name, texts in read("photos").items()}
    photos = Photo.objects.filter(alt_en__in=named)
    return {named[photo.alt_en]: photo for photo in photos}


def load_campaign(texts, supplies, regions, photos, staff):
    needs, expenses = texts.pop("needs"), texts.pop("expenses", [])
    further = texts.pop("photos", [])
    state = texts.pop("state", "published")
    texts |= {
        name: date.fromisoformat(texts[name]) for name in ("starts_on", "ends_on") if name in texts
    }
    campaign = Campaign(**texts | {"lead_photo": photos.get(texts.get("lead_photo"))})
    if state == "published":
        campaign.published_at = min(moment(campaign.starts_on), timezone.now())
    with act_of(staff["campaigner"], campaign):
        campaign.save()
    for position, name in enumerate(further):
        CampaignPhoto.objects.create(campaign=campaign, photo=photos[name], position=position)
    for position, need in enumerate(needs):
        load_need(campaign, position, need, supplies, regions, staff["campaigner"])
    for expense in expenses:
        facts = expense | {"spent_on": date.fromisoformat(expense["spent_on"])}
        Expense.objects.create(campaign=campaign, entered_by=staff["campaigner"], **facts)
    if state == "published":
        with act_of(staff["publisher"], campaign):
            campaign.publish()


def load_need(campaign, position, texts, supplies, regions, campaigner):
    lines, supply = texts.pop("ledger"), supplies.get(texts.pop("supply", None))
    target = read_target(texts.pop("target"), supply)
    if "quoted_on" in texts:
        texts["quoted_on"] = date.fromisoformat(texts["quoted_on"])
    need = Need(campaign=campaign, supply=supply, target=target, position=position, **texts)
    with act_of(campaigner, need):
        need.save()
    for day, kind, quantity, *more in lines:
        enter(need, date.fromisoformat(day), kind, quantity, *more, regions=regions, by=campaigner)


def enter(need, day, kind, quantity, more=None, *, regions, by):
    """Enter a line as the office does; one marked as reversed is taken back at once."""
    more = more or {}
    money = {}
    if "amount" in more:
        money = {"amount": Decimal(more["amount"]), "currency": need.campaign.currency}
    detail = {
        "region": regions.get(more.get("region")),
        "people_reached": more.get("people"),
        "report": Article.objects.filter(slug=more.get("report")).first(),
        "private_note": more.get("note", ""),
    }
    day = min(day, timezone.localdate())
    line = post(
        need,
        kind,
        read_quantity(quantity, need.unit),
        on=day,
        by=by,
        entered_at=min(moment(day), timezone.now()),
        detail=detail,
        **money,
    )
    if more.get("reversed"):
        reverse(line, by=by)
