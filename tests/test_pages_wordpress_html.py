"""What WordPress stores, of its old editor and of its blocks, as plain clean HTML."""

import pytest

from news.models import Article
from pages.wordpress.html import convert
from pages.wordpress.shortcodes import Shortcodes


class Site:
    """A site that shows every picture, unless it lacks all, and moves /old to /new."""

    def __init__(self, has_pictures=True):
        self.has_pictures = has_pictures
        self.pictures, self.notes = [], []

    def link(self, address):
        return address.replace("/old", "/new")

    def show(self, picture):
        self.pictures.append(picture)
        return self.has_pictures

    def note(self, code, words):
        self.notes.append((code, words))


def cleaned(content, site=None, attached=()):
    """Return the HTML as it is stored: converted, then through the allow-list."""
    html = convert(Shortcodes(attached).expand(content), site or Site())
    return Article._meta.get_field("body").sanitize(html)


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\r\n\r\n\r\nTwo", "<p>One</p><p>Two</p>"),
        ("One\n \nTwo", "<p>One</p><p>Two</p>"),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("One<br />\nTwo", "<p>One<br>Two</p>"),
        ("One<br><br>Two", "<p>One</p><p>Two</p>"),
        ("<p>One</p>\n\n<p>&nbsp;</p>\n<p></p>", "<p>One</p>"),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
        ("Before\n<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>\nAfter",
         "<p>Before</p><ul><li>a</li><li>b c</li></ul><p>After</p>"),
        ("<ol start=\"3\"><li>a<ul><li>b</ul></ol>", '<ol start="3"><li>a<ul><li>b</li></ul></li></ol>'),
        ("<blockquote>One\n\nTwo</blockquote>", "<blockquote><p>One</p><p>Two</p></blockquote>"),
        ("<h1>A</h1>b<h4>C</h4>", "<h2>A</h2><p>b</p><h3>C</h3>"),
        ("<b>a</b> <i>b</i> <span>c</span> <u>d</u>", "<p><strong>a</strong> <em>b</em> c d</p>"),
        ("<b>One\n\nTwo</b>", "<p><strong>One</strong></p><p><strong>Two</strong></p>"),
        ("<pre>a\n  b</pre>", "<p>a<br>b</p>"),
        ("a<hr />b", "<p>a</p><hr><p>b</p>"),
        ("x<sup>2</sup> 500<sup>1</sup> CO<sub>2</sub> 5<sup>th</sup> 2",
         "<p>x² 500¹ CO₂ 5th 2</p>"),
        ("<p>m<sup>2</p><p>500 kg</p>", "<p>m²</p><p>500 kg</p>"),
        ("m<sup>2\n\n500 kg", "<p>m2</p><p>500 kg</p>"),
        ("m<sup><b>2</b>3</sup>", "<p>m<strong>²</strong>³</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("Caf&eacute; &#8211; &amp;amp;", "<p>Café – &amp;amp;</p>"),
        ("<table><tr><td>1<td colspan=\"2\">2<tr><th>3</table>",
         '<table><tbody><tr><td>1</td><td colspan="2">2</td></tr><tr><th>3</th></tr></tbody></table>'),
        ('<p dir="rtl">שלום</p>', "<p>שלום</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_the_old_editor_stored_becomes_paragraphs(stored, clean):
    assert cleaned(stored) == clean


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        ("<!-- wp:paragraph -->\n<p>One\nTwo</p>\n<!-- /wp:paragraph -->", "<p>One Two</p>"),
        ("<!-- wp:freeform -->\nOne\nTwo\n<!-- /wp:freeform -->", "<p>One<br>Two</p>"),
        ("<!-- wp:separator /-->One\nTwo", "<p>One<br>Two</p>"),
        ('<!-- wp:heading {"level":3} --><h3 class="x">A</h3><!-- /wp:heading -->', "<h3>A</h3>"),
        ("<!-- wp:quote --><blockquote><p>a</p><cite>b</cite></blockquote><!-- /wp:quote -->",
         "<blockquote><p>a</p><p><em>b</em></p></blockquote>"),
        ('<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column --><div><p>a</p></div>'
         "<!-- /wp:column --></div><!-- /wp:columns -->", "<p>a</p>"),
        ("<!-- wp:acme/unknown {\"a\":\"b\"} --><div>kept</div><!-- /wp:acme/unknown -->", "<p>kept</p>"),
        ("One<!--more-->\n\nTwo<!--nextpage-->", "<p>One</p><p>Two</p>"),
        ('<!-- wp:file --><div><a href="/r.pdf">Report</a><a href="/r.pdf" class="wp-block-file__button"'
         ' download>Download</a></div><!-- /wp:file -->', '<p><a href="/r.pdf">Report</a></p>'),
    ],
)  # fmt: skip
def test_blocks_become_what_they_hold(stored, clean):
    assert cleaned(stored) == clean


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<svg><text>x</text></svg>",
        "<form><input value=x>Send</form>",
        '<span onclick="x()"></span>',
        "<![if !supportLists]><![endif]><![foo[ ]>",
        "<?php echo 1 ?>",
        "<!-- a comment -->",
    ],
)
def test_what_is_no_text_goes(hidden):
    assert cleaned(f"a{hidden}b") in ("<p>ab</p>", "<p>a</p><p>b</p>")


