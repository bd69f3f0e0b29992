"""The public pages of campaigns."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_region, make_supply
from django.db import connection
from django.utils import timezone
from factories import make_article, make_photo, make_user
from pages_factories import make_organisation, make_page

from campaigns.models import Campaign, CampaignPhoto, Supply

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
LISTS = ["/", "/campaigns/"]


def text(response):
    return response.content.decode()


def main(client, address):
    """Return the words of a page's main part, without markup, separated by one blank each."""
    part = text(client.get(address)).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


def linked(client, address):
    data = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', text(client.get(address))
    )
    return {thing["@type"]: thing for thing in json.loads(data[1])["@graph"]}


def hide(campaign, state):
    """Give a campaign a state in which nobody may see it."""
    later = timezone.now() + timedelta(hours=1)
    moment = {"published_at": later} if state == "scheduled" else {}
    state = "published" if state == "scheduled" else state
    Campaign.objects.filter(pk=campaign.pk).update(state=state, **moment)


# Who may see it


@pytest.mark.parametrize("address", [*LISTS, "/ja/campaigns/", "/ko/campaigns/summer/"])
def test_everybody_sees_what_is_public(client, address):
    make_campaign(slug="summer", title="Fifty summer sets", is_featured=True)
    assert "Fifty summer sets" in text(client.get(address))


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled"])
@pytest.mark.parametrize("address", [*LISTS, "/campaigns/finished/", "/campaigns/feed.atom",
                                     "/campaigns/feed.rss", "/search/?q=summer", "/sitemap.xml"])  # fmt: skip
def test_nobody_sees_anything_else(client, address, state):
    for end in (None, date(2007, 1, 1)):
        campaign = make_campaign(title="Fifty summer sets", is_featured=True, ends_on=end)
        hide(campaign, state)
    assert "Fifty summer sets" not in text(client.get(address))
    assert "sitemap-campaigns" not in text(client.get(address))


@pytest.mark.parametrize("address", ["/campaigns/summer/", "/campaigns/summer/deliveries.csv"])
@pytest.mark.parametrize(
    ("state", "status"), [("draft", 404), ("review", 404), ("scheduled", 404), ("withdrawn", 410)]
)
def test_what_is_not_public_is_not_found_and_what_was_is_gone(client, address, state, status):
    hide(make_campaign(slug="summer", title="Fifty summer sets"), state)
    client.force_login(make_user("publisher"))
    response = client.get(address)
    assert response.status_code == status
    assert "Fifty" not in text(response)


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "published"])
def test_the_office_previews_at_the_final_address(client, state):
    make_campaign(state, slug="summer", title="Fifty summer sets")
    client.force_login(make_user("campaigner"))
    response = client.get("/campaigns/summer/?preview")
    assert "Fifty summer sets" in text(response) and "This is a preview" in text(response)
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in text(response) and "og:" not in text(response)


def test_a_preview_asks_strangers_to_sign_in_whether_or_not_there_is_something(client):
    make_campaign("draft", slug="there")
    for slug in ("there", "not-there"):
        response = client.get(f"/campaigns/{slug}/?preview")
        assert (response.status_code, response["Location"][:15]) == (302, "/sign-in/?next=")


def test_a_volunteer_previews_no_draft(client):
    make_campaign("draft", slug="summer")
    client.force_login(make_user("volunteer"))
    assert client.get("/campaigns/summer/?preview").status_code == 404


@pytest.mark.parametrize("address", ["/campaigns/", "/campaigns/finished/", "/campaigns/summer/",
                                     "/campaigns/summer/deliveries.csv"])  # fmt: skip
