"""Old addresses live: whatever was imported is found where the old site showed it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wordpress_export import HOME, OLD_SITE, export, imported, item

from news.models import Article
from pages.wordpress.addresses import Addresses
from pages.wordpress.importer import import_wordpress
from publishing.models import OldAddress

pytestmark = pytest.mark.django_db


def run():
    return import_wordpress(OLD_SITE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2017/09/blankets/", "/news/blankets/"),
        ("/2017/09/blankets", "/news/blankets/"),
        ("/?p=101", "/news/blankets/"),
        ("/2017/08/the-%e5%86%ac-appeal/", "/news/the-%E5%86%AC-appeal/"),
        ("/?page_id=121", "/about/team/"),
        ("/?p=121", "/about/team/"),
        ("/lost/orphan/", "/orphan/"),
        ("/category/china/reports/", "/news/category/reports/"),
        ("/category/reports/", "/news/category/reports/"),
        ("/category/laos/", "/news/category/laos/"),
        ("/?cat=6", "/news/category/reports/"),
        ("/tag/%E5%86%AC/", "/news/tag/%E5%86%AC/"),
        ("/tag/blankets/", "/news/tag/blankets/"),
        ("/2017/", "/news/2017/"),
        ("/2017/09/", "/news/2017/09/"),
        ("/2017/09/05/", "/news/2017/09/"),
        ("/2017/09/page/2/", "/news/2017/09/"),
        ("/?m=20170905", "/news/2017/09/"),
        ("/2017/09/feed/", "/news/2017/09/"),
        ("/category/laos/feed/", "/news/category/laos/feed.rss"),
        ("/category/china/reports/feed/rss2", "/news/category/reports/feed.rss"),
        ("/tag/blankets/feed/atom/", "/news/tag/blankets/feed.atom"),
        ("/feed/", "/news/feed.rss"),
        ("/feed/rdf", "/news/feed.rss"),
        ("/feed/atom/", "/news/feed.atom"),
        ("/2017/09/blankets/feed/atom/", "/news/blankets/"),
        ("/?m=201709", "/news/2017/09/"),
        ("/2017/09/blankets/pier/", "/news/blankets/"),
        ("/?attachment_id=201", "/news/blankets/"),
        ("/harbour-at-dawn/", "/news/blankets/"),
    ],
)
def test_an_old_address_leads_to_the_new_one(client, old, new):
    run()
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, new)
    assert client.get(new).status_code == 200


@pytest.mark.parametrize(
    "old",
    [
        "/2017/09/nothing/",
        "/?p=999",
        "/?attachment_id=999",
        "/?page_id=302",
        "/category/nothing/",
        "/tag/nothing/",
        "/2016/09/",
        "/no-file/nothing/",
        "/author/mori/",
    ],
)
def test_what_the_old_site_did_not_have_is_not_found(client, old):
    run()
    assert client.get(old).status_code == 404


@pytest.mark.parametrize(
    "old",
    [
        "/2017/09/for-members/",
        "/2017/09/with-a-password/",
        "/2199/01/far/",
        "/2199/01/",
        "/category/laos/reports/",
        "/?cat=3",
        *[f"/?p={number}" for number in range(103, 112)],
    ],
)
def test_an_old_address_of_something_not_public_is_not_found(client, old):
    run()
    assert client.get(old).status_code == 404


def test_an_old_address_works_from_the_moment_of_publication(client):
    run()
    Article.objects.get(slug="for-members").publish()
    assert client.get("/2017/09/for-members/").status_code == 301


def test_a_scheduled_post_is_found_when_its_time_has_come(client, tmp_path):
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    imported(
        tmp_path, item(status="future", post_date=tomorrow, post_date_gmt=tomorrow, post_name="a")
    )
    assert client.get("/?p=1").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert client.get("/?p=1").status_code == 301


def test_below_a_folder_every_old_address_keeps_it(client, tmp_path):
    home = "https://old-site.example/blog"
    tag = '<category domain="post_tag" nicename="rice">rice</category>'
    post = item(post_name="a", link=f"{home}/2017/09/a/", extra=tag)
    (tmp_path / "export.xml").write_text(export(post, home=home))
    import_wordpress(tmp_path / "export.xml")
    for old in ("/blog/2017/09/a/", "/blog/?p=1", "/blog/2017/09/", "/blog/tag/rice/"):
        assert client.get(old).status_code == 301, old


def test_what_staff_led_elsewhere_stays_led_there():
    run()
    other = Article.objects.get(slug="the-冬-appeal")
    OldAddress.objects.remember("/2017/09/blankets/", other)
    run()
    assert OldAddress.objects.get(path="/2017/09/blankets").target == other


# Links in texts


def body_with(tmp_path, address, home=HOME):
    target = item(post_name="boats", link=f"{home}/2017/09/boats/", post_id="7")
    page = item(post_type="page", post_name="our-work", link=f"{home}/our-work/", post_id="8")
    words = item(
        f'<a href="{address}">x</a>', post_name="text", post_id="9", link=f"{home}/2017/09/text/"
    )
    report = imported(tmp_path, words, target, page)
    return Article.objects.get(slug="text").body, report


@pytest.mark.parametrize(
    ("address", "new"),
    [
        (f"{HOME}/2017/09/boats/", "/news/boats/"),
        ("http://old-site.example/2017/09/boats", "/news/boats/"),
        ("http://old-site.example:80/2017/09/boats#more-7", "/news/boats/"),
        ("//www.old-site.example/2017/09/boats/", "/news/boats/"),
        ("/2017/09/boats/?utm_source=x", "/news/boats/"),
        ("../boats/", "/news/boats/"),
        ("/?p=7", "/news/boats/"),
        (f"{HOME}?p=7", "/news/boats/"),
        ("/?page_id=8", "/our-work/"),
        ("/our-work/", "/our-work/"),
        ("/2017/09/", "/news/2017/09/"),
    ],
)
def test_a_link_to_what_was_imported_leads_to_its_new_address(tmp_path, address, new):
    assert body_with(tmp_path, address)[0] == f'<p><a href="{new}">x</a></p>'


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/2017/09/boats/", "mailto:a@b.example"]
)
def test_a_link_elsewhere_stays(tmp_path, address):
    body, report = body_with(tmp_path, address)
    assert (body, report.notes) == (f'<p><a href="{address}">x</a></p>', [])


def test_a_link_to_what_was_not_imported_stays_and_is_reported(tmp_path):
    body, report = body_with(tmp_path, f"{HOME}/2016/01/lost/")
    assert body == f'<p><a href="{HOME}/2016/01/lost/">x</a></p>'
    assert len(report.notes) == 1


@pytest.mark.parametrize(
    "address", ["http://[::1", "https://old-site.example:port/", "\x7f", "%ff%fe"]
)
def test_what_is_no_address_does_no_harm(tmp_path, address):
    body_with(tmp_path, address)
    assert Addresses([HOME]).new_for(address) is None
