"""What feed readers get: everything public, nothing else, and always well-formed."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from factories import make_article, make_category, make_photo
from hypothesis import HealthCheck, given, settings, strategies

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
FORMS = ["atom", "rss"]
FEEDS = ["/news/feed", "/news/category/rescue/feed", "/news/tag/boats/feed"]


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://site.example"


def make_listed(**fields):
    """Make an article that stands in every feed of `FEEDS`."""
    article = make_article(**fields)
    article.tags.add("boats")
    rescue = type(article).categories.rel.model.objects.filter(slug="rescue").first()
    article.categories.add(rescue or make_category("Rescue", slug="rescue"))
    return article


def read(client, address):
    return ElementTree.fromstring(client.get(address).content)


def entry(client, address="/news/feed.atom"):
    return read(client, address).find(f"{ATOM}entry")


def titles(feed):
    return [
        e.text for e in (feed.findall(".//item/title") or feed.findall(f"{ATOM}entry/{ATOM}title"))
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_holds_what_is_public(client, feed, form):
    make_listed(title="Boats arrive")
    response = client.get(f"{feed}.{form}")
    assert response["Content-Type"] == f"application/{form}+xml; charset=utf-8"
    assert titles(ElementTree.fromstring(response.content)) == ["Boats arrive"]


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("feed", FEEDS)
def test_no_feed_holds_anything_else(client, feed, form, state):
    make_listed(title="Boats arrive")
    fields = {"state": state}
    if state == "scheduled":
        fields = {"state": "published", "published_at": timezone.now() + timedelta(hours=1)}
    make_listed(title="Hidden boats", **fields)
    assert titles(read(client, f"{feed}.{form}")) == ["Boats arrive"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("feed", FEEDS[1:])
def test_a_feed_of_drafts_alone_does_not_tell_that_it_exists(client, feed, form):
    make_listed(state="draft")
    assert client.get(f"{feed}.{form}").status_code == 404


@pytest.mark.parametrize("address", ["/news/category/none/feed.atom", "/news/tag/none/feed.rss",
                                     "/news/feed.txt", "/news/none/feed.atom"])  # fmt: skip
def test_an_unknown_feed_is_not_found(client, address):
    assert client.get(address, follow=True).status_code == 404


def test_a_wider_category_feeds_the_articles_of_its_parts(client):
    wide = make_category("Rescue", slug="rescue")
    make_article(title="In Thailand").categories.add(make_category("Asia", parent=wide))
    assert titles(read(client, "/news/category/rescue/feed.atom")) == ["In Thailand"]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_holds_the_newest_twenty(client, form):
    for number in range(1, 23):
        make_article(title=str(number), dated_on=date(2012, 1, number))
    assert titles(read(client, f"/news/feed.{form}")) == [str(n) for n in range(22, 2, -1)]


@pytest.mark.parametrize("form", FORMS)
def test_a_newsroom_without_articles_has_a_feed_that_stays_the_same(client, form):
    address = f"/news/feed.{form}"
    assert titles(read(client, address)) == []
    assert client.get(address).content == client.get(address).content


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("feed", "queries"), [*zip(FEEDS, (1, 2, 2), strict=True)])
def test_a_feed_costs_the_same_however_long(
    client, django_assert_num_queries, feed, queries, form, count
):
    for _ in range(count):
        make_listed(lead_photo=make_photo())
    with django_assert_num_queries(queries):
        response = client.get(f"{feed}.{form}")
    assert len(titles(ElementTree.fromstring(response.content))) == count


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_is_sent_in_one_piece_compressed_and_once(client, form):
    for _ in range(20):
        make_article(body="<p>Text.</p>")
    address = f"/news/feed.{form}"
    response = client.get(address)
    assert not response.streaming
    assert len(list(response)) == 1
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_feed_only_answers_who_reads(client):
    assert client.post("/news/feed.atom").status_code == 405


def test_an_atom_entry_tells_all_of_an_article(client):
    article = make_listed(
        slug="boats", title="Boats & nets", teaser="Two <boats>.", body="<p>Full text.</p>",
        author_line="Anna", lead_photo=make_photo(alt="A <field>", caption="Grey.", credit="LFNKR"),
        content_warning="Describes hunger",
    )  # fmt: skip
    found = entry(client)
    assert found.findtext(f"{ATOM}title") == "Boats & nets"
    assert found.findtext(f"{ATOM}summary") == "Two <boats>."
    assert found.findtext(f"{ATOM}author/{ATOM}name") == "Anna"
    assert found.find(f"{ATOM}link").get("href") == "https://site.example/news/boats/"
    terms = {(c.get("term"), c.get("label")) for c in found.findall(f"{ATOM}category")}
    assert terms == {("rescue", "Rescue"), ("boats", "boats")}
    content = found.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == (
        f'<figure><img src="https://site.example{article.lead_photo.file.url}" width="40" height="30"'
        ' alt="A &lt;field&gt;"><figcaption>Grey. LFNKR</figcaption></figure>'
        "<p><strong>Before you read:</strong> Describes hunger</p><p>Full text.</p>"
    )


def test_an_article_without_text_gives_its_teaser_as_the_text(client):
    make_article(teaser="Two <boats>.\n\nOne net.")
    found = entry(client)
    assert found.findtext(f"{ATOM}content") == "<p>Two &lt;boats&gt;.</p>\n\n<p>One net.</p>"
    assert found.find(f"{ATOM}summary") is None


def test_an_rss_item_tells_the_teaser_and_shows_the_photo(client):
    photo = make_photo(alt="A field")
    make_listed(slug="boats", teaser="Two <boats>.", body="<p>Full text.</p>", author_line="Anna",
                lead_photo=photo)  # fmt: skip
    item = read(client, "/news/feed.rss").find("channel/item")
    assert item.findtext("link") == "https://site.example/news/boats/"
    assert item.findtext("description") == "Two &lt;boats&gt;."
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Anna"
    assert [c.text for c in item.findall("category")] == ["Rescue", "boats"]
    media = item.find(f"{MEDIA}content")
    assert media.attrib == {
        "url": f"https://site.example{photo.file.url}",
        "medium": "image", "width": "40", "height": "30",
    }  # fmt: skip
    assert media.findtext(f"{MEDIA}description") == "A field"


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ({"dated_on": date(2006, 9, 18)}, "2006-09-18T00:00:00+09:00"),
        ({"dated_on": date(2026, 3, 4)}, "2026-03-03T16:00:00+00:00"),
        ({"dated_on": date(2030, 1, 1)}, "2026-03-03T16:00:00+00:00"),
        ({"dated_on": date(2006, 9, 1), "date_precision": "month"}, "2026-03-03T16:00:00+00:00"),
        ({"dated_on": date(2006, 1, 1), "date_precision": "year"}, "2026-03-03T16:00:00+00:00"),
        ({}, "2026-03-03T16:00:00+00:00"),
    ],
)
def test_an_entry_is_dated_by_its_day_when_that_is_known(client, dates, published):
    make_article(published_at=datetime(2026, 3, 3, 16, tzinfo=UTC), **dates)  # 1 a.m. in Tokyo
    assert entry(client).findtext(f"{ATOM}published") == published


def test_an_entry_and_its_feed_are_updated_with_the_last_change(client, time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    make_article()
    time_machine.shift(60)
    feed = read(client, "/news/feed.atom")
    assert feed.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-03-04T05:06:07+00:00"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-04T05:06:07+00:00"
    rss = read(client, "/news/feed.rss")
    assert rss.findtext("channel/lastBuildDate") == "Wed, 04 Mar 2026 05:06:07 +0000"


def test_what_was_scheduled_is_new_when_it_becomes_public(client, time_machine):
    time_machine.move_to("2026-03-04T05:00:00+00:00", tick=False)
    make_article(published_at=datetime(2026, 3, 5, tzinfo=UTC))
    time_machine.move_to("2026-03-06T00:00:00+00:00")
    assert entry(client).findtext(f"{ATOM}updated") == "2026-03-05T00:00:00+00:00"


def test_an_entry_keeps_its_identity_when_its_address_and_date_change(client):
    article = make_article(slug="boats")
    before = entry(client).findtext(f"{ATOM}id")
    article.slug, article.published_at = "ships", timezone.now() - timedelta(days=9)
    article.save()
    assert entry(client).findtext(f"{ATOM}id") == before
    assert read(client, "/news/feed.rss").findtext("channel/item/guid") == before
    assert before.startswith("tag:site.example,") and before.endswith(f":article/{article.pk}/en")


def test_a_feed_speaks_the_language_of_its_address(client):
    make_article(slug="boats", title="Boats", title_ja="船", teaser="Two boats.")
    feed = read(client, "/ja/news/feed.atom")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ja"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://site.example/ja/news/feed.atom",
        "alternate": "https://site.example/ja/news/",
    }
    found = feed.find(f"{ATOM}entry")
    assert found.findtext(f"{ATOM}title") == "船"
    assert found.findtext(f"{ATOM}id").endswith("/ja")
    assert found.find(f"{ATOM}content").get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert found.find(f"{ATOM}link").get("href") == "https://site.example/ja/news/boats/"
    assert read(client, "/ja/news/feed.rss").findtext("channel/language") == "ja"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ('<a href="/news/a?b=1&amp;c=2">x</a>', "https://site.example/news/a?b=1&amp;c=2"),
        ('<a href="../nets/">x</a>', "https://site.example/news/nets/"),
        ('<a href="#part">x</a>', "https://site.example/news/boats/#part"),
        ('<a href="https://other.example/">x</a>', "https://other.example/"),
        ('<a href="mailto:a@b.example">x</a>', "mailto:a@b.example"),
    ],
)
def test_links_in_the_full_text_lead_to_the_site_from_anywhere(client, written, sent):
    make_article(slug="boats", body=f"<p>{written}</p>")
    text = entry(client).findtext(f"{ATOM}content")
    assert f'href="{sent}"' in text


def test_the_host_of_a_request_does_not_stand_in_a_feed(client):
    make_article(body='<p><a href="/news/">x</a></p>', lead_photo=make_photo())
    for form in FORMS:
        page = client.get(f"/news/feed.{form}", headers={"host": "127.0.0.1"}).content.decode()
        assert "127.0.0.1" not in page and "testserver" not in page


@pytest.mark.parametrize("form", FORMS)
@given(
    text=strategies.text(
        strategies.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        min_size=1,
        max_size=50,
    )
)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_character_makes_a_feed_unreadable(client, form, text):
    article = make_article(title=text, teaser=text, author_line=text, body=f"<p>{text}</p>")
    try:
        assert len(titles(read(client, f"/news/feed.{form}"))) == 1
    finally:
        article.delete()


@pytest.mark.parametrize("form", FORMS)
def test_control_characters_are_left_out_of_a_feed(client, form):
    make_article(title="Bo\x01a\x0bt\x1fs\ufffe \U0001f6f6", body="<p>a\x08b</p>")
    assert titles(read(client, f"/news/feed.{form}")) == ["Boats \U0001f6f6"]


@pytest.mark.parametrize(
    ("page", "feed"),
    [("/", "/news/feed"), ("/ja/news/", "/ja/news/feed"), *((f[:-4], f) for f in FEEDS)],
)
def test_pages_lead_to_their_feeds(client, page, feed):
    make_listed()
    shown = client.get(page).content.decode()
    for form, name in (("atom", "Atom"), ("rss", "RSS")):
        assert f'<link rel="alternate" type="application/{form}+xml"' in shown
        assert f'href="{feed}.{form}">' in shown
        assert f'<a href="{feed}.{form}" type="application/{form}+xml">{name}</a>' in shown
