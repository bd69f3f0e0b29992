"""What campaigns lay on the desk of who opens the office."""

from django import template
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin.ledger import numbers_of
from campaigns.models import Campaign, Entry, Need
from campaigns.models.appeals import USUAL_WAY
from publishing.desk import ROWS, Desk, Row, Shelf, acts_for, latest_work, scheduled
from publishing.desk import waiting_for_review as for_review
from publishing.queue_admin import change_url

from .campaigns_office import quantity_of_line

register = template.Library()
register.filter("numbers", numbers_of)


@register.inclusion_tag("admin/campaigns/_desk.html")
def campaigns_desk(user):
    """Show what open campaigns have come to, what waits, and what was entered last.

    Six queries; nine for those who work with the ledger.
    """
    if not user.has_perm("campaigns.view_campaign"):
        return {}
    may_see_ledger = user.has_perm("campaigns.view_entry")
    shelves = [
        *([late_on_the_way(), without_cost(), newest_entries()] if may_see_ledger else []),
        for_review(Campaign),
        scheduled(Campaign),
        *latest_work(Campaign, user),
    ]
    facts = {"campaigns": open_campaigns(), "may_see_ledger": may_see_ledger}
    return {"desk": Desk("campaigns", _("Campaigns"), acts(user), shelves, facts)}


def acts(user):
    return acts_for(
        user,
        ("campaigns.add_campaign", _("Write a campaign"), "admin:campaigns_campaign_add"),
        ("campaigns.add_expense", _("Enter an expense"), "admin:campaigns_expense_add"),
    )


def open_campaigns():
    """Return public campaigns that still ask, and their needs with the numbers. Two queries."""
    needs = Need.objects.select_related("supply").with_quantities()
    campaigns = Campaign.objects.published().open().begun_first()
    columns = ("title", "currency", "starts_on", "ends_on")
    return campaigns.only(*columns).prefetch_related(Prefetch("needs", needs))[:ROWS]


def late_on_the_way():
    """Return the shelf of goods that nobody has told of for long. One query."""
    late = Need.objects.late_on_the_way().select_related("supply", "campaign")
    rows = [
        Row(f"{need}: {need.text_of(need.late)}", ledger_of(need), str(need.campaign))
        for need in late.order_by("campaign__title_en", "pk")[:ROWS]
    ]
    days = USUAL_WAY.days
    heading = ngettext(
        "On the way for over %(days)s day", "On the way for over %(days)s days", days
    )
    everything = reverse("admin:campaigns_need_changelist") + "?waits=way"
    return Shelf(
        heading % {"days": days}, rows, _("Nothing."), (_("All goods on the way"), everything)
    )


def without_cost():
    """Return the shelf of needs whose cost nobody has told, of campaigns that ask. One query."""
    asking = Campaign.objects.open().exclude(state=Campaign.State.WITHDRAWN)
    needs = Need.objects.without_cost().filter(campaign__in=asking)
    rows = [
        Row(need, f"{change_url(need.campaign)}#needs-group", str(need.campaign))
        for need in needs.select_related("supply", "campaign").order_by("-pk")[:ROWS]
    ]
    everything = reverse("admin:campaigns_need_changelist") + "?waits=cost"
    return Shelf(_("Cost unknown"), rows, "", (_("All needs without a cost"), everything))


def newest_entries():
    """Return the shelf of lines entered last. One query."""
    lines = Entry.objects.select_related("need__campaign", "need__supply", "entered_by")
    rows = [
        Row(
            f"{line.get_kind_display()}: {quantity_of_line(line)} · {line.need}",
            ledger_of(line.need),
            " · ".join(
                str(fact)
                for fact in (line.need.campaign, date_format(line.happened_on), line.entered_by)
                if fact
            ),
        )
        for line in lines.order_by("-pk")[:ROWS]
    ]
    everything = reverse("admin:campaigns_entry_changelist")
    return Shelf(_("Newest entries"), rows, _("Nothing yet."), (_("All entries"), everything))


def ledger_of(need):
    return reverse("admin:campaigns_need_change", args=[need.pk])
