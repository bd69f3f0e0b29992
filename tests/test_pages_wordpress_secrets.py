"""An import names nothing that the old site had not published."""

import pytest
from django.core.management import call_command

from news.models import Article

pytestmark = pytest.mark.django_db
EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old</title>
<link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url>
<wp:base_blog_url>https://old.example</wp:base_blog_url>
{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://old.example/?p={number}</link>
<content:encoded><![CDATA[{text}]]></content:encoded><wp:post_id>{number}</wp:post_id>
<wp:post_date>{day} 10:00:00</wp:post_date><wp:post_date_gmt>{day} 01:00:00</wp:post_date_gmt>
<wp:post_name>{slug}</wp:post_name><wp:status>{status}</wp:status>
<wp:post_type>post</wp:post_type></item>"""


@pytest.mark.parametrize(
    ("status", "day", "named"),
    [
        ("draft", "2017-09-05", False),
        ("private", "2017-09-05", False),
        ("future", "2999-09-05", False),
        ("publish", "2017-09-05", True),
    ],
)
def test_a_link_in_a_public_text_gives_no_title_away(tmp_path, status, day, named):
    text = '<p><a href="https://old.example/?p=2">the other</a></p>'
    one = ITEM.format(
        title="Open", number=1, slug="open", status="publish", day="2017-09-01", text=text
    )
    other = ITEM.format(
        title="A hidden name", number=2, slug="", status=status, day=day, text="<p>x</p>"
    )
    file = tmp_path / "old.xml"
    file.write_text(EXPORT.format(items=one + other))
    call_command("import_wordpress", str(file))
    body = Article.objects.get(slug="open").body_en
    assert ("/news/a-hidden-name/" in body) == named
    assert ("old.example/?p=2" in body) == (not named)