@pytest.mark.parametrize("tag", ["del", "s", "strike"])
def test_what_was_struck_out_is_left_out_and_told(tag):
    site = Site()
    stored = f"We have <{tag}>2</{tag}> <ins>1</ins> t. 漢<ruby><rt>かん</rt></ruby>"
    assert cleaned(stored, site) == "<p>We have  1 t. 漢</p>"
    assert site.notes == [("struck-left-out", "")]


def test_a_form_is_told():
    site = Site()
    cleaned("<form>x</form>", site)
    assert site.notes == [("form-left-out", "")]


# Links


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        ('<a href="/old/a" title="t" target="_blank">b</a>', '<p><a href="/new/a">b</a></p>'),
        ('<a href="mailto:a@b.example">b</a>', '<p><a href="mailto:a@b.example">b</a></p>'),
        ('<a href="tel:+81-3-1">b</a>', '<p><a href="tel:+81-3-1">b</a></p>'),
        ('<a href="page?a=1&amp;b=2">b</a>', '<p><a href="page?a=1&amp;b=2">b</a></p>'),
        ('<a href="javascript:x()">b</a>', "<p>b</p>"),
        ('<a href="#top">b</a> <a name="c">d</a>', "<p>b d</p>"),
        ('<a href="/old/a"> </a>b', "<p>b</p>"),
        ("https://film.example/1?a&b", '<p><a href="https://film.example/1?a&amp;b">https://film.example/1?a&amp;b</a></p>'),
        ("See https://film.example/1 there", "<p>See https://film.example/1 there</p>"),
        ("[embed]https://film.example/1[/embed]", '<p><a href="https://film.example/1">https://film.example/1</a></p>'),
        ('[video mp4="https://film.example/1.mp4"][/video]',
         '<p><a href="https://film.example/1.mp4">https://film.example/1.mp4</a></p>'),
        ('<figure class="wp-block-embed"><div>\nhttps://film.example/1\n</div></figure>',
         '<p><a href="https://film.example/1">https://film.example/1</a></p>'),
    ],
)  # fmt: skip
def test_links_lead_to_the_new_addresses(stored, clean):
    assert cleaned(stored) == clean


def test_a_film_of_another_site_becomes_a_link_and_is_told():
    site = Site()
    html = cleaned('a<iframe src="//film.example/1"></iframe>b', site)
    assert (
        html == '<p>a</p><p><a href="https://film.example/1">https://film.example/1</a></p><p>b</p>'
    )
    assert site.notes == [("embed-replaced", "https://film.example/1")]


# Pictures


