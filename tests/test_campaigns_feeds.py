"""What feed readers get of campaigns."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from campaigns_factories import enter, make_campaign, make_need, make_supply
from factories import make_photo

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = ["atom", "rss"]


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://site.example"


def read(client, form, language=""):
    response = client.get(f"{language}/campaigns/feed.{form}")
    assert response["Content-Type"] == f"application/{form}+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(feed):
    found = feed.findall(".//item/title") or feed.findall(f"{ATOM}entry/{ATOM}title")
    return [title.text for title in found]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_holds_open_and_finished_campaigns_as_they_became_public(client, form):
    for number, ends_on in enumerate([None, date(2007, 1, 1), None]):
        public = datetime(2020, 1, 1 + number, tzinfo=UTC)
        make_campaign(title=str(number), ends_on=ends_on, published_at=public)
    assert titles(read(client, form)) == ["2", "1", "0"]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_holds_the_newest_twenty(client, form):
    for number in range(22):
        make_campaign(title=str(number), published_at=datetime(2020, 1, 1 + number, tzinfo=UTC))
    assert titles(read(client, form)) == [str(number) for number in range(21, 1, -1)]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_is_sent_in_one_piece_and_once(client, form):
    make_need(make_campaign())
    address = f"/campaigns/feed.{form}"
    response = client.get(address)
    assert not response.streaming and len(list(response)) == 1
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


def test_an_atom_entry_tells_the_story_and_the_four_numbers(client, time_machine):
    photo = make_photo(alt="A <field>")
    campaign = make_campaign(slug="summer", title="Sets & shoes", teaser="Light <things>.",
                             story='<p>See <a href="/news/">news</a>.</p>', lead_photo=photo)  # fmt: skip
    need = make_need(campaign, supply=make_supply(name="Clothing"))
    for kind, quantity in (("pledged", 31), ("given", 25), ("dispatched", 25), ("delivered", 12)):
        enter(need, kind, quantity)
    time_machine.move_to("2126-12-24T03:00:00+00:00", tick=False)
    entry = read(client, "atom").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Sets & shoes"
    assert entry.findtext(f"{ATOM}summary") == "Light <things>."
    assert entry.find(f"{ATOM}link").get("href") == "https://site.example/campaigns/summer/"
    content = entry.findtext(f"{ATOM}content")
    assert f'<img src="https://site.example{photo.file.url}"' in content
    assert '<a href="https://site.example/news/">' in content
    for line in ("Needed: 50 sets", "Pledged: 31 sets", "Received: 25 sets",
                 "Delivered: at least 12 sets (told up to September 30, 2126)"):  # fmt: skip
        assert f"<li>{line}</li>" in content


def test_an_rss_item_tells_the_teaser_and_shows_the_photo(client):
    photo = make_photo(alt="A field")
    make_campaign(slug="summer", title="Summer", teaser="Light <things>.", lead_photo=photo)
    item = read(client, "rss").find("channel/item")
    assert item.findtext("link") == "https://site.example/campaigns/summer/"
    assert item.findtext("description") == "Light &lt;things&gt;."
    media = item.find("{http://search.yahoo.com/mrss/}content")
    assert media.get("url") == f"https://site.example{photo.file.url}"


def test_an_entry_keeps_its_identity_when_its_address_changes(client):
    campaign = make_campaign(slug="summer")
    before = read(client, "atom").findtext(f"{ATOM}entry/{ATOM}id")
    campaign.slug = "winter"
    campaign.save()
    assert read(client, "atom").findtext(f"{ATOM}entry/{ATOM}id") == before
    assert read(client, "rss").findtext("channel/item/guid") == before
    assert before.endswith(f":campaign/{campaign.pk}/en")


def test_a_feed_speaks_the_language_of_its_address(client):
    make_campaign(slug="summer", title_en="Summer", title_ja="夏")
    feed = read(client, "atom", "/ja")
    assert titles(feed) == ["夏"]
    assert feed.find(f"{ATOM}entry/{ATOM}link").get("href").endswith("/ja/campaigns/summer/")


def test_no_entry_of_the_ledger_makes_a_campaign_new(client, time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    need = make_need(make_campaign())
    time_machine.shift(timedelta(days=9))
    enter(need, "given", 12)
    updated = read(client, "atom").findtext(f"{ATOM}entry/{ATOM}updated")
    assert updated == "2026-03-04T05:06:07+00:00"


def test_pages_lead_to_the_feeds(client):
    page = client.get("/ja/campaigns/").content.decode()
    for form, name in (("atom", "Atom"), ("rss", "RSS")):
        assert f'<link rel="alternate" type="application/{form}+xml"' in page
        assert (
            f'<a href="/ja/campaigns/feed.{form}" type="application/{form}+xml">{name}</a>' in page
        )
