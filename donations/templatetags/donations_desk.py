"""What donations lay on the desk of who opens the office."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donations.models import Donation, Pledge, StatementFile
from publishing.desk import ROWS, Desk, Row, Shelf, acts_for
from publishing.queue_admin import change_url

register = template.Library()


@register.inclusion_tag("admin/_desk.html")
def donations_desk(user):
    """Show which promises are late, which goods are to come, and what came last. Eight queries."""
    if not user.has_perm("donations.view_donation"):
        return {}
    acts = acts_for(
        user,
        ("donations.add_donation", _("Book a gift"), "admin:donations_donation_add"),
        (
            "donations.add_statementfile",
            _("Import a statement"),
            "admin:donations_statementfile_add",
        ),
        ("donations.add_dayrate", _("Enter a rate"), "admin:donations_dayrate_add"),
    )
    shelves = [waiting_rows(), late(), goods_to_come(), newest_pledges()]
    shelves += [unthanked(), newest_gifts()]
    return {"desk": Desk("donations", _("Donations"), acts, shelves)}


def waiting_rows():
    """Return the shelf of statements with rows for which somebody has to decide. One query."""
    files = StatementFile.objects.with_counts().filter(waiting__gt=0)[:ROWS]
    address = reverse("admin:donations_statementrow_changelist")
    rows = [
        Row(
            ngettext("%(file)s: %(number)d row", "%(file)s: %(number)d rows", file.waiting)
            % {"file": file, "number": file.waiting},
            f"{address}?file={file.pk}",
            date_format(localtime(file.imported_at)),
        )
        for file in files
    ]
    return Shelf(_("Statements: rows that wait"), rows, "", (_("All rows that wait"), address))


def late():
    pledges = Pledge.objects.late()
    return _shelf(_("Late, and reminded"), pledges, _("Nothing."), "?waits=late")


def goods_to_come():
    pledges = Pledge.objects.open().with_goods()
    return _shelf(_("Goods to come"), pledges, "", "?waits=goods")


def newest_pledges():
    return _shelf(_("Newest pledges"), Pledge.objects.open(), _("Nothing yet."), "")


def _shelf(heading, pledges, nothing, narrowed):
    rows = [
        Row(
            f"{pledge}: {'; '.join(line.text for line in pledge.standing_lines)}",
            change_url(pledge),
            f"{pledge.donor} · {date_format(pledge.made_at)}",
        )
        for pledge in pledges.select_related("donor").with_lines().order_by("-pk")[:ROWS]
    ]
    everything = reverse("admin:donations_pledge_changelist") + narrowed
    return Shelf(heading, rows, nothing, (_("All of them"), everything))


def newest_gifts():
    gifts = Donation.objects.order_by("-pk")
    return _shelf_of_gifts(_("Newest gifts"), gifts, _("Nothing yet."), "")


def unthanked():
    gifts = Donation.objects.unthanked().order_by("-pk")
    return _shelf_of_gifts(_("Not yet thanked"), gifts, "", "?thanks=due")


def _shelf_of_gifts(heading, gifts, nothing, narrowed):
    rows = [
        Row(gift.text, change_url(gift), f"{gift.donor or ''} · {date_format(gift.received_on)}")
        for gift in gifts.select_related("donor")[:ROWS]
    ]
    everything = reverse("admin:donations_donation_changelist") + narrowed
    return Shelf(heading, rows, nothing, (_("All of these gifts"), everything))
