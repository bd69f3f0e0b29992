"""How pages are found: the head of each, the sitemap, robots.txt."""

import json
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db.models import F
from django.utils import timezone
from factories import make_article, make_category, make_photo, make_user

from publishing import sitemaps
from publishing.found import absolute_links

pytestmark = pytest.mark.django_db
SITE = "https://site.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HIDDEN = ["draft", "review", "withdrawn", "scheduled"]


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = SITE


def make_hidden(state, **fields):
    if state == "scheduled":
        fields |= {"state": "published", "published_at": timezone.now() + timedelta(hours=1)}
    else:
        fields["state"] = state
    return make_article(**fields)


def head(client, address):
    return client.get(address).content.decode().partition("</head>")[0]


def metas(client, address):
    return dict(
        re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', head(client, address))
    )


def alternates(client, address):
    return dict(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', head(client, address)))


def linked(client, address):
    """Return the schema.org things of a page by their type."""
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', head(client, address))
    return {thing["@type"]: thing for thing in json.loads(data[1])["@graph"]}


def sitemap(client, address="/sitemap.xml"):
    """Return address and last change of each line."""
    lines = ElementTree.fromstring(client.get(address).content)
    return {line.findtext(f"{MAP}loc"): line.findtext(f"{MAP}lastmod") for line in lines}


def parts(client):
    found = [address.removeprefix(SITE) for address in sitemap(client)]
    return [address for address in found if "articles" in address]


# The head


def test_an_article_is_shared_with_its_picture_and_its_date(client):
    photo = make_photo(alt="A grey field")
    make_article(
        slug="boats", title="Boats & nets", title_ja="船", teaser="Two boats.", lead_photo=photo,
        dated_on=date(2006, 9, 1), date_precision="month",
    )  # fmt: skip
    found = metas(client, "/ja/news/boats/")
    assert found["og:title"] == "船"
    assert found["og:locale"] == "ja_JP"
    assert found["og:type"] == "article"
    assert found["og:url"] == f"{SITE}/ja/news/boats/"
    assert found["og:description"] == found["description"] == "Two boats."
    assert found["og:image"] == f"{SITE}{photo.file.url}"
    assert (found["og:image:width"], found["og:image:height"]) == ("40", "30")
    assert found["og:image:alt"] == found["twitter:image:alt"] == "A grey field"
    assert found["twitter:card"] == "summary_large_image"
    assert found["article:published_time"] == "2006-09"
    assert metas(client, "/news/boats/")["og:title"] == "Boats &amp; nets"


def test_an_article_without_picture_teaser_and_date_says_what_it_can(client):
    make_article(slug="boats", body="<p>The first words.</p><p>More.</p>")
    found = metas(client, "/news/boats/")
    assert found["og:description"] == found["description"] == "The first words. More."
    assert found["twitter:card"] == "summary"
    assert "og:image" not in found and "article:published_time" not in found


@pytest.mark.parametrize(("address", "title"), [("/", "Life Funds for North Korean Refugees"),
                                                ("/news/2012/", "2012")])  # fmt: skip
def test_lists_are_shared_with_their_heading(client, address, title):
    make_article(dated_on=date(2012, 1, 1))
    found = metas(client, address)
    assert (found["og:title"], found["og:type"]) == (title, "website")


def test_a_language_is_offered_only_where_the_article_has_a_title_in_it(client):
    make_article(slug="boats", title="Boats", title_ja="船")
    make_article(slug="nets", title="Nets")
    expected = {
        "en": f"{SITE}/news/boats/",
        "ja": f"{SITE}/ja/news/boats/",
        "x-default": f"{SITE}/news/boats/",
    }
    for address in ("/news/boats/", "/ja/news/boats/", "/ko/news/boats/"):
        assert alternates(client, address) == expected
    assert alternates(client, "/news/nets/") == {}


def test_a_later_page_of_a_list_is_offered_in_all_languages(client):
    for _ in range(21):
        make_article()
    older = client.get("/news/").context["page"].older
    assert alternates(client, f"/ja/news/{older}")["ko"] == f"{SITE}/ko/news/{older}"
    assert len(alternates(client, "/")) == 4


@pytest.mark.parametrize("address", ["/none/", "/news/gone/"])
def test_what_is_not_there_is_offered_to_nobody(client, address):
    make_article("withdrawn", slug="gone", title="Secret")
    page = head(client, address)
    assert "hreflang" not in page and "og:" not in page and "ld+json" not in page
    assert "Secret" not in page


def test_a_preview_is_not_described_to_machines(client):
    make_article("draft", slug="boats")
    client.force_login(make_user("editor"))
    page = head(client, "/news/boats/?preview")
    assert "noindex" in page and "og:" not in page and "ld+json" not in page


def test_search_engines_read_an_article_as_data(client):
    article = make_article(
        slug="boats", title="Boats", teaser="Two boats.", author_line="Anna", dated_on=date(2006, 9, 18),
        lead_photo=make_photo(alt="A grey field"),
    )  # fmt: skip
    found = linked(client, "/news/boats/")
    news, trail = found["NewsArticle"], found["BreadcrumbList"]
    assert news["headline"] == "Boats"
    assert news["description"] == "Two boats."
    assert news["datePublished"] == "2006-09-18"
    assert news["dateModified"] == article.changed_at.isoformat()
    assert news["author"] == {"@type": "Person", "name": "Anna"}
    assert news["publisher"]["name"] == "Life Funds for North Korean Refugees"
    assert news["image"]["url"] == f"{SITE}{article.lead_photo.file.url}"
    assert news["image"]["caption"] == "A grey field"
    assert news["inLanguage"] == "en"
    assert news["mainEntityOfPage"] == f"{SITE}/news/boats/"
    assert [
        (step["position"], step["name"], step["item"]) for step in trail["itemListElement"]
    ] == [
        (1, "Home", f"{SITE}/"),
        (2, "News", f"{SITE}/news/"),
        (3, "2006", f"{SITE}/news/2006/"),
        (4, "Boats", f"{SITE}/news/boats/"),
    ]


def test_what_is_not_known_is_left_out_of_the_data(client):
    make_article(slug="boats", title="Boats")
    news = linked(client, "/ja/news/boats/")["NewsArticle"]
    assert not {"datePublished", "description", "image"} & set(news)
    assert news["author"]["@type"] == "NGO"
    assert news["inLanguage"] == "en"


def test_the_front_page_says_who_we_are(client):
    us = linked(client, "/")["NGO"]
    assert (us["alternateName"], us["url"]) == ("LFNKR", f"{SITE}/")


def test_a_list_tells_the_way_to_it(client):
    make_article(dated_on=date(2012, 7, 1))
    steps = linked(client, "/news/2012/07/")["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Home", "News", "2012", "July 2012"]


def test_no_title_ends_the_data_early(client):
    title = "</script><script>alert(1)</script><!-- & 'x' \"y\""
    make_article(slug="boats", title=title)
    assert linked(client, "/news/boats/")["NewsArticle"]["headline"] == title
    assert head(client, "/news/boats/").count("<script") == 1


@pytest.mark.django_db(transaction=True)
def test_a_browser_has_nothing_against_the_data(page):
    make_article(slug="boats", title="Boats")
    for address in ("/", "/news/", "/news/boats/"):
        page.goto(address)
        assert page.locator("script").count() == 1
    # The fixture fails on any complaint of the content policy.


# Links that read the same elsewhere


@pytest.mark.parametrize(
    ("html", "complete"),
    [
        ('<img src="/media/a.jpg" alt="x">', f'<img src="{SITE}/media/a.jpg" alt="x">'),
        ('<a title="a>b" href="/x">y</a>', f'<a title="a>b" href="{SITE}/x">y</a>'),
        ('<p>say href="/x"</p>', '<p>say href="/x"</p>'),
        ('<a href="//other.example/x">y</a>', '<a href="https://other.example/x">y</a>'),
        ('<a href="nets/?a=1&amp;b=2">y</a>', f'<a href="{SITE}/news/nets/?a=1&amp;b=2">y</a>'),
        ('<a href="//[">y</a>', '<a href="//[">y</a>'),
    ],
)
def test_links_are_completed_in_tags_and_nowhere_else(html, complete):
    assert absolute_links(html, f"{SITE}/news/") == complete


# The sitemap


def test_the_sitemap_lists_its_parts_with_their_last_change(client, time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    make_article()
    found = sitemap(client)
    assert found.pop(f"{SITE}/sitemap-lists.xml") is None
    assert list(found.values()) == ["2026-03-04T05:06:07+00:00"]


def test_a_part_lists_each_translation_with_its_last_change(client, time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    make_article(slug="boats", title="Boats", title_ja="船")
    make_article(slug="nets", title="Nets")
    (address,) = parts(client)
    changed = "2026-03-04T05:06:07+00:00"
    assert sitemap(client, address) == {
        f"{SITE}/news/boats/": changed,
        f"{SITE}/ja/news/boats/": changed,
        f"{SITE}/news/nets/": changed,
    }
    page = client.get(address).content.decode()
    assert page.count(f'hreflang="ja" href="{SITE}/ja/news/boats/"') == 2


@pytest.mark.parametrize("state", HIDDEN)
def test_no_part_lists_what_is_not_public(client, state):
    make_article(slug="boats")
    make_hidden(state, slug="hidden")
    pages = {page for address in parts(client) for page in sitemap(client, address)}
    assert pages == {f"{SITE}/news/boats/"}


@pytest.mark.parametrize("state", HIDDEN)
def test_a_part_of_hidden_rows_does_not_exist(client, state):
    article = make_hidden(state)
    assert parts(client) == []
    number = (article.pk - 1) // sitemaps.ROWS_A_PART + 1
    assert client.get(f"/sitemap-articles-{number}.xml").status_code == 404


@pytest.mark.parametrize("word", ["articles-0", "articles-99999", f"articles-{10**30}", "users-1"])
def test_an_unknown_part_is_not_found(client, word):
    make_article()
    assert client.get(f"/sitemap-{word}.xml", follow=True).status_code == 404


def test_parts_hold_ranges_of_ids_without_gap_or_overlap(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "ROWS_A_PART", 2)
    monkeypatch.setattr(sitemaps, "PART", (F("id") - 1) / 2 + 1)
    slugs = {make_article().slug for _ in range(5)}
    pages = [page for address in parts(client) for page in sitemap(client, address)]
    assert sorted(pages) == sorted(f"{SITE}/news/{slug}/" for slug in slugs)
    assert len(parts(client)) == 3


def test_a_part_in_all_languages_stays_within_the_limit():
    assert sitemaps.ROWS_A_PART * 3 <= 5_000


def test_the_lists_that_hold_something_are_in_the_sitemap(client):
    asia = make_category("Asia", slug="asia", parent=make_category("World", slug="world"))
    make_article(dated_on=date(2012, 1, 1)).categories.add(asia)
    found = set(sitemap(client, "/sitemap-lists.xml"))
    for path in ("/", "/news/", "/news/2012/", "/news/category/asia/", "/news/category/world/"):
        assert {f"{SITE}{path}", f"{SITE}/ja{path}", f"{SITE}/ko{path}"} <= found
    for address in found:
        assert client.get(address.removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize("state", HIDDEN)
def test_lists_of_hidden_rows_are_not_in_the_sitemap(client, state):
    secret = make_category(slug="secret")
    make_hidden(state, dated_on=date(1998, 1, 1)).categories.add(secret)
    found = client.get("/sitemap-lists.xml").content.decode()
    assert "secret" not in found and "1998" not in found


@pytest.mark.parametrize("count", [1, 3])
def test_a_part_reads_no_long_text_of_any_row(client, django_assert_num_queries, count):
    for _ in range(count):
        make_article(body="<p>Long.</p>")
    (part,) = parts(client)
    with django_assert_num_queries(1) as read:
        assert client.get(part).status_code == 200
    assert "title_ja" in read[0]["sql"] and "body" not in read[0]["sql"]


@pytest.mark.parametrize(("address", "queries"), [("/sitemap.xml", 4), ("/sitemap-lists.xml", 4)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_sitemap_costs_the_same_however_long(
    client, django_assert_num_queries, address, queries, count
):
    for _ in range(count):
        make_article(dated_on=date(2012, 1, 1)).categories.add(make_category())
    with django_assert_num_queries(queries):
        client.get(address)
    part = parts(client)[-1]
    with django_assert_num_queries(1):
        client.get(part)


def test_robots_may_read_all_but_the_admin(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().split("\n") == [
        "User-agent: *", "Disallow: /admin/", "", f"Sitemap: {SITE}/sitemap.xml", "",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap.xml", "/sitemap-lists.xml", "part"])
def test_what_machines_ask_for_is_sent_once_and_to_all_alike(client, address):
    make_article()
    address = parts(client)[-1] if address == "part" else address
    first = client.get(address)
    assert first.status_code == 200 and not first.streaming and not first.cookies
    again = client.get(address, headers={"if-none-match": first["ETag"], "host": "127.0.0.1"})
    assert again.status_code == 304
