"""“How your donations are used”: page, CSV and JSON say the same, which is what the rows give."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_region, make_supply
from django.db.models import Sum
from donations_factories import make_gifts
from factories import make_user

from campaigns.models import Campaign, Expense
from donations.models import Allocation, Donation
from donations.usage.charts import Bar, Chart, Group, shortened
from donations.usage.files import COLUMNS, MEASURES
from donations.usage.telling import tell

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 10)
EVERYWHERE = ["/donations/", "/donations/2026/", "/donations/2026.csv", "/donations/2026.json",
              "/ja/donations/2026/", "/sitemap-lists.xml"]  # fmt: skip


@pytest.fixture(autouse=True)
def clock(time_machine):
    """It is the first of September 2026; move to another day."""

    def move(day):
        time_machine.move_to(f"{day}T03:00:00+00:00", tick=False)

    move("2026-09-01")
    return move


def gifts(count, amount=10, *, on=MAY, **facts):
    return make_gifts(count, amount, on=on, **facts)


def spend(amount, category, campaign=None, currency="USD"):
    Expense.objects.create(
        amount=amount, category=category, campaign=campaign, currency=currency, spent_on=MAY
    )


@pytest.fixture
def year():
    """A year with one campaign, gifts in two currencies, payments and rice on its way."""
    campaign = make_campaign(slug="rice", title="Rice for all", title_ja="みんなに米を")
    rice = make_need(campaign, supply=make_supply("kg", name="Rice"), target=2000)
    gifts(6, 40, campaign=campaign, fee=Decimal(2))
    gifts(5, 1000, currency="JPY")
    spend(120, "goods", campaign)
    spend(30, "office")
    for _ in range(5):
        enter(rice, "given", 320, on=MAY)
    enter(rice, "dispatched", 1500, on=MAY)
    enter(rice, "delivered", 1200, on=MAY, detail={"region": make_region("North")})
    enter(rice, "lost_on_the_way", 150, on=MAY)
    tell()
    return campaign


def rows(client, year=2026, form="csv"):
    answer = client.get(f"/donations/{year}.{form}")
    if form == "json":
        return json.loads(answer.content)["rows"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def numbers(client, year=2026):
    """Return {(measure, campaign, supply, category, unit): value} of the file."""
    facts = ("measure", "campaign", "supply", "category", "unit")
    return {tuple(row[f] for f in facts): row["value"] for row in rows(client, year)}


def told_on_page(client, address):
    """Return the cells of each row of each table, without what is only decoration."""
    page = client.get(address).content.decode()
    found = []
    for row in re.findall(r"<tr.*?</tr>", page, re.S):
        cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        found.append([re.sub(r"\s*<[^>]+>\s*", "", cell).strip() for cell in cells])
    return found


# The same everywhere


def test_the_file_says_what_came_was_spent_delivered_and_lost(client, year):
    assert numbers(client) == {
        ("money_fees", "", "", "", "USD"): "12",
        ("money_received", "rice", "", "", "USD"): "240",
        ("money_received", "", "", "", "JPY"): "5000",
        ("money_spent", "rice", "", "goods", "USD"): "120",
        ("money_spent", "", "", "office", "USD"): "30",
        ("goods_needed", "rice", "Rice", "", "kg"): "2000",
        ("goods_received", "rice", "Rice", "", "kg"): "1600",
        ("goods_delivered", "rice", "Rice", "", "kg"): "1200",
        ("goods_lost", "rice", "Rice", "", "kg"): "150",
    }


def test_both_files_hold_the_same_rows(client, year):
    assert rows(client) == rows(client, form="json")
    assert list(rows(client)[0]) == list(COLUMNS)
    assert {row["measure"] for row in rows(client)} <= set(MEASURES)


def test_the_page_shows_the_same_numbers(client, year):
    shown = told_on_page(client, "/donations/2026/")
    for row in (
        ["Rice for all", "US$240", "US$120"],
        ["Goods", "", "US$120"],
        ["General funds and other campaigns", "–nothing told", "US$30"],
        ["Office", "", "US$30"],
        ["All told", "US$240", "US$150"],
        ["Of what was received, banks and PayPal kept (fees)", "US$12", ""],
        ["General funds and other campaigns", "¥5,000", "–nothing told"],
        ["Rice", "2 t", "1.6 t", "1.2 t", "150 kg"],
    ):
        assert row in shown, (row, shown)


def test_page_and_files_add_up_to_the_rows_of_gifts_and_payments(client, year):
    sums = {}
    for row in rows(client):
        key = row["measure"], row["unit"]
        sums[key] = sums.get(key, 0) + Decimal(row["value"])
    for currency in ("USD", "JPY"):
        money = Donation.objects.filter(currency=currency)
        assert sums["money_received", currency] == money.aggregate(sum=Sum("amount"))["sum"]
        allocated = Allocation.objects.filter(donation__currency=currency)
        assert sums["money_received", currency] == allocated.aggregate(sum=Sum("amount"))["sum"]
    paid = Expense.objects.filter(currency="USD").aggregate(sum=Sum("amount"))["sum"]
    assert sums["money_spent", "USD"] == paid
    assert sums["money_fees", "USD"] == Donation.objects.aggregate(sum=Sum("fee"))["sum"]


def test_each_number_says_up_to_which_day_it_tells(client, year):
    days = {row["measure"]: row["as_of"] for row in rows(client)}
    assert days == {
        "money_received": "2026-08-31",
        "money_fees": "2026-08-31",
        "money_spent": "2026-06-30",
        "goods_needed": "2026-09-01",
        "goods_received": "2026-08-31",
        "goods_delivered": "2026-06-30",
        "goods_lost": "2026-06-30",
    }


def test_names_of_columns_stay_and_titles_follow_the_language(client, year):
    text = client.get("/ja/donations/2026.csv").content.decode("utf-8-sig")
    assert text.startswith("year,from,to,measure,campaign,campaign_title,")
    assert "みんなに米を" in text
    page = client.get("/ja/donations/2026/").content.decode()
    assert "みんなに米を" in page and "￥5,000" in page


def test_no_title_gives_a_spreadsheet_an_order(client, year):
    Campaign.objects.update(title="=1+1", title_en="=1+1")
    assert {row["campaign_title"] for row in rows(client)} == {"'=1+1", ""}


# Years


def test_each_year_has_a_page_from_the_first_campaign_on(client):
    make_campaign(starts_on=date(2025, 3, 1))
    page = client.get("/donations/").content.decode()
    assert re.findall(r'href="/donations/(\d+)/"', page) == ["2026", "2025", "2024"]
    assert client.get("/donations/2024/").status_code == 200
    for nothing in ("2023/", "2027/", "2023.csv", "2027.json", "999/", "2026.xml"):
        assert client.get(f"/donations/{nothing}").status_code == 404, nothing


def test_the_first_page_shows_the_newest_year_that_tells_of_money(client, clock):
    gifts(5, on=date(2026, 3, 10))
    tell()
    assert client.get("/donations/").context["year"] == 2025


def test_a_year_begins_when_the_setting_says(client, settings):
    settings.FISCAL_YEAR_FIRST_MONTH = 1
    gifts(5, on=date(2026, 3, 10))
    tell()
    [row] = rows(client)
    assert [row[name] for name in ("year", "from", "to")] == ["2026", "2026-01-01", "2026-12-31"]


def test_a_delivery_stands_in_the_year_in_which_its_period_ends(client):
    need = make_need(make_campaign(slug="rice", starts_on=date(2025, 1, 1)))
    enter(need, "given", 50, on=date(2025, 1, 5))
    enter(need, "dispatched", 50, on=date(2025, 1, 5))
    enter(need, "delivered", 4, on=date(2026, 3, 5))
    enter(need, "delivered", 36, on=date(2026, 4, 5))
    delivered = {key[0]: value for key, value in numbers(client, 2026).items()}
    assert delivered["goods_delivered"] == "40"
    assert "goods_delivered" not in {key[0] for key in numbers(client, 2025)}


def test_a_campaign_stands_in_the_years_in_which_it_was_on(client):
    dates = {"starts_on": date(2024, 5, 1), "ends_on": date(2025, 3, 31)}
    make_need(make_campaign(title="Winter", **dates))
    shown = [year for year in (2024, 2025, 2026)
             if "Winter" in client.get(f"/donations/{year}/").content.decode()]  # fmt: skip
    assert shown == [2024]


def test_a_campaign_that_was_over_says_what_still_came_but_not_what_it_needs(client):
    over = make_campaign(slug="winter", starts_on=date(2024, 5, 1), ends_on=date(2025, 3, 31))
    make_need(over)
    gifts(5, campaign=over)
    tell()
    assert numbers(client) == {("money_received", "winter", "", "", "USD"): "50"}


def test_where_no_sum_is_told_there_is_none_of_all(client):
    spend(30, "office")
    tell()
    assert ["All told", "–nothing told", "US$30"] in told_on_page(client, "/donations/2026/")


def test_before_anything_was_given_the_page_says_so(client):
    page = client.get("/donations/").content.decode()
    assert "No sum of money is told of this year yet." in page
    assert "No campaign asked for goods in this year." in page
    assert rows(client) == []


# What must not be learnt


def everything(client):
    answers = {address: client.get(address) for address in EVERYWHERE}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.content.decode() for address, answer in answers.items()}


def test_gifts_of_few_donors_change_no_byte_anywhere(client, year, clock):
    clock("2026-10-01")
    tell()
    clock("2026-10-02")
    before = everything(client)
    gifts(4, 77, campaign=year, on=date(2026, 9, 10))
    gifts(1, 88, currency="EUR", on=date(2026, 9, 10))
    assert everything(client) == before  # nor before the end of the month
    clock("2026-11-01")
    tell()
    clock("2026-10-02")
    after = everything(client)
    assert {a: strip_days(t) for a, t in after.items()} == {
        a: strip_days(t) for a, t in before.items()
    }


def strip_days(text):
    """Leave out the days up to which is told: they go with the calendar, whoever gave."""
    return re.sub(r"2026-\d\d-\d\d|[A-Z][a-z]+ \d+, 2026|2026年\d+月\d+日", "", text)


def test_no_donor_and_no_count_of_them_is_named(client, year):
    gifts(5, 33, campaign=year)
    Donation.objects.first().donor.__class__.objects.update(name="Hana Tanaka", shown="amount")
    for address, text in everything(client).items():
        assert "Hana" not in text, address
        assert "donors" not in strip_rules(text), address


def strip_rules(text):
    return re.sub(r'<section class="prose" id="rules">.*?</section>', "", text, flags=re.S)


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_money_of_a_campaign_that_is_not_public_stands_with_the_general_funds(client, year, state):
    gifts(5, 20)
    hidden = make_campaign(state, slug="secret-way", title="Secret way")
    gifts(5, 7, campaign=hidden)
    make_need(hidden, supply=make_supply(name="Rafts"))
    tell_next_month()
    assert numbers(client)["money_received", "", "", "", "USD"] == "135"
    for address, text in everything(client).items():
        for word in ("secret-way", "Secret way", "Rafts"):
            assert word not in text, address


def tell_next_month():
    import time_machine

    with time_machine.travel("2026-10-01T03:00:00+00:00", tick=False):
        tell()


def test_a_withdrawn_campaign_leaves_its_sums_to_the_others_and_nothing_small(client, year):
    gifts(5, 20)
    gifts(3, 5, campaign=year)
    tell_next_month()
    before = sum(
        Decimal(v) for k, v in numbers(client).items() if k[0] == "money_received" and k[4] == "USD"
    )
    Campaign.objects.update(state="withdrawn")
    assert numbers(client)["money_received", "", "", "", "USD"] == str(before) == "340"


def test_small_losses_are_not_told(client, year):
    need = make_need(year, supply=make_supply(name="Kits"))
    enter(need, "given", 30, on=MAY)
    enter(need, "lost_in_store", 3, on=MAY)
    assert ("goods_lost", "rice", "Kits", "", "set") not in numbers(client)
    enter(need, "lost_in_store", 11, on=MAY)
    assert numbers(client)["goods_lost", "rice", "Kits", "", "set"] == "14"


def test_a_first_day_of_another_age_breaks_nothing(client, year):
    Campaign.objects.update(starts_on=date(206, 11, 1))
    page = client.get("/donations/")
    assert page.status_code == 200 and "/donations/1989/" in page.content.decode()
    assert "/donations/1988/" not in page.content.decode()


def test_the_page_is_the_same_bytes_for_everybody(client, year):
    stranger = everything(client)
    client.force_login(make_user("superuser"))
    assert everything(client) == stranger


# How it is served


@pytest.mark.parametrize("address", EVERYWHERE[:5] + ["/donations/columns/"])
def test_an_unchanged_answer_is_not_sent_again(client, year, address):
    first = client.get(address)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert not first.cookies


@pytest.mark.parametrize("address", [*EVERYWHERE[:4], "/donations/columns/"])
def test_nothing_can_be_posted(client, year, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_files_cost_the_same_queries_however_much_there_is(
    client, django_assert_num_queries, count
):
    for number in range(count):
        campaign = make_campaign()
        for _ in range(number + 1):
            need = make_need(campaign)
            enter(need, "given", 50, on=MAY)
            enter(need, "dispatched", 40, on=MAY)
            enter(need, "delivered", 20, on=MAY)
            enter(need, "lost_on_the_way", 20, on=MAY)
        gifts(5, campaign=campaign)
        spend(50, "goods", campaign)
    tell()
    with django_assert_num_queries(10):
        page = client.get("/donations/2026/")
    assert page.content.decode().count("<tbody>") == 2 * count
    with django_assert_num_queries(8):
        client.get("/donations/2026.csv")


def test_search_engines_learn_of_the_files(client, year):
    page = client.get("/donations/2026/").content.decode()
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    [data] = [one for one in json.loads(text)["@graph"] if one["@type"] == "Dataset"]
    assert data["temporalCoverage"] == "2026-04-01/2027-03-31"
    for file in data["distribution"]:
        address = file["contentUrl"].removeprefix("http://testserver")
        assert client.get(address)["Content-Type"].startswith(file["encodingFormat"])
    listed = client.get("/sitemap-lists.xml").content.decode()
    assert "/donations/2026/" in listed and "/ko/donations/columns/" in listed


def test_the_columns_are_explained(client):
    page = client.get("/donations/columns/").content.decode()
    for name in [*COLUMNS, *MEASURES]:
        assert f"<code>{name}</code>" in page, name


def test_campaigns_and_footer_lead_there(client, year):
    assert client.get("/campaigns/rice/").content.decode().count('href="/donations/"') == 2
    assert 'href="/ko/donations/"' in client.get("/ko/").content.decode()


# Charts


def test_bars_of_one_currency_share_a_scale_and_goods_do_not():
    def groups():
        return [
            Group("A", [Bar("received", "Received", "100", 100), Bar("spent", "Spent", "50", 50)]),
            Group("B", [Bar("received", "Received", "10", 10), Bar("spent", "Spent", "-5", -5)]),
        ]

    def lengths(chart):
        return [bar.length for group in chart.groups for bar in group.bars]

    assert lengths(Chart("a", "A", groups())) == ["100.0%", "50.0%", "10.0%", "0.0%"]
    apart = Chart("a", "A", groups(), one_scale=False)
    assert lengths(apart) == ["100.0%", "50.0%", "100.0%", "0.0%"]
    assert apart.description == "A: Received 100, Spent 50. B: Received 10, Spent -5."


def test_a_long_title_fits_a_telephone():
    assert shortened("A" * 34) == "A" * 34
    assert shortened("A" * 35) == "A" * 34 + "…"
    assert shortened("夏" * 18) == "夏" * 17 + "…"


def test_a_chart_says_in_words_what_it_shows(client, year):
    page = client.get("/donations/2026/").content.decode()
    assert "Rice for all: Received US$240, Spent US$120." in page
    assert "Rice: Needed 2 t, Received 1.6 t, Delivered 1.2 t, Lost 150 kg." in page
    assert " style=" not in page and "<style" not in page
