"""What the public may know of deliveries: nothing that leads to one shelter, by any way in."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_region, make_supply
from django.utils import timezone
from factories import make_article, make_user
from hypothesis import given
from hypothesis import strategies as some
from office import send

from campaigns.disclosure import Cell, Group, last_day_told, reports_on, tell, tellable
from campaigns.models import Campaign
from campaigns.posting import reverse

pytestmark = pytest.mark.django_db
WAYS_IN = ["/", "/campaigns/", "/campaigns/rice/", "/campaigns/rice/deliveries.csv",
           "/campaigns/feed.atom", "/campaigns/feed.rss", "/search/?q=rice", "/sitemap.xml",
           "/sitemap-lists.xml", "/sitemap-campaigns-{part}.xml", "/ja/campaigns/rice/"]  # fmt: skip
JANUARY, FEBRUARY, MARCH = date(2007, 1, 1), date(2007, 2, 1), date(2007, 3, 1)


@pytest.fixture
def need():
    """A need of a campaign that stands everywhere, with 500 sets on their way."""
    campaign = make_campaign(slug="rice", title="Rice", is_featured=True)
    need = make_need(campaign, target=500)
    enter(need, "given", 500, on=date(2006, 12, 1))
    enter(need, "dispatched", 500, on=date(2006, 12, 2))
    return need


def deliver(need, quantity, day=date(2007, 2, 17), entered_at=None, **detail):
    """Deliver some, entered on that day unless told otherwise."""
    facts = {"entered_at": entered_at} if entered_at else {}
    return enter(need, "delivered", quantity, on=day, detail=detail, **facts)


def deliver_late(need, quantity, day=date(2007, 2, 17), **detail):
    return deliver(need, quantity, day, entered_at=timezone.now(), **detail)


def numbers_of(need):
    return tell([need.campaign])[need.campaign_id][0]


def told(need):
    """Return (first month, last month, region, quantity, people) of each told delivery."""
    return [
        (d.first_month, d.last_month, str(d.region or "others"), int(d.quantity), d.people)
        for d in numbers_of(need).deliveries
    ]


def everything(client):
    """Return what every way in shows, as one text each."""
    part = (Campaign.objects.get().pk - 1) // 1666 + 1
    addresses = [address.format(part=part) for address in WAYS_IN]
    answers = {address: client.get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.content.decode() for address, answer in answers.items()}


# No way in tells more


def test_no_way_in_tells_a_private_place_a_note_or_a_day(client, need):
    region = make_region("Wide province")
    deliver(need, 100, region=region, private_place="Hidden village", private_note="Knock twice")
    deliver(need, 3, date(2007, 3, 19), private_place="Small hut", people_reached=2)
    shown = everything(client)
    assert "Wide province" in shown["/campaigns/rice/"]
    for address, text in shown.items():
        for secret in ("Hidden village", "Knock twice", "Small hut", "2007-02-17", "17, 2007",
                       "2007-03-19", "19, 2007", "March 2007"):  # fmt: skip
            assert secret not in text, (address, secret)


@pytest.mark.parametrize(
    ("quantity", "day", "detail"),
    [
        (3, date(2007, 3, 1), {}),
        (100, date(2007, 3, 1), {"people_reached": 9}),
        (100, None, {"people_reached": 100}),
    ],
    ids=["small", "to few people", "recent"],
)
def test_what_is_not_told_changes_no_byte_anywhere(
    client, need, time_machine, quantity, day, detail
):
    time_machine.move_to("2126-12-24T03:00:00+00:00", tick=False)
    deliver(need, 50, region=make_region("Wide province"))
    before = everything(client)
    deliver(need, quantity, day or date(2126, 12, 20), region=make_region("Elsewhere"), **detail)
    assert everything(client) == before


def test_a_report_on_what_is_not_told_changes_no_byte_either(client, need, time_machine):
    report = make_article(title="A delivery")
    time_machine.move_to("2126-12-24T03:00:00+00:00", tick=False)
    before = everything(client)
    deliver(need, 3, report=report)
    assert everything(client) == before


def test_what_is_entered_late_and_small_is_not_found_by_subtracting_yesterday(
    client, need, time_machine
):
    deliver(need, 50)
    time_machine.move_to("2126-09-03T03:00Z", tick=False)
    before = everything(client)
    deliver_late(need, 3)
    assert everything(client) == before
    month = (FEBRUARY, FEBRUARY, "others", 50, None)
    time_machine.move_to("2126-09-04T03:00Z", tick=False)
    deliver_late(need, 20, date(2007, 3, 1))
    assert told(need) == [month]
    time_machine.move_to("2126-09-05T03:00Z", tick=False)
    assert told(need) == [month, (FEBRUARY, MARCH, "others", 23, None)]


def test_what_is_entered_late_is_told_on_the_next_day_and_then_added_to_no_more(
    client, need, time_machine
):
    time_machine.move_to("2007-09-03T03:00Z", tick=False)
    deliver_late(need, 12)
    assert told(need) == []
    deliver_late(need, 3)
    time_machine.move_to("2007-09-03T15:00Z", tick=False)  # midnight in Tokyo
    together = [(FEBRUARY, FEBRUARY, "others", 15, None)]
    assert told(need) == together
    deliver_late(need, 3)
    time_machine.move_to("2007-09-05T03:00Z", tick=False)
    assert told(need) == together


def test_what_is_entered_late_on_the_day_on_which_another_month_is_told_is_not_added_to_that(
    client, need, time_machine
):
    deliver(need, 12, date(2007, 6, 10))
    time_machine.move_to("2007-08-29T03:00Z", tick=False)  # 60 days after the end of June
    june = (date(2007, 6, 1), date(2007, 6, 1), "others", 12, None)
    assert told(need) == [june]
    deliver_late(need, 3)
    time_machine.move_to("2007-08-30T03:00Z", tick=False)
    assert told(need) == [june]


def test_a_campaign_that_was_never_public_tells_nothing(client, need):
    Campaign.objects.update(state="draft", published_at=None)
    deliver(need, 100)
    assert client.get("/campaigns/rice/deliveries.csv").status_code == 404
    for address in ("/", "/campaigns/", "/campaigns/feed.atom", "/search/?q=rice"):
        assert "/campaigns/rice/" not in client.get(address).content.decode()


# When


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ("2007-03-31", date(2006, 12, 31)),
        ("2007-04-01", date(2007, 1, 31)),
        ("2007-04-28", date(2007, 1, 31)),
        ("2007-04-29", date(2007, 2, 28)),
    ],
)
def test_a_month_is_told_once_its_last_day_is_older_than_the_delay(need, time_machine, today, last):
    time_machine.move_to(f"{today}T03:00:00+00:00")
    assert last_day_told(need.campaign) == last
    deliver(need, 10, date(2007, 1, 31) if last.month == 1 else last)
    assert numbers_of(need).delivered == 10
    assert numbers_of(need).delivered_until == last


def test_each_campaign_has_its_own_delay(need):
    Campaign.objects.update(delay_days=30_000)
    need.campaign.refresh_from_db()
    deliver(need, 100)
    assert told(need) == []


# How much


@pytest.mark.parametrize(
    ("unit", "quantity", "people", "is_told"),
    [
        ("set", 9, None, False),
        ("set", 10, None, True),
        ("set", 100, 9, False),
        ("set", 100, 10, True),
        ("set", 9, 100, False),
        ("kg", 149, None, False),  # 15 kg feed one person for a month
        ("kg", 150, None, True),
    ],
)
def test_what_is_for_fewer_than_ten_people_is_not_told(unit, quantity, people, is_told):
    need = make_need(unit=unit)
    enter(need, "given", quantity)
    enter(need, "dispatched", quantity)
    deliver(need, quantity, people_reached=people)
    assert numbers_of(need).delivered == (quantity if is_told else 0)


def test_few_people_do_not_hide_behind_deliveries_of_which_nobody_counted_them(need):
    here = make_region("Here")
    deliver(need, 100, region=here, people_reached=3)
    deliver(need, 6, region=here)
    assert told(need) == []


def test_small_months_wait_for_the_next_ones(need):
    here = make_region("Here")
    for month in (1, 2, 3):
        deliver(need, 4, date(2007, month, 5), region=make_region(f"Region {month}"))
    deliver(need, 30, date(2007, 5, 5), region=here)
    may = date(2007, 5, 1)
    assert told(need) == [(JANUARY, MARCH, "others", 12, None), (may, may, "Here", 30, None)]


def test_the_same_few_people_are_not_more_because_something_came_every_month(need):
    here = make_region("Here")
    for month in (1, 2, 3):
        deliver(need, 4, date(2007, month, 5), region=here, people_reached=4)
    assert told(need) == []
    deliver(need, 30, date(2007, 5, 5), region=here, people_reached=20)
    assert told(need) == [(JANUARY, date(2007, 5, 1), "Here", 42, 20)]


def test_the_same_few_people_are_not_more_because_something_came_every_week(need):
    here = make_region("Here")
    for day in (3, 10, 17, 24):
        deliver(need, 3, date(2007, 2, day), region=here, people_reached=3)
    assert told(need) == []
    deliver(need, 30, date(2007, 2, 28), region=here, people_reached=20)
    assert told(need) == [(FEBRUARY, FEBRUARY, "Here", 42, 20)]


@pytest.mark.parametrize("rule", ["delay_days", "smallest_told"])
@pytest.mark.parametrize("change", [-5, 5])
def test_the_rules_by_which_deliveries_were_told_stay(client, need, rule, change):
    client.force_login(make_user("campaigner"))
    url = f"/admin/campaigns/campaign/{need.campaign_id}/change/"
    changed = {rule: getattr(need.campaign, rule) + change}
    send(client, url, "campaign_form", **changed)
    rules = Campaign.objects.filter(**changed)
    assert rules.exists() == (change > 0)  # to lower it, it is withdrawn first
    Campaign.objects.update(**{rule: getattr(need.campaign, rule)})
    deliver(need, 50)
    response = send(client, url, "campaign_form", **changed)
    assert "Deliveries were told by this rule already." in response.content.decode()
    assert not rules.exists()


def test_a_small_region_takes_the_next_with_it_so_that_nobody_can_subtract(need):
    for name, quantity in (("Large", 90), ("Middle", 40), ("Small", 4)):
        deliver(need, quantity, region=make_region(name), people_reached=quantity)
    large = (FEBRUARY, FEBRUARY, "Large", 90, 90)
    assert told(need) == [large, (FEBRUARY, FEBRUARY, "others", 44, 44)]
    assert numbers_of(need).delivered == 134


def test_people_are_told_only_when_they_are_known_of_all(need):
    here = make_region("Here")
    deliver(need, 40, region=here, people_reached=40)
    deliver(need, 40, region=here)
    assert told(need) == [(FEBRUARY, FEBRUARY, "Here", 80, None)]


def test_a_reversed_delivery_corrects_what_was_told(need):
    wrong = deliver(need, 90)
    deliver(need, 40)
    assert numbers_of(need).delivered == 130
    reverse(wrong, by=None)
    assert numbers_of(need).delivered == 40
    deliver(need, 60)
    assert numbers_of(need).delivered == 100


def test_a_reversed_delivery_leaves_no_trace_of_its_region_or_month(need):
    reverse(deliver(need, 90, MARCH, region=make_region("Mistaken")), by=None)
    deliver(need, 40)
    assert told(need) == [(FEBRUARY, FEBRUARY, "others", 40, None)]


def test_page_file_and_total_tell_the_same(client, need):
    deliver(need, 40, region=make_region("Here"), people_reached=38)
    deliver(need, 4, region=make_region("There"))
    deliver(need, 70, MARCH)
    text = client.get("/campaigns/rice/deliveries.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [list(row.values())[1:] for row in rows] == [
        ["2007-02", "2007-02", "other regions", "44", "set", ""],
        ["2007-03", "2007-03", "other regions", "70", "set", ""],
    ]
    page = client.get("/campaigns/rice/").content.decode()
    assert "at least 114 sets" in page and "<td>44 sets</td>" in page and "<td>70 sets" in page


# Reports


def test_reports_are_public_ones_on_deliveries_that_are_told(need):
    shown = make_article(title="Shown")
    deliver(need, 50, report=shown)
    deliver(need, 50, report=make_article("draft"))
    deliver(need, 3, MARCH, report=make_article(title="On a small one"))
    deliver(need, 50, date.today(), report=make_article(title="On a recent one"))
    assert list(reports_on(need.campaign, [numbers_of(need)])) == [shown]


def test_reports_on_what_came_are_shown_too(need):
    report = make_article()
    enter(need, "given", 5, detail={"report": report})
    enter(need, "dispatched", 5, detail={"report": make_article()})
    assert list(reports_on(need.campaign, [numbers_of(need)])) == [report]


# Whatever is delivered

sizes = some.integers(1, 40)
cells = some.lists(
    some.tuples(some.integers(0, 5), some.sampled_from([None, 1, 2, 3]), sizes), max_size=25
)


def make_cells(drawn):
    """Make the cells that a query would give: one for each month and region."""
    summed = {}
    for month, region, size in drawn:
        summed[month, region] = summed.get((month, region), 0) + size
    days = {month: date(2007, 1 + month, 1) for month, _region in summed}
    return [
        Cell((days[m], days[m]), days[m], days[m], r, Decimal(s), [Group(r, s, None)], set())
        for (m, r), s in summed.items()
    ]


@given(cells)
def test_nothing_small_is_told_and_nothing_is_told_twice(drawn):
    found = tellable(make_cells(drawn), 10)
    assert all(cell.size >= 10 for cell in found)
    assert sum(cell.quantity for cell in found) <= sum(size for _m, _r, size in drawn)
    periods = {(cell.first, cell.last) for cell in found}
    assert len({(c.first, c.last, c.region) for c in found}) == len(found)
    ends = sorted(periods)
    assert all(before[1] < after[0] for before, after in zip(ends, ends[1:], strict=False))


@given(cells)
def test_a_named_region_has_all_that_it_got_in_the_period(drawn):
    for cell in tellable(make_cells(drawn), 10):
        within = [s for m, r, s in drawn if r == cell.region
                  and cell.first <= date(2007, 1 + m, 1) <= cell.last]  # fmt: skip
        if cell.region:
            assert cell.quantity == sum(within)


@given(cells, some.integers(0, 5))
def test_later_deliveries_do_not_change_what_was_told(drawn, month):
    earlier = tellable(make_cells([cell for cell in drawn if cell[0] <= month]), 10)
    assert tellable(make_cells(drawn), 10)[: len(earlier)] == earlier


# Cost


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_three_queries_however_many(django_assert_num_queries, count):
    supply = make_supply()
    campaigns = [make_campaign() for _ in range(count)]
    for number, campaign in enumerate(campaigns):
        for need in (make_need(campaign, supply=supply), *[make_need(campaign)] * (number > 0)):
            enter(need, "given", 50)
            enter(need, "dispatched", 50)
            deliver(need, 50, region=make_region(f"Region {need.pk}"))
    with django_assert_num_queries(3):
        found = tell(campaigns)
        texts = [str(d.region) for many in found.values() for one in many for d in one.deliveries]
    assert len(texts) >= count
