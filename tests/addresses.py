"""Every address that the site answers to, and rows behind them to ask for."""

import re
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from library_files import pdf, written

from campaigns.models import EntryDetail, Expense
from correspondence.models import ContactMessage, OutgoingEmail
from donations.links import THANKS, token_of
from donations.models import Merge, StatementLayout
from donations.receipts import issue
from events.models import Assignment, Duty
from events.registering import link_of
from events.schedule import calendar_path
from library.models import Document
from news.models import Article
from publishing.models import ImportedItem, OldAddress, Synonyms, content_type_of
from publishing.sitemaps import ROWS_A_PART
from tests.campaigns_factories import enter, make_campaign, make_need, make_region
from tests.donations_factories import confirmed, give, make_donor, make_method, set_rate
from tests.events_factories import (
    make_event,
    make_registration,
    make_session,
    make_shift,
    make_volunteer,
)
from tests.factories import make_article, make_category, make_flag, make_photo, make_user
from tests.pages_factories import make_organisation, make_page
from tests.statements_factories import paypal, paypal_row, take_in

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROOMS = re.compile(r"\^\(\?P<app_label>(.*)\)/\$")
OF_A_ROW = {"id", "pk", "object_id", "one"}


def patterns(resolver=None, prefix=""):
    """Return every pattern of the site once, the prefixes of languages left out."""
    found = []
    for part in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(part.pattern)
        found += patterns(part, pattern) if isinstance(part, URLResolver) else told_apart(pattern)
    return found


def told_apart(pattern):
    """Return the pages that one pattern stands for: the admin has one for all its rooms."""
    if rooms := ROOMS.search(pattern):
        return [f"{pattern[: rooms.start()]}{room}/" for room in rooms[1].split("|")]
    return [pattern.replace("(?P<url>.*)$", "<url>")]


class Unknown(Exception):
    """Nothing is known to ask a new pattern for."""

    def __init__(self, pattern, name):
        super().__init__(
            f"{pattern} asks for “{name}”. Say in tests/addresses.py what to ask it for:"
            " make such a row in furnish(), or name a value in its parameters."
        )


def address_of(pattern, parameters):
    """Return the path of a pattern, filled in with what `furnish` made."""
    parts = pattern.split("/")
    known = {}
    for depth in (1, 2, 3):
        known |= parameters.get("/".join(parts[:depth]), {})
    if parts[0] == "admin" and len(parts) > 4:
        row = newest_row(pattern, *parts[1:3])
        if row and "history/([^/]+)" in pattern:
            return f"/admin/{parts[1]}/{parts[2]}/{row.pk}/history/{row.history.first().pk}/"
        known = dict.fromkeys(OF_A_ROW, row and row.pk) | known

    def filled(found):
        if known.get(found[1]) is None:
            raise Unknown(pattern, found[1])
        return str(known[found[1]])

    return known.get(pattern) or "/" + PARAMETER.sub(filled, pattern)


def newest_row(pattern, room, kind):
    """Return the newest row of the kind that a page of the office is about, if it is about one."""
    try:
        model = apps.get_model(room, kind)
    except LookupError:
        return None
    row = model._default_manager.order_by("pk").last()
    if row is None:
        raise Unknown(pattern, kind)
    return row


def furnish():
    """Make a row of everything that an address may ask for; return parameters by room.

    Outside the office the public row is asked for; in it the newest of each kind, which of all
    that is published is a draft.
    """
    photo, document = make_photo(), Document.objects.create(
        file=ContentFile(written(pdf()), name="x.pdf"), title="Report"
    )  # fmt: skip
    known = newsroom() | books() | programme()
    part = (Article.objects.published().latest("pk").pk - 1) // ROWS_A_PART + 1
    for make in (make_campaign, make_event, make_page):
        make("draft")
    known["admin"] = {"flag_pk": make_flag(make_article("draft")).pk, "url": "nowhere"}
    known["admin/autocomplete"] = {
        "admin/autocomplete/": "/admin/autocomplete/?app_label=news&model_name=article"
        "&field_name=lead_photo"
    }
    known["admin/r"] = {"content_type_id": content_type_of(photo).pk, "object_id": photo.pk}
    return known | {
        "media": {
            r"media/^(?P<name>photos/[0-9a-f]{32}(?:-[0-9]{1,4})?\.(?:jpg|png|webp|avif))$":
                photo.file.url,
            r"media/^(?P<name>documents/[0-9a-f]{32}\.pdf)$": document.file.url,
        },
        "sitemap-<slug:section>-<int:number>.xml": {"section": "articles", "number": part},
    }  # fmt: skip


def newsroom():
    article = make_article(slug="boats", dated_on=date(2007, 2, 15), date_precision="day")
    article.categories.add(make_category(slug="rescue"))
    article.tags.add("rice")
    page = make_page(slug="about")
    make_organisation()
    Synonyms.objects.create(words="rice, food")
    OldAddress.objects.remember("/old", article)
    ImportedItem.objects.create(source="x", key="1", place="x:1", raw="Rice", row=article)
    ContactMessage.objects.create(name="A", email="a@example.org", text="?", key="k")
    OutgoingEmail.objects.create(message_id="<1@x>", recipients=["a@x"], outstanding=["a@x"])
    feed = {"form": "rss"}
    return {
        "news": feed | {"slug": "boats", "year": 2007, "month": "02", "kind": article.kind},
        "news/category": {"slug": "rescue"},
        "news/tag": {"slug": "rice"},
        "<address:path>": {"path": page.path},
    }


def books():
    need, region = make_need(unit_cost=Decimal(10), quoted_on=date(2026, 4, 1)), make_region()
    line = enter(need, "given", 3)
    EntryDetail.objects.get_or_create(entry=line, defaults={"region": region})
    Expense.objects.create(category="goods", amount=10, currency="USD", spent_on=date(2026, 4, 1))
    pledge, other = confirmed(), make_donor()
    receipt = issue(give(30, pledge, method=make_method()), by=None)
    set_rate("USD", "JPY", 150)
    Merge.objects.create(kept=other, gone=0, pledges=[], donations=[])
    StatementLayout.objects.create(name="Bank", header=["a"], columns=["day"], order="ymd")
    take_in(paypal(paypal_row()))
    table = {"ending": "csv"}
    return {
        "campaigns": {"slug": need.campaign.slug, "form": "rss"},
        "donations": {"year": timezone.localdate().year, "form": "csv"},
        "pledges": {
            "token": token_of(pledge), "ticket": THANKS.sign(pledge.pk), "number": receipt.pk
        },
        "admin/campaigns": table | {"act": "receive", "line": line.pk},
        "admin/donations": table | {"act": "cancel", "year": 2026, "other": pledge.donor_id},
    }  # fmt: skip


def programme():
    event = make_event(takes_registrations=True)
    session, shift, volunteer = make_session(event), make_shift(event), make_volunteer()
    Assignment.objects.create(event=event, volunteer=volunteer)
    Duty.objects.create(shift=shift, volunteer=volunteer)
    make_user("volunteer")
    registration = make_registration(event)
    return {
        "events": {"slug": event.slug, "form": "rss", "year": event.starts_on.year,
                   "uid": session.uid, "token": link_of(registration).split("/")[-2]},
        "schedule": {"pk": shift.pk, "uidb64": "MQ", "token": "old"},
        "schedule/calendar": {"token": calendar_path(volunteer).rpartition("/")[2][:-4]},
        "admin/password": {"uidb64": "MQ", "token": "old"},
        "sign-in": {"uidb64": "MQ", "token": "old"},
        "account": {"pk": 0},
    }  # fmt: skip
