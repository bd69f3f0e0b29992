"""Fill a site that nobody has pledged to yet with the ways to give and pledges of giving.toml."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from correspondence.models import OutgoingEmail
from donations import booking, pledging
from donations.booking import Part
from donations.models import Donor, PaymentMethod, Pledge
from donations.usage.telling import tell

from .content import read


def give_when_nobody_did(staff):
    """Load everything, or nothing if there is a way to give or a pledge; return whether it did."""
    if PaymentMethod.objects.exists() or Pledge.objects.exists():
        return False
    with transaction.atomic():
        texts = read("giving")
        for position, way in enumerate(texts["ways"]):
            trimmed = {name: value.strip() if isinstance(value, str) else value
                       for name, value in way.items()}  # fmt: skip
            PaymentMethod.objects.create(position=position, **trimmed)
        for pledge in texts["pledges"]:
            load_pledge(pledge, staff["administrator"])
        load_gifts(texts["gifts"], staff["administrator"])
        tell()
    return True


def load_pledge(texts, by):
    """Make a pledge by the way that the form goes. The ledger says today: it lets no one backdate."""
    campaign = Campaign.objects.filter(slug=texts.get("campaign")).first()
    pledge = pledging.make(
        uuid.uuid4(),
        donor=texts["donor"],
        lines=[line_of(line, campaign) for line in texts["lines"]],
        currency=texts.get("currency") or campaign.currency,
        rhythm=texts.get("rhythm", "once"),
        message=texts.get("message", ""),
        language=texts["donor"]["language"],
    )
    Pledge.objects.filter(pk=pledge.pk).update(
        made_at=timezone.now() - timedelta(days=texts["days_ago"])
    )
    if texts.get("confirmed", True):
        pledge = pledging.confirm(pledge)
        OutgoingEmail.objects.about_rows(["donations.please_confirm"], [pledge.pk]).delete()
        if "given_after_days" in texts:
            keep(pledge, texts["days_ago"] - texts["given_after_days"], by)


def load_gifts(texts, by):
    """Book gifts that nobody promised, as they came in over the last years."""
    donors = [Donor.objects.create(name=name) for name in texts["donors"]]
    for given in texts["given"]:
        campaign = Campaign.objects.filter(slug=given.get("campaign")).first()
        for donor, amount in zip(donors, map(Decimal, given["amounts"]), strict=False):
            booking.book(
                donor=donor,
                amount=amount,
                currency=given["currency"],
                received_on=timezone.localdate() - timedelta(days=30 * given["months_ago"]),
                parts=[Part(amount, campaign=campaign)] if campaign else None,
                by=by,
            )


def line_of(texts, campaign):
    if "amount" in texts:
        return {"campaign": campaign, "amount": Decimal(texts["amount"])}
    need = campaign.needs.get(supply__name_en=SUPPLIES[texts["supply"]])
    goods = {"need": need, "quantity": Decimal(texts["goods"]), "in_kind": True}
    return goods | {"comes": texts.get("comes", "")}


SUPPLIES = {slug: names["name_en"] for slug, names in read("campaigns")["supplies"].items()}


def keep(pledge, days_ago, by):
    """Book what was promised as what came."""
    instalment, line = pledge.instalments.get(), pledge.lines.with_place().get()
    came = {"received_on": timezone.localdate() - timedelta(days=days_ago), "by": by}
    if line.in_kind:
        part = Part(quantity=line.quantity, need=line.need, line=line, settles=line.quantity)
        booking.book(instalment=instalment, goods=line.text, parts=[part], **came)
    else:
        facts = {"amount": line.amount, "currency": pledge.currency}
        booking.book(instalment=instalment, **facts, **came)
