"""Campaigns and their needs as campaigners write them and publishers publish them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from factories import make_user
from office import add_url, change_url, list_url, send, told

from campaigns.models import Campaign, Need, Supply
from tests.campaigns_factories import enter, make_campaign, make_need, make_supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaigner(client):
    user = make_user("campaigner")
    client.force_login(user)
    return user


def need_fields(number=0, **typed):
    """Return what a browser sends for one further need."""
    names = ("supply", "purpose_en", "target", "unit_cost", "quoted_on", "target_source_en",
             "grams_a_day", "people", "days", "target_reason_en")  # fmt: skip
    fields = {f"needs-{number}-{name}": "" for name in names} | {f"needs-{number}-position": "0"}
    return fields | {f"needs-{number}-{name}": value for name, value in typed.items()}


def write(client, *needs, **typed):
    """Send the form of a new campaign with these needs."""
    fields = {
        "title_en": "Winter 2006",
        "slug": "winter-2006",
        "starts_on": "2006-11-01",
        "currency": "USD",
        "needs-TOTAL_FORMS": len(needs),
    }
    for number, need in enumerate(needs):
        fields |= need_fields(number, **need)
    return send(client, add_url("campaigns_campaign"), "campaign_form", **fields | typed)


def sentences(response):
    """Return everything that the form and its needs complain of."""
    forms = response.context["inline_admin_formsets"][0].formset
    found = [e for form in forms.forms for errors in form.errors.values() for e in errors]
    return [*found, *forms.non_form_errors()]


def rice(**typed):
    return {"supply": make_supply("kg", name="Rice").pk, "target": "2 t"} | typed


def test_a_campaign_is_written_with_goods_and_money(client, campaigner):
    sets = make_supply("set", name="Clothing set")
    response = write(
        client,
        {"supply": sets.pk, "target": "50 sets", "unit_cost": "10", "quoted_on": "2006-07-01"},
        {"purpose_en": "Rescue of six people", "target": "3,000"},
        rice(grams_a_day="500", people="133", days="30"),
    )
    assert response.status_code == 302, sentences(response)
    goods, money, weight = Campaign.objects.get().needs.order_by("pk")
    assert (goods.supply, goods.target, goods.unit_cost) == (sets, 50, 10)
    assert (money.purpose, money.target, money.is_money) == ("Rescue of six people", 3000, True)
    assert (weight.target, weight.formula_kg) == (2000, 1995)


@pytest.mark.parametrize(
    ("days", "target", "text"),
    [
        (30, "2 t", "500 g × 133 people × 30 days = 1,995 kg (rounded up by 5 kg)"),
        (212, "14 t", "500 g × 133 people × 212 days = 14,098 kg (rounded down by 98 kg)"),
        (212, "14,098 kg", "500 g × 133 people × 212 days = 14,098 kg"),
    ],
)
def test_the_formula_stands_beside_the_target(client, campaigner, days, target, text):
    write(client, rice(target=target, grams_a_day="500", people="133", days=str(days)))
    page = client.get(change_url(Campaign.objects.get())).content.decode()
    assert text in page
    assert f'value="{target}"' in page


def test_a_target_off_its_formula_asks_why_and_keeps_the_answer(client, campaigner):
    forty_tons = rice(target="40 t", grams_a_day="500", people="133", days="365")
    response = write(client, forty_tons)
    assert sentences(response) == [
        "The formula gives 24,272.5 kg, the target is 40 t."
        " Change one of them, or say why they differ."
    ]
    write(client, forty_tons | {"target_reason_en": "More people are expected"})
    assert Need.objects.get().target_reason == "More people are expected"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"target": "0"}, "Write a quantity of more than nothing."),
        ({"target": "-5"}, "Write a quantity of more than nothing."),
        ({"target": "1e30"}, "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ({"target": "2 sets"}, "Write a weight with its unit, like 2 t, 66.5 kg or 500 g."),
        ({"unit_cost": "5"}, "Enter a cost with the day it was quoted, or neither."),
        ({"quoted_on": "2006-07-01"}, "Enter a cost with the day it was quoted, or neither."),
        (
            {"unit_cost": "0", "quoted_on": "2006-07-01"},
            "Write a cost of more than nothing, or leave it empty.",
        ),
        ({"unit_cost": "5", "quoted_on": "2999-01-01"}, "This day has not come yet."),
        (
            {"grams_a_day": "500"},
            "A formula has possible grams a person a day, people and days: all or none.",
        ),
        (
            {"purpose_en": "Rescue"},
            "Choose a supply, or leave it empty and say what the money is for.",
        ),
    ],
)
def test_a_need_that_cannot_be_gets_a_sentence(client, campaigner, typed, sentence):
    response = write(client, rice(**typed))
    assert sentence in sentences(response)
    assert not Campaign.objects.exists()


def test_half_a_set_and_parts_of_a_yen_are_refused(client, campaigner):
    half = {"supply": make_supply().pk, "target": "0.5"}
    assert "There is no half of it: write a whole number." in sentences(write(client, half))
    sum_of_money = {"purpose_en": "Rescue", "target": "10.5"}
    response = write(client, sum_of_money, currency="JPY")
    assert sentences(response) == ["JPY has no smaller unit: write a whole number."]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Write a sum of more than nothing."),
        ("-1", "Write a sum of more than nothing."),
        ("1" * 40, "This is more money than there can be. Count the zeros."),
        *(
            (typed, "Write a sum of money as a number alone, like 3,000 or 2.50.")
            for typed in ("1e30", "NaN", "Infinity", "66,5", "$3000", "ten", "1_000")
        ),
    ],
)
def test_a_sum_of_money_that_cannot_be_gets_a_sentence(client, campaigner, typed, sentence):
    response = write(client, {"purpose_en": "Rescue", "target": typed})
    assert sentences(response) == [sentence]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("typed", ["", "abc", "1e30"])
def test_a_target_that_cannot_be_read_is_told_beside_its_formula(client, campaigner, typed):
    response = write(client, rice(target=typed, grams_a_day="500", people="133", days="30"))
    assert len(sentences(response)) == 1
    assert "500 g × 133 people × 30 days = 1,995 kg" in response.content.decode()


def test_a_target_of_no_known_supply_is_complained_of_once(client, campaigner):
    response = write(client, rice(supply="999999"))
    assert sentences(response) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]


def test_one_supply_is_asked_for_once(client, campaigner):
    sets = make_supply().pk
    response = write(client, {"supply": sets, "target": "1"}, {"supply": sets, "target": "2"})
    assert sentences(response) == ["The campaign asks for one supply twice: join the two needs."]
    assert not Campaign.objects.exists()


def test_the_last_day_comes_after_the_first(client, campaigner):
    response = write(client, ends_on="2006-10-31")
    errors = response.context["adminform"].form.errors
    assert errors["__all__"] == ["The last day lies before the first."]


@pytest.mark.parametrize("wish", ["DELETE", "supply"])
def test_a_need_with_entries_stays_with_its_supply(client, campaigner, wish):
    need, other = make_need(), make_supply()
    enter(need, "given", 1)
    page = client.get(change_url(need.campaign)).content.decode()
    assert "Entries have been made, so it stays" in page
    typed = {f"needs-0-{wish}": other.pk, "title_en": "Half-written"}
    response = send(client, change_url(need.campaign), "campaign_form", **typed)
    assert sentences(response) == [
        f"“{need}” has entries in its ledger, which are kept for ever: it stays, and its supply"
        " too. Nothing is saved yet; save again to save the rest."
    ]
    campaign = Campaign.objects.get()
    assert (campaign.title, campaign.needs.get().supply) == (need.campaign.title, need.supply)


def test_a_need_without_entries_goes(client, campaigner):
    need = make_need()
    send(client, change_url(need.campaign), "campaign_form", **{"needs-0-DELETE": "on"})
    assert not Need.objects.exists()


def test_two_needs_do_not_exchange_their_supplies(client, campaigner):
    campaign = make_campaign()
    one, two = make_need(campaign), make_need(campaign)
    typed = {"needs-0-supply": two.supply.pk, "needs-1-supply": one.supply.pk}
    response = send(client, change_url(campaign), "campaign_form", **typed)
    assert sentences(response) == [
        f"Another need asks for “{two}” until you save. Change that one first."
    ]


def test_a_need_of_another_campaign_is_not_taken(client, campaigner):
    need, foreign = make_need(), make_need()
    typed = {"needs-0-id": foreign.pk, "needs-0-target": "7"}
    response = send(client, change_url(need.campaign), "campaign_form", **typed)
    assert "holds a need of another campaign" in sentences(response)[-1]
    assert Need.objects.get(pk=foreign.pk).target == 50


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"starts_on": "0206-11-01"}, "starts_on", "This day lies too far back. Look at the year."),
        ({"ends_on": "9999-12-31"}, "ends_on", "This day lies too far ahead. Look at the year,"),
    ],
)
def test_a_campaign_begins_and_ends_in_our_time(client, campaigner, typed, field, sentence):
    response = write(client, **typed)
    assert sentence in response.context["adminform"].form.errors[field][0]
    assert not Campaign.objects.exists()


def test_only_what_is_weighed_is_compared_with_its_formula(client, campaigner):
    formula = {"grams_a_day": "500", "people": "133", "days": "30"}
    response = write(client, {"supply": make_supply().pk, "target": "50"} | formula)
    assert sentences(response) == ["Only what is weighed has a formula of grams."]


def test_the_currency_stays_once_something_is_entered(client, campaigner):
    need = make_need(unit_cost=10, quoted_on=date(2006, 7, 1))
    enter(need, "given", 1)
    response = send(client, change_url(need.campaign), "campaign_form", currency="JPY")
    assert "the currency stays" in response.context["adminform"].form.errors["currency"][0]


def test_the_unit_of_a_supply_stays_once_it_is_asked_for(client, campaigner):
    supply = make_need().supply
    send(client, change_url(supply), "supply_form", unit="kg", name_en="Caps")
    supply = Supply.objects.get(pk=supply.pk)
    assert (supply.unit, supply.name_en) == ("set", "Caps")


def test_a_campaigner_submits_and_a_publisher_publishes(client, campaigner):
    campaign = make_campaign("draft")
    url = change_url(campaign)
    page = client.get(url).content.decode()
    assert 'value="submit"' in page and 'value="publish"' not in page
    send(client, url, "campaign_form", _step="submit")
    client.force_login(make_user("publisher"))
    response = send(client, url, "campaign_form", _step="publish")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.is_public) == ("published", True), told(response)


def test_a_publisher_reads_needs_without_changing_them(client):
    campaign = make_campaign("review")
    make_need(campaign, "kg", 2000)
    money = make_need(campaign, unit=None, target=3000)
    client.force_login(make_user("publisher"))
    page = client.get(change_url(campaign)).content.decode()
    assert ("2 t" in page, "US$3,000" in page) == (True, True)
    assert reverse("admin:campaigns_need_change", args=[money.pk]) not in page
    typed = {"needs-0-target": "7", "title_en": "Read by two", "_step": "publish"}
    send(client, change_url(campaign), "campaign_form", **typed)
    campaign.refresh_from_db()
    assert (campaign.title, campaign.state) == ("Read by two", "published")
    assert [need.target for need in campaign.needs.all()] == [2000, 3000]


def test_two_campaigners_do_not_overwrite_each_other(client, campaigner):
    campaign = make_campaign("draft")
    page = client.get(change_url(campaign))
    seen_at = page.context["adminform"].form.initial["seen_at"]
    send(client, change_url(campaign), "campaign_form", title_en="Mine")
    response = send(
        client, change_url(campaign), "campaign_form", title_en="Yours", seen_at=seen_at
    )
    assert response.status_code == 200
    assert Campaign.objects.get().title_en == "Mine"


def test_a_campaign_with_entries_is_never_deleted(client):
    need = make_need(make_campaign("draft"))
    enter(need, "given", 1)
    client.force_login(make_user("superuser"))
    url = reverse("admin:campaigns_campaign_delete", args=[need.campaign.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_a_draft_goes_with_its_needs(client):
    campaign = make_need(make_campaign("draft")).campaign
    client.force_login(make_user("publisher"))
    client.post(reverse("admin:campaigns_campaign_delete", args=[campaign.pk]), {"post": "yes"})
    assert (Campaign.objects.exists(), Need.objects.exists()) == (False, False)


@pytest.mark.parametrize("role", ["editor", "volunteer"])
@pytest.mark.parametrize("model", ["campaign", "supply", "region"])
def test_others_do_not_write_campaigns(client, role, model):
    client.force_login(make_user(role))
    for url in (list_url(f"campaigns_{model}"), add_url(f"campaigns_{model}")):
        assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(client, campaigner, django_assert_num_queries, count):
    for _campaign in range(count):
        campaign = make_campaign()
        make_need(campaign)
        make_need(campaign, unit=None)
    client.get(list_url("campaigns_campaign"))
    with django_assert_num_queries(7):
        response = client.get(list_url("campaigns_campaign"))
    assert len(response.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_however_many_needs(
    client, campaigner, django_assert_num_queries, count
):
    campaign = make_campaign()
    for _need in range(count):
        enter(make_need(campaign), "given", 1)
    client.get(change_url(campaign))
    with django_assert_num_queries(11):
        client.get(change_url(campaign))


def test_the_list_tells_what_is_asked_for_and_how_long(client, campaigner):
    open_one = make_campaign(ends_on=timezone.localdate() + timedelta(days=10))
    need = make_need(open_one, supply=make_supply(name="Clothing set"))
    for kind, quantity in (("given", 20), ("dispatched", 10), ("delivered", 5)):
        enter(need, kind, quantity)
    make_campaign(ends_on=date(2007, 5, 31))
    page = client.get(list_url("campaigns_campaign")).content.decode()
    for words in (
        "Clothing set: 50 sets needed, 20 sets received, 5 sets delivered",
        "10 days",
        "finished",
    ):
        assert words in page
    response = client.get(list_url("campaigns_campaign"), {"time": "open"})
    assert list(response.context["cl"].result_list) == [open_one]


def test_an_older_version_comes_back_through_the_form(client, campaigner):
    campaign = make_campaign("draft", title_en="First words")
    send(client, change_url(campaign), "campaign_form", title_en="Second words")
    first = campaign.history.earliest()
    url = reverse("admin:campaigns_campaign_simple_history", args=[campaign.pk, first.pk])
    assert "First words" in client.get(url).content.decode()
    history = reverse("admin:campaigns_campaign_history", args=[campaign.pk])
    assert "<ins>Second</ins>" in client.get(history).content.decode()
