"""The campaigns of the demonstration: the NGO's real figures, a right ledger, three languages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from campaigns.disclosure import tell
from campaigns.models import Campaign, Entry, Expense, Need
from campaigns.proof import discrepancies
from lfnkr.demo.staff import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load the demonstration once; what a test changes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMO_PASSWORD", "correct-horse-battery")
        folder = tmp_path_factory.mktemp("media")
        with override_settings(MEDIA_ROOT=folder):
            call_command("load_demo")
        yield
        transaction.set_rollback(True)


def need_of(slug, name):
    needs = Need.objects.with_quantities().select_related("supply", "campaign")
    return next(need for need in needs.filter(campaign__slug=slug) if name in str(need))


def lines_of(need):
    return list(need.entries.in_order().values_list("happened_on", "kind", "quantity"))


def test_the_ledger_of_the_demonstration_is_right():
    assert list(discrepancies()) == []
    assert Entry.objects.count() > 25


def test_fifty_summer_sets_cost_about_ten_dollars_each():
    need = need_of("summer-clothing", "clothing set")
    assert (need.target, need.unit_cost, need.campaign.currency) == (50, 10, "USD")
    assert need.supply.contains == "Upper and lower garment, shoes, underwear"


def test_rice_is_two_tons_a_month_of_the_winter_and_follows_from_133_people():
    need = need_of("rice-for-a-winter", "Rice")
    campaign = need.campaign
    assert (campaign.starts_on, campaign.ends_on) == (date(2006, 11, 1), date(2007, 5, 31))
    assert (campaign.ends_on - campaign.starts_on).days + 1 == need.days == 212
    assert need.target == 7 * 2000
    assert need.formula_text == "500 g × 133 people × 212 days = 14,098 kg"
    assert need.rounding_text == "rounded down by 98 kg"


def test_one_ton_and_two_tons_of_rice_arrived_on_their_days():
    delivered = [
        (day, kg) for day, kind, kg in lines_of(need_of("rice-for-a-winter", "Rice"))
        if kind == "delivered"
    ]  # fmt: skip
    assert delivered == [(date(2007, 2, 15), 1000), (date(2007, 4, 27), 2000)]


def test_the_first_ton_with_clothing_and_antibiotics_cost_300_000_yen_together():
    expense = Expense.objects.get()
    assert (expense.amount, expense.currency) == (300_000, "JPY")
    assert expense.spent_on == date(2007, 2, 15)
    need = need_of("rice-for-a-winter", "Rice")
    assert need.unit_cost is None  # no single cost can be read from a sum of three


def test_nobody_knows_the_price_of_the_five_hundred_seasonal_sets():
    need = need_of("through-the-year", "Seasonal")
    assert (need.target, need.unit_cost, need.quoted_on) == (500, None, None)


def test_forty_tons_do_not_follow_from_their_formula_and_say_why():
    need = need_of("through-the-year", "Rice")
    assert (need.target, need.computed) == (40_000, Decimal("24272.5"))
    assert not need.follows_formula and need.target_reason.startswith("Meant for all shelters")


def test_three_hundred_medical_kits_are_asked_for():
    assert need_of("through-the-year", "kit").target == 300


def test_a_rescue_is_a_need_of_money():
    need = need_of("through-the-year", "way out")
    assert need.is_money and need.text_of(need.target) == "US$18,000"


def test_a_mistake_in_it_was_reversed_and_not_erased():
    need = need_of("through-the-year", "Seasonal")
    assert lines_of(need)[-2:] == [
        (date(2026, 7, 11), "given", 53),
        (date(2026, 7, 11), "given", -53),
    ]
    assert need.received == 245


@pytest.mark.parametrize("language", ["", "/ja", "/ko"])
def test_every_page_of_it_answers_in_its_language(client, language):
    campaigns = Campaign.objects.published()
    assert campaigns.count() == 4
    for campaign in campaigns:
        page = client.get(f"{language}/campaigns/{campaign.slug}/").content.decode()
        title = getattr(campaign, f"title_{language.strip('/') or 'en'}")
        assert f"<h1>{title}</h1>" in page
    for address in ("/campaigns/", "/campaigns/finished/", "/campaigns/feed.atom"):
        assert client.get(language + address).status_code == 200


def test_every_text_of_it_is_written_in_three_languages():
    fields = {"title": Campaign, "teaser": Campaign, "story": Campaign, "purpose": Need,
              "target_source": Need, "target_reason": Need}  # fmt: skip
    for field, model in fields.items():
        for row in model.objects.all():
            written = [bool(getattr(row, f"{field}_{code}")) for code in ("en", "ja", "ko")]
            assert len(set(written)) == 1, (row, field)


def test_no_link_on_its_pages_leads_nowhere(client):
    for campaign in Campaign.objects.published():
        page = client.get(campaign.get_absolute_url()).content.decode()
        links = set(re.findall(r'href="(/[^"#?]*)', page))
        pages = [link for link in links if not link.startswith(("/static/", "/media/"))]
        assert [link for link in pages if client.get(link).status_code != 200] == []


def test_finished_and_open_campaigns_and_a_draft_occur():
    assert set(Campaign.objects.finished().values_list("slug", flat=True)) >= {
        "summer-clothing",
        "rice-for-a-winter",
    }
    assert not Campaign.objects.published().filter(slug="classes-in-spring").exists()


def test_what_is_told_of_the_winter_is_two_months_of_one_region():
    campaign = Campaign.objects.get(slug="rice-for-a-winter")
    (numbers,) = tell([campaign])[campaign.pk]
    told = [(d.first_month, str(d.region), d.quantity, d.people) for d in numbers.deliveries]
    assert told == [
        (date(2007, 2, 1), "North Korea", 1000, None),
        (date(2007, 4, 1), "North Korea", 2000, None),
    ]


def test_the_campaigner_opens_every_ledger_of_it(client):
    client.force_login(User.objects.get(email=ADDRESSES["campaigner"]))
    for need in Need.objects.all():
        page = client.get(reverse("admin:campaigns_need_change", args=[need.pk]))
        assert len(page.context["lines"]) == need.entries.count()