FIGURES = [
    '[caption id="attachment_3" width="9"]<a href="/x"><img src="/a.png" class="wp-image-3" alt="A"></a> Two boats[/caption]',
    '[caption caption="Two boats"]<img src="/a.png" class="wp-image-3" alt="A">[/caption]',
    '<figure><img src="/a.png" class="wp-image-3" alt="A"><figcaption>Two <b>boats</b></figcaption></figure>',
    '<div class="wp-caption"><img src="/a.png" class="wp-image-3" alt="A"><p class="wp-caption-text">Two boats</p></div>',
]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_picture_leaves_the_text_with_its_caption(figure):
    site = Site()
    assert cleaned(f"One\n\n{figure}\n\nTwo", site) == "<p>One</p><p>Two</p>"
    (picture,) = site.pictures
    assert (picture.src, picture.id, picture.alt) == ("/a.png", 3, "A")
    assert (picture.caption, picture.after.strip()) == ("Two boats", "One")


@pytest.mark.parametrize("figure", FIGURES)
def test_a_caption_stays_as_words_when_its_picture_cannot_be_shown(figure):
    assert cleaned(figure, Site(has_pictures=False)) == "<p>Two boats</p>"


def test_the_background_of_a_cover_is_a_picture():
    site = Site()
    cover = '<div class="wp-block-cover" style="background-image:url(/old/sea.jpg)"><p>a</p></div>'
    assert cleaned(cover, site) == "<p>a</p>"
    assert [picture.src for picture in site.pictures] == ["/old/sea.jpg"]


def test_a_gallery_of_blocks_keeps_each_caption_with_its_picture():
    site = Site()
    html = cleaned(
        '<figure class="wp-block-gallery"><ul><li><figure><img src="/a.png" data-id="11">'
        '<figcaption>A</figcaption></figure></li><li><figure><img src="/b.png"></figure></li></ul>'
        "<figcaption>All</figcaption></figure>",
        site,
    )
    assert [(p.src, p.id, p.caption) for p in site.pictures] == [
        ("/a.png", 11, "A"),
        ("/b.png", None, ""),
    ]
    assert html == "<p>All</p>"


def test_the_caption_of_a_table_stays_below_it():
    html = cleaned(
        "<figure><table><tr><td>1</td></tr></table><figcaption>Rice</figcaption></figure>"
    )
    assert html == "<table><tbody><tr><td>1</td></tr></tbody></table><p>Rice</p>"


@pytest.mark.parametrize(
    ("gallery", "numbers"),
    [
        ('[gallery ids="3,1"]', [3, 1]),
        ("[gallery include='3, 1' exclude=\"3\"]", [1]),
        ("[gallery]", [7, 8]),
        ('[gallery exclude="7"]', [8]),
        ("[gallery ids=”5”]", [5]),
    ],
)
def test_a_gallery_shows_the_pictures_that_it_names_or_those_of_the_text(gallery, numbers):
    site = Site()
    assert cleaned(f"a {gallery} b", site, attached=[7, 8]) == "<p>a </p><p>b</p>"
    assert [picture.id for picture in site.pictures] == numbers


# Shortcodes that nobody here knows


@pytest.mark.parametrize(
    ("stored", "clean", "unknown"),
    [
        ('a [weather town="x"] b', "<p>a  b</p>", ["weather"]),
        ("[note]a[/note]", "<p>a</p>", ["note"]),
        ("a [contact-form-7] b", "<p>a  b</p>", ["contact-form-7"]),
        ("a [map /] b", "<p>a  b</p>", ["map"]),
        ("[youtube=https://film.example/1]", '<p><a href="https://film.example/1">https://film.example/1</a></p>', []),
        ("[youtube https://film.example/1]", '<p><a href="https://film.example/1">https://film.example/1</a></p>', []),
        ('[button url="https://film.example/1"]', '<p><a href="https://film.example/1">https://film.example/1</a></p>', ["button"]),
        ("he [sic] said [name withheld] [1]", "<p>he [sic] said [name withheld] [1]</p>", []),
        ("write [[gallery]] for pictures", "<p>write [gallery] for pictures</p>", []),
        ("[", "<p>[</p>", []),
    ],
)  # fmt: skip
def test_unknown_shortcodes_go_and_words_in_brackets_stay(stored, clean, unknown):
    shortcodes = Shortcodes()
    html = convert(shortcodes.expand(stored), Site())
    html = Article._meta.get_field("body").sanitize(html)
    assert (html.replace("a b", "a  b"), shortcodes.unknown) == (clean, unknown)
