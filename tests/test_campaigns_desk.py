"""The start page of the office: each role finds what concerns it, and nothing else."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from factories import make_article, make_flag, make_user
from office import add_url, change_url, list_url, send

from campaigns.models import Need
from campaigns.models.appeals import USUAL_WAY
from tests.campaigns_factories import enter, make_campaign, make_need, make_supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_as(client):
    """Return the office's start page as a role sees it."""

    def open_as(role):
        client.force_login(make_user(role))
        return desk_of(client)

    return open_as


def desk_of(client):
    return client.get(reverse("admin:index")).content.decode()


def shelf(page, heading):
    """Return the words under a heading of the desk, or "" when it is not there."""
    found = re.search(rf"<h3>{heading}</h3>(.*?)</section>", page, re.DOTALL)
    return " ".join(strip_tags(found[1]).split()) if found else ""


def cells(page, need):
    """Return the numbers in the row of a need."""
    row = re.search(rf'<th scope="row">(?:(?!</th>).)*{need}.*?</tr>', page, re.DOTALL)[0]
    return re.findall(r'<td data-name="([^"]*)">([^<]*)</td>', row)


def sent(days_ago, quantity=20, **fields):
    """Make a need of which sets left so many days ago."""
    need, day = make_need(**fields), timezone.localdate() - timedelta(days_ago)
    enter(need, "given", quantity, on=day)
    enter(need, "dispatched", quantity, on=day)
    return need


# Who sees what


@pytest.mark.parametrize(
    ("role", "desks"),
    [
        ("editor", ["news"]),
        ("campaigner", ["campaigns"]),
        ("publisher", ["campaigns", "events", "news"]),
        ("superuser", ["donations", "campaigns", "events", "news"]),
    ],
)
def test_each_role_has_the_desks_that_concern_it(open_as, role, desks):
    assert re.findall(r'id="desk-(\w+)"', open_as(role)) == desks


def test_a_volunteer_has_no_desk(client):
    client.force_login(make_user("volunteer"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_campaigner_reads_of_no_article_and_an_editor_of_no_campaign(open_as):
    make_article("review", title="An article that waits")
    make_need(make_campaign(title="A campaign that asks"))
    assert "An article that waits" not in open_as("campaigner")
    assert "A campaign that asks" not in open_as("editor")


def test_a_publisher_sees_numbers_and_no_ledger(open_as):
    need = sent(90)
    page = open_as("publisher")
    assert cells(page, need)[0] == ("needed", "50 sets")
    assert reverse("admin:campaigns_need_change", args=[need.pk]) not in page
    assert shelf(page, "Newest entries") == ""


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("campaigner", ["campaigns_campaign", "campaigns_expense"]),
        ("publisher", ["news_article"]),
        ("editor", ["news_article"]),
    ],
)
def test_the_buttons_are_those_one_may_press(open_as, role, offered):
    buttons = re.findall(r'<a class="button" href="([^"]*)"', open_as(role))
    assert buttons == [add_url(model) for model in offered]


# The numbers


def test_each_open_need_shows_its_numbers_apart(open_as):
    need = make_need(supply=make_supply(name="Clothing set"))
    for kind, quantity in (("pledged", 40), ("given", 30), ("dispatched", 25), ("delivered", 15)):
        enter(need, kind, quantity)
    page = open_as("campaigner")
    assert cells(page, "Clothing set") == [
        ("needed", "50 sets"),
        ("pledged", "40 sets"),
        ("received", "30 sets"),
        ("in stock", "5 sets"),
        ("on the way", "10 sets"),
        ("delivered", "15 sets"),
    ]
    assert reverse("admin:campaigns_need_change", args=[need.pk]) in page


def test_a_sum_of_money_has_no_store(open_as):
    need = make_need(unit=None, target=3000)
    enter(need, "funded", 1200)
    assert cells(open_as("campaigner"), need) == [
        ("needed", "US$3,000"),
        ("pledged", "US$0"),
        ("received", "US$1,200"),
    ]


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_what_is_not_public_is_not_open(open_as, state):
    make_need(make_campaign(state, title="Not open"))
    assert shelf(open_as("campaigner"), "Open campaigns").startswith("No published campaign")


