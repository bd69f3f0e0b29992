"""WordPress exports, read as a stream: every version, every trap, every way to be unsound."""

import tracemalloc

import pytest
from wordpress_export import HOME, OLD_SITE, export, item, meta

from pages.wordpress.export import Export, Term
from pages.wordpress.file import ExportError


def read(tmp_path, content):
    """Return the items and what the export says of its site."""
    file = tmp_path / "export.xml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = Export(file)
    return list(found.items()), found


def refusal(tmp_path, content):
    with pytest.raises(ExportError) as error:
        read(tmp_path, content)
    return str(error.value)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_every_version_is_read_whatever_its_namespaces_look_like(tmp_path, version, scheme, slash):
    wp = f"{scheme}://wordpress.org/export/{version}{slash}"
    text = export(item("Words", excerpt="Few"), version=version, wp=wp)
    text = text.replace(
        f"{wp}excerpt/", f"{scheme}://wordpress.org/export/{version}/excerpt{slash}"
    )
    (only,), found = read(tmp_path, text)
    assert (only.content, only.excerpt, only.id, only.type) == ("Words", "Few", 1, "post")
    assert (found.head.version, found.head.homes) == (version, [HOME, HOME])


def test_an_item_knows_its_lines(tmp_path):
    items, _export = read(tmp_path, export(item(), item("One\nTwo", post_id="2")))
    assert [(i.id, i.line, i.last_line) for i in items] == [(1, 8, 21), (2, 22, 36)]


def test_what_an_item_lacks_is_empty(tmp_path):
    (only,), _export = read(tmp_path, export("<item></item>"))
    said = (only.id, only.title, only.slug, only.type, only.status, only.date, only.parent)
    assert said == (None, "", "", "", "", "", None)


def test_titles_and_names_are_words_and_not_html(tmp_path):
    (only,), _export = read(tmp_path, export(item(title="<em>Rice</em> &amp; caf&#233; &lt;b&gt;")))
    assert only.title == "Rice & café <b>"


def test_the_site_tells_its_authors_categories_and_tags():
    found = Export(OLD_SITE)
    assert sum(1 for _ in found.items()) == 22
    assert found.head.authors == {"mori": "Aiko M."}
    assert found.head.categories[2] == Term("laos", "Laos & Thailand", "", 5)
    assert found.head.categories[0].parent == "laos"
    assert found.head.tags == [Term("%e5%86%ac", "冬", "", 7)]


def test_version_one_names_a_category_twice_and_a_tag_by_another_word(tmp_path):
    named = """<category><![CDATA[News]]></category>
        <category domain="category" nicename="news"><![CDATA[News]]></category>
        <category domain="tag"><![CDATA[rice]]></category>
        <category domain="tag" nicename="rice"><![CDATA[rice]]></category>
        <category><![CDATA[Only a name]]></category>"""
    (only,), _export = read(tmp_path, export(item(extra=named), version="1.0"))
    assert [term.name for term in only.categories] == ["News", "Only a name"]
    assert only.categories[0].slug == "news"
    assert {term.name for term in only.tags} == {"rice"}


def test_of_the_many_fields_of_plugins_only_ours_are_kept(tmp_path):
    extra = meta("_edit_last", "1") + meta("_thumbnail_id", "7") + "<wp:comment></wp:comment>"
    (only,), _export = read(tmp_path, export(item(extra=extra)))
    assert (only.meta, only.comments) == ({"_thumbnail_id": "7"}, 1)


def test_control_bytes_are_taken_out_and_counted(tmp_path):
    content = export(item("Be\x00fore \x0bafter\x1f")).encode()
    (only,), found = read(tmp_path, content)
    assert only.content == "Before after"
    assert (found.lines.removed, found.lines.first_removed) == (3, 12)


def test_a_line_of_nothing_but_control_bytes_does_not_end_the_file(tmp_path):
    content = export(item("One\n\x01\x02\nTwo")).encode()
    (only,), _export = read(tmp_path, content)
    assert only.content == "One\n\nTwo"


def test_a_file_on_one_line_is_read_whole(tmp_path):
    text = export(*[item("x" * 30_000, post_id=str(n)) for n in range(1, 6)]).replace("\n", " ")
    items, _export = read(tmp_path, text)
    assert [len(i.content) for i in items] == [30_000] * 5


# Unsound files: one sentence, with the line


def test_an_entity_bomb_is_not_read(tmp_path):
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">]>\n<rss>&lol;</rss>'
    assert "document type or an entity (line 2)" in refusal(tmp_path, bomb)


def test_an_external_entity_is_not_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    attack = f'<!DOCTYPE rss [\n<!ENTITY x SYSTEM "file://{secret}">\n]>\n<rss>&x;</rss>'
    sentence = refusal(tmp_path, attack)
    assert "document type or an entity" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("lines", [5, 12, 20])
def test_a_truncated_file_is_told_by_its_last_line(tmp_path, lines):
    cut = "\n".join(export(item("Words")).split("\n")[:lines])
    assert (
        refusal(tmp_path, cut)
        == f"The file is empty or truncated: it ends in line {lines}, too early."
    )


def test_an_empty_file_is_refused(tmp_path):
    assert refusal(tmp_path, "").startswith("The file is empty or truncated")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("<item><title>A</item>", "mismatched tag in line 8."),
        ("<item>&nbsp;</item>", "undefined entity in line 8."),
        ("<item>1 < 2</item>", "not well-formed (invalid token) in line 8."),
    ],
)
def test_a_file_that_is_not_well_formed_is_told_by_its_line(tmp_path, broken, reason):
    assert refusal(tmp_path, export(broken)) == f"The file is not well-formed XML: {reason}"


def test_a_file_in_another_encoding_is_told_by_its_line(tmp_path):
    content = export(item("Café")).encode("latin-1")
    assert refusal(tmp_path, content).endswith("(invalid token) in line 12.")


def test_an_encoding_that_nobody_knows_is_told(tmp_path):
    content = export(item()).replace('encoding="UTF-8"', 'encoding="foo-9"')
    assert "an encoding that nobody knows (foo-9). Save it as UTF-8" in refusal(tmp_path, content)


def test_another_kind_of_xml_is_no_export(tmp_path):
    assert refusal(tmp_path, "<rss><channel/></rss>").startswith("This is not a WordPress export")


def test_a_version_that_nobody_knows_is_refused(tmp_path):
    sentence = "The export has the version 2.0; this command reads 1.0, 1.1 and 1.2."
    assert refusal(tmp_path, export(version="2.0")) == sentence


def test_an_item_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("pages.wordpress.file.LARGEST_ITEM", 10_000)
    many = [item("x" * 5_000, post_id=str(n)) for n in range(1, 6)]
    assert len(read(tmp_path, export(*many))[0]) == 5
    assert refusal(tmp_path, export(item("x\n" * 10_000))).startswith("Line ")


def test_memory_does_not_grow_with_the_number_of_items(tmp_path):
    file = tmp_path / "export.xml"
    file.write_text(export(*[item("x" * 5_000, post_id=str(n)) for n in range(1, 2001)]))
    tracemalloc.start()
    for _item in Export(file).items():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # the file has 10 MB


def test_what_is_no_file_is_told_so(tmp_path):
    for path, reason in [(tmp_path, "is a folder"), (tmp_path / "none", "There is no file")]:
        with pytest.raises(ExportError, match=reason):
            list(Export(path).items())