def test_an_answer_is_the_same_for_everybody_and_sent_once(client, address):
    make_need(make_campaign(slug="summer"))
    stranger = client.get(address)
    client.force_login(make_user("campaigner"))
    assert client.get(address).content == stranger.content
    assert not stranger.cookies and stranger.get("Vary", "") in ("", "Accept-Encoding")
    again = client.get(address, headers={"if-none-match": stranger["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_holds_no_script_and_no_style(client):
    campaign = make_campaign(slug="summer", lead_photo=make_photo())
    enter(make_need(campaign), "given", 12)
    for address in ("/campaigns/", "/campaigns/summer/"):
        page = text(client.get(address))
        assert not re.search(r'<script(?! type="application/ld)|<style|\sstyle=|\son\w+=', page)


# The four numbers


def test_a_need_shows_its_four_numbers_each_with_its_day(client, time_machine):
    need = make_need(make_campaign(slug="summer"), target=50)
    enter(need, "pledged", 31)
    enter(need, "given", 25)
    enter(need, "dispatched", 25)
    enter(need, "delivered", 12)
    time_machine.move_to("2126-12-24T03:00:00+00:00", tick=False)
    shown = main(client, "/campaigns/summer/")
    assert "Needed 50 sets as of December 24, 2126" in shown
    assert "Pledged 31 sets 62% as of December 24, 2126" in shown
    assert "Received 25 sets 50% as of December 24, 2126" in shown
    assert "Delivered at least 12 sets 24% of deliveries up to September 30, 2126" in shown
    assert "Still to be given 25 sets" in shown


def test_nothing_told_is_no_zero(client):
    make_need(make_campaign(slug="summer"))
    assert "Delivered nothing told yet" in main(client, "/campaigns/summer/")


def test_a_sum_of_money_is_shown_as_money_and_is_not_delivered(client):
    need = make_need(make_campaign(slug="summer"), unit=None, target=3000)
    enter(need, "funded", Decimal("1250.50"), amount=Decimal("1250.50"), currency="USD")
    shown = main(client, "/campaigns/summer/")
    assert "Needed US$3,000 as of" in shown
    assert "Received US$1,250.50 41% as of" in shown
    assert "Delivered" not in shown and "price" not in shown
    assert "deliveries" not in text(client.get("/campaigns/summer/"))


def bars(client, address):
    found = re.findall(r'<line class="bar-(\w+)" x2="([^"]+)"', text(client.get(address)))
    return [(kind, length) for kind, length in found if kind != "target"]


@pytest.mark.parametrize(
    ("given", "share", "length", "target"),
    [(12, "24%", "24.0%", "100.0%"), (49, "98%", "98.0%", "100.0%"), (50, "100%", "100.0%", "100.0%"),
     (200, "400%", "100.0%", "25.0%")],
)  # fmt: skip
def test_more_than_was_asked_for_reaches_beyond_the_target(client, given, share, length, target):
    need = make_need(make_campaign(slug="summer"), target=50)
    enter(need, "given", given)
    page = text(client.get("/campaigns/summer/"))
    assert bars(client, "/campaigns/summer/")[1] == ("received", length)
    assert page.count(f'class="bar-target" x2="{target}"') == 4
    assert f"<span>{share}</span>" in page
    assert ("nothing: all that was asked for has come" in page) == (given >= 50)


def test_what_is_not_complete_is_never_a_hundred_percent(client):
    need = make_need(make_campaign(slug="rice"), unit="kg", target=14098)
    enter(need, "given", Decimal("14097.999"))
    assert "14,097.999 kg 99%" in main(client, "/campaigns/rice/")


def test_a_need_says_what_one_costs_or_that_nobody_knows(client):
    campaign = make_campaign(slug="summer")
    make_need(campaign, unit_cost=Decimal(10), quoted_on=date(2006, 9, 1))
    make_need(campaign, unit="kit")
    shown = main(client, "/campaigns/summer/")
    assert "1 set: about US$10 (quoted on September 1, 2006)" in shown
    assert shown.count("Its price is not known yet.") == 1


def test_a_need_says_what_it_holds_how_it_adds_up_and_who_says_so(client):
    supply = make_supply("kg", name="Rice", contains="Short grain", photo=make_photo(alt="Sacks"))
    make_need(
        make_campaign(slug="rice"), supply=supply, target=2000, grams_a_day=500, people=133, days=30,
        target_source="Head count", target_reason="Full sacks",
    )  # fmt: skip
    shown = main(client, "/campaigns/rice/")
    assert "500 g × 133 people × 30 days = 1,995 kg rounded up by 5 kg" in shown
    assert "Source Head count" in shown and "Reason Full sacks" in shown
    assert "Short grain" in shown
    assert 'alt="Sacks"' in text(client.get("/campaigns/rice/"))


def test_deliveries_are_a_table_of_months_and_regions(client):
    need = make_need(make_campaign(slug="summer"))
    enter(need, "given", 50)
    enter(need, "dispatched", 50)
    enter(need, "delivered", 12, detail={"region": make_region("Wide"), "people_reached": 11})
    assert "February 2007 Wide 12 sets 11" in main(client, "/campaigns/summer/")
    assert '<th scope="col">Where</th>' in text(client.get("/campaigns/summer/"))
    assert 'href="/campaigns/summer/deliveries.csv"' in text(client.get("/campaigns/summer/"))


# When


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (-5, None, "As long as there is need"),
        (-5, 12, "12 days left, until"),
        (-5, 1, "One day left, until"),
        (-5, 0, "Ends today"),
        (5, 12, "Begins on"),
        (-5, -1, "Finished on"),
    ],
)
def test_a_campaign_says_how_long_it_asks(client, starts, ends, words):
    days = {"starts_on": TODAY() + timedelta(starts)}
    days["ends_on"] = None if ends is None else TODAY() + timedelta(ends)
    make_campaign(slug="summer", **days)
    assert f"Campaign · {words}" in main(client, "/campaigns/summer/")


def test_a_finished_campaign_says_so_and_keeps_its_numbers(client):
    need = make_need(make_campaign(slug="summer", title="Summer", ends_on=date(2007, 5, 31)))
    enter(need, "given", 12)
    shown = main(client, "/campaigns/summer/")
    assert "This campaign finished on May 31, 2007." in shown
    assert "Received 12 sets" in shown and "Missing in the end 38 sets" in shown
    assert "How to help" not in shown
    assert "Summer" in main(client, "/campaigns/finished/")
    assert "Summer" not in main(client, "/campaigns/")


def test_what_was_bought_and_delivered_is_not_missing_in_the_end(client):
    need = make_need(make_campaign(slug="summer", ends_on=date(2007, 5, 31)))
    enter(need, "given", 20)
    enter(need, "purchased", 28)
    enter(need, "dispatched", 48)
    enter(need, "delivered", 48)
    assert "Missing in the end 2 sets" in main(client, "/campaigns/summer/")


@pytest.mark.parametrize(("ends", "address"), [(0, "/campaigns/"), (-1, "/campaigns/finished/")])
def test_a_campaign_stands_in_one_list_on_the_edge_too(client, ends, address):
    make_campaign(title="Summer", ends_on=TODAY() + timedelta(ends))
    lists = ("/campaigns/", "/campaigns/finished/")
    assert [one for one in lists if "Summer" in main(client, one)] == [address]


# Around it


def test_photos_stand_in_their_order(client):
    campaign = make_campaign(slug="summer", lead_photo=make_photo(caption="Lead."))
    for position, caption in ((2, "Second."), (1, "First.")):
        photo = make_photo(caption=caption)
        CampaignPhoto.objects.create(campaign=campaign, photo=photo, position=position)
    shown = main(client, "/campaigns/summer/")
    assert shown.index("Lead.") < shown.index("First.") < shown.index("Second.")


def test_the_reports_on_it_are_linked(client):
    need = make_need(make_campaign(slug="summer"))
    enter(need, "given", 12, detail={"report": make_article(title="Twelve came")})
    assert "What we reported" in main(client, "/campaigns/summer/")
    assert "Twelve came" in main(client, "/campaigns/summer/")


def test_helping_leads_to_the_office_and_to_the_contact_page_once_that_is_public(client):
    make_organisation(telephone="+81 3 1234", name_en="LFNKR")
    make_campaign(slug="summer")
    contact = make_page("draft", slug="write", title="Write to us", has_contact_form=True)
    assert "+81 3 1234" in main(client, "/campaigns/summer/")
    assert "Write to us" not in main(client, "/campaigns/summer/")
    contact.publish()
    assert '<a class="button" href="/write/">Write to us</a>' in text(
        client.get("/campaigns/summer/")
    )


def test_featured_campaigns_come_first_and_those_that_have_begun_before_those_to_come(client):
    make_campaign(title="Plain", starts_on=TODAY() - timedelta(1))
    make_campaign(title="Old", is_featured=True, starts_on=date(2006, 1, 1))
    make_campaign(title="Coming", is_featured=True, starts_on=TODAY() + timedelta(9))
    shown = main(client, "/campaigns/")
    assert shown.index("Old") < shown.index("Coming") < shown.index("Plain")
    assert shown.count("Old") == 1


def test_lists_go_on_by_key(client):
    for number in range(8):
        make_campaign(title=f"Open {number}.", starts_on=date(2006, 1, 1 + number))
        make_campaign(title=f"Done {number}.", ends_on=date(2007, 1, 1 + number))
    make_campaign(title="Featured", is_featured=True)
    for address, word in (("/campaigns/", "Open"), ("/campaigns/finished/", "Done")):
        older = client.get(address).context["page"].older
        shown = main(client, address + older)
        assert re.findall(rf"{word} (\d+)\.", shown) == ["1", "0"]
        assert "Featured" not in shown


def test_the_front_page_shows_featured_open_campaigns_with_their_numbers(client):
    enter(make_need(make_campaign(title="Summer", is_featured=True)), "given", 12)
    make_campaign(title="Plain")
    make_campaign(title="Over", is_featured=True, ends_on=date(2007, 1, 1))
    shown = main(client, "/")
    assert "Summer As long as there is need" in shown and "Received 12 sets" in shown
    assert "Plain" not in shown and "Over" not in shown


def test_without_campaigns_the_pages_say_so(client):
    assert "No campaign asks for anything at the moment." in main(client, "/campaigns/")
    assert "No campaign has finished yet." in main(client, "/campaigns/finished/")
    assert "What we ask for" not in main(client, "/")


def test_a_text_that_is_not_translated_keeps_its_own_language(client):
    supply = make_supply(name_en="Rice", name_ja="米", contains_en="Short grain")
    make_need(make_campaign(slug="rice", title_en="Rice"), supply=supply)
    page = text(client.get("/ja/campaigns/rice/"))
    assert '<h1 lang="en">Rice</h1>' in page
    assert "<h3>米</h3>" in page and '<p lang="en">Short grain</p>' in page


# How it is found


def test_a_campaign_is_shared_with_its_picture(client):
    photo = make_photo(alt="A grey field")
    make_campaign(slug="summer", title="Summer", title_ja="夏", teaser="Light.", lead_photo=photo)
    page = text(client.get("/ja/campaigns/summer/"))
    assert '<meta property="og:title" content="夏">' in page
    assert f'<meta property="og:image" content="http://testserver{photo.file.url}">' in page
    assert '<link rel="canonical" href="http://testserver/ja/campaigns/summer/">' in page
    assert 'hreflang="en" href="http://testserver/campaigns/summer/"' in page
    assert 'hreflang="ko" href' not in page


def test_search_engines_read_what_is_asked_for_and_no_number_of_a_day(client):
    campaign = make_campaign(slug="summer", title="Summer", starts_on=date(2006, 9, 1))
    enter(make_need(campaign, supply=make_supply(name="Clothing")), "given", 12)
    make_need(campaign, unit=None, target=3000, purpose="Transport")
    found = linked(client, "/campaigns/summer/")
    action = found["DonateAction"]
    assert (action["name"], action["startTime"]) == ("Summer", "2006-09-01")
    assert action["actionStatus"] == "https://schema.org/ActiveActionStatus"
    assert action["recipient"]["alternateName"] == "LFNKR"
    assert action["object"] == [
        {
            "@type": "Demand",
            "name": "Clothing",
            "eligibleQuantity": {"@type": "QuantitativeValue", "value": "50", "unitText": "set"},
        },
        {"@type": "MonetaryAmount", "name": "Transport", "value": "3000.00", "currency": "USD"},
    ]
    steps = [step["name"] for step in found["BreadcrumbList"]["itemListElement"]]
    assert steps == ["Home", "Campaigns", "Summer"]


@pytest.mark.parametrize(
    "words", ["summer", "medical kit", "bandages", "米", "救急箱", "rescue of six", "약"]
)
def test_a_campaign_is_found_by_its_words_and_by_what_it_asks_for(client, words):
    campaign = make_campaign(slug="aid", title="Summer aid")
    kit = make_supply("kit", name_en="Home medical kit", name_ja="家庭用救急箱", name_ko="약",
                      contains_en="Bandages")  # fmt: skip
    make_need(campaign, supply=kit)
    make_need(campaign, supply=make_supply("kg", name_en="Rice", name_ja="お米"))
    make_need(campaign, unit=None, purpose_en="Rescue of six people")
    page = text(client.get("/search/", {"q": words}))
    assert 'href="/campaigns/aid/"' in page and '<span class="entry-kind">Campaign</span>' in page


def is_found(client, words):
    return "/campaigns/aid/" in text(client.get("/search/", {"q": words}))


def test_the_database_keeps_what_a_campaign_asks_for_whoever_writes(client):
    campaign = make_campaign(slug="aid", title="Aid")
    stale = Campaign.objects.get()
    need = make_need(campaign, supply=make_supply(name_en="Mittens"))
    assert is_found(client, "mittens")
    stale.save()
    assert is_found(client, "mittens")
    Supply.objects.update(name_en="Gloves")
    assert is_found(client, "gloves") and not is_found(client, "mittens")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_campaign SET asks_for_en = 'mittens'")
    assert not is_found(client, "mittens")
    need.delete()
    assert not is_found(client, "gloves")


def test_the_sitemap_holds_campaigns_and_their_lists(client):
    campaign = make_campaign(slug="summer", title_en="Summer", title_ja="夏")
    part = (campaign.pk - 1) // import_module("publishing.sitemaps").ROWS_A_PART + 1
    assert f"/sitemap-campaigns-{part}.xml" in text(client.get("/sitemap.xml"))
    found = text(client.get(f"/sitemap-campaigns-{part}.xml"))
    assert found.count("<loc>") == 2 and "/ja/campaigns/summer/" in found
    lists = text(client.get("/sitemap-lists.xml"))
    assert "/ko/campaigns/</loc>" in lists and "/campaigns/finished/</loc>" in lists


# What it costs


def make_full(**fields):
    """Make a campaign with a need, of which something was delivered."""
    need = make_need(make_campaign(lead_photo=make_photo(), **fields))
    region = make_region(f"Region {need.pk}")
    for kind in ("given", "dispatched"):
        enter(need, kind, 50)
    enter(need, "delivered", 50, detail={"region": region, "report": make_article()})
    return need.campaign


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/", 6), ("/campaigns/", 6), ("/campaigns/finished/", 5), ("/campaigns/feed.atom", 4),
     ("/campaigns/feed.rss", 4)],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_however_long(
    client, django_assert_num_queries, address, queries, count
):
    for _ in range(count):
        make_full(is_featured=True, title="Full")
        make_full(title="Full", ends_on=date(2007, 1, 1))
    with django_assert_num_queries(queries):
        page = text(client.get(address))
    assert page.count("Full") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_a_campaign_costs_the_same_however_much_it_asks_for(
    client, django_assert_num_queries, count
):
    campaign = make_full(slug="full")
    for number in range(count - 1):
        need = make_need(campaign, supply=make_supply(name=f"More {number}"))
        CampaignPhoto.objects.create(campaign=campaign, photo=make_photo())
        enter(need, "given", 9, detail={"report": make_article()})
    with django_assert_num_queries(7):
        assert text(client.get("/campaigns/full/")).count("Received</dt>") == count


def test_money_for_what_has_no_price_is_shown_as_money(client):
    need = make_need(unit_cost=None)
    enter(need, "pledged", 0, amount=Decimal(40), currency="USD")
    enter(need, "pledged", 2)
    enter(need, "funded", 0, amount=Decimal(25), currency="USD")
    page = client.get(need.campaign.get_absolute_url()).content.decode()
    assert "2 sets, and US$40 towards more" in page
    assert "0 sets, and US$25 towards more" in page