def test_a_campaign_is_open_until_its_last_day_has_passed(open_as):
    today = timezone.localdate()
    make_campaign(title="Ends today", ends_on=today)
    make_campaign(title="Ended yesterday", ends_on=today - timedelta(1))
    words = shelf(open_as("campaigner"), "Open campaigns")
    assert ("Ends today the last day" in words, "Ended yesterday" in words) == (True, False)


# What waits


def test_goods_are_late_once_they_are_on_the_way_for_longer_than_usual(open_as):
    sent(USUAL_WAY.days, supply=make_supply(name="Just in time"))
    sent(USUAL_WAY.days + 1, supply=make_supply(name="Too late"))
    words = shelf(open_as("campaigner"), "On the way for over 30 days")
    assert ("Too late: 20 sets" in words, "Just in time" in words) == (True, False)


@pytest.mark.parametrize(
    ("kind", "quantity", "late"),
    [
        ("delivered", 15, 5),
        ("returned", 15, 5),
        ("lost_on_the_way", 15, 5),
        ("delivered", 20, None),
    ],
)
def test_what_is_accounted_for_is_not_late(kind, quantity, late):
    need = sent(90)
    enter(need, kind, quantity, on=timezone.localdate())
    found = Need.objects.late_on_the_way().filter(pk=need.pk).first()
    assert (found and found.late) == late


def test_what_left_first_arrives_first():
    need = sent(90, 20)
    for kind, quantity in (("given", 10), ("dispatched", 10), ("delivered", 20)):
        enter(need, kind, quantity, on=timezone.localdate())
    assert not Need.objects.late_on_the_way().exists()


def test_needs_without_a_cost_wait_while_their_campaign_asks(open_as):
    make_need(supply=make_supply(name="No price yet"))
    make_need(supply=make_supply(name="Priced"), unit_cost=10, quoted_on=date(2006, 7, 1))
    make_need(unit=None, purpose="Money itself")
    for campaign in (make_campaign(ends_on=date(2007, 5, 31)), make_campaign("withdrawn")):
        make_need(campaign, supply=make_supply(name=f"Over {campaign.pk}"))
    page = open_as("campaigner")
    words = shelf(page, "Cost unknown")
    found = [name for name in ("No price yet", "Priced", "Money itself", "Over") if name in words]
    assert found == ["No price yet"]


@pytest.mark.parametrize("role", ["campaigner", "publisher"])
def test_a_campaign_that_waits_for_review_lies_on_the_desk(open_as, role):
    campaign = make_campaign("review", title="Read me")
    page = open_as(role)
    assert re.search(rf'<a href="{change_url(campaign)}">Read me</a>', page)
    assert "Read me" in page[page.index("Waits for review") :]


def test_the_newest_entries_tell_what_where_and_who(open_as):
    need = make_need(make_campaign(title="Winter"), supply=make_supply(name="Clothing set"))
    enter(need, "given", 20, by=make_user("campaigner", name="Kim"))
    words = shelf(open_as("campaigner"), "Newest entries")
    assert words.startswith(
        "goods received: 20 sets · Clothing set Winter · February 15, 2007 · Kim"
    )


def test_ones_latest_work_stands_apart_from_that_of_others(client):
    mine, others = make_campaign("draft", title="Mine"), make_campaign("draft", title="Theirs")
    for campaign in (mine, others):
        client.force_login(make_user("campaigner"))
        send(client, change_url(campaign), "campaign_form", teaser_en="More")
    page = desk_of(client)
    assert "Mine" not in shelf(page, "Your latest work")
    assert "Theirs" in shelf(page, "Your latest work")
    assert "Mine" in shelf(page, "Newest changes")


# What it costs


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("role", "queries"), [("campaigner", 13), ("publisher", 22), ("editor", 11)]
)
def test_the_desk_costs_the_same_however_much_lies_on_it(
    client, django_assert_num_queries, role, queries, count
):
    client.force_login(make_user(role))
    for _ in range(count):
        campaign = sent(90).campaign
        make_need(campaign, unit=None)
        make_need(make_campaign("review"))
        make_flag(make_article("review"))
    desk_of(client)
    with django_assert_num_queries(queries):
        desk_of(client)


def test_every_link_of_the_desk_leads_somewhere(client):
    client.force_login(make_user("campaigner"))
    sent(90)
    make_campaign("review")
    page = desk_of(client)
    links = set(re.findall(r'href="(/admin/campaigns/[^"#]*)', page))
    assert f"{list_url('campaigns_need')}?waits=way" in links
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
