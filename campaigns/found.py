"""What machines are told about a campaign: search engines, shared links, feed readers."""

from django.utils.text import Truncator

from publishing import found
from publishing.rich_text import plain
from publishing.templatetags.publishing import language_of


def summary(campaign):
    """Return the teaser, or how the story begins, as plain words."""
    return campaign.teaser or Truncator(plain(campaign.story)).chars(300)


def donate_action(campaign, numbers):
    """Return a campaign as schema.org data: an act that anybody may do, and what it asks for.

    Numbers of a day are left out: engines keep them long after they have changed.
    """
    data = {
        "@type": "DonateAction",
        "name": campaign.title,
        "description": summary(campaign),
        "inLanguage": language_of(campaign, "title"),
        "url": found.absolute(campaign.get_absolute_url()),
        "startTime": campaign.starts_on.isoformat(),
        "endTime": campaign.ends_on and campaign.ends_on.isoformat(),
        "actionStatus": f"https://schema.org/{status(campaign)}ActionStatus",
        "recipient": found.organisation(),
        "object": [asked(one.need) for one in numbers],
        "image": found.picture(campaign.lead_photo and campaign.lead_photo.shown),
    }
    return {name: value for name, value in data.items() if value}


def status(campaign):
    if campaign.is_finished:
        return "Completed"
    return "Active" if campaign.has_begun else "Potential"


def asked(need):
    if need.is_money:
        return {
            "@type": "MonetaryAmount",
            "name": str(need),
            "value": f"{need.target:.2f}",
            "currency": need.campaign.currency,
        }
    quantity = {"value": f"{need.target.normalize():f}", "unitText": need.unit}
    return {
        "@type": "Demand",
        "name": str(need),
        "eligibleQuantity": {"@type": "QuantitativeValue"} | quantity,
    }
