"""manage.py import_wordpress: what one reads of it, and how it fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from factories import make_flag, make_user
from office import change_url, list_url, told
from pages_factories import make_page
from wordpress_export import OLD_SITE, export, item

from news.models import Article
from pages.wordpress import reasons
from publishing.models import Flag

pytestmark = pytest.mark.django_db


def command(file=OLD_SITE, **options):
    out = StringIO()
    call_command("import_wordpress", str(file), stdout=out, **options)
    return out.getvalue().split("\n")


def test_the_report_counts_everything_and_names_each_line():
    lines = command()
    for line in (
        "created: 12",
        "unchanged: 0",
        "files taken into the library: 0",
        "refused: 0",
        "flagged: 13",
        "  old-site.xml:102  was-private: Only signed-in people could read this on the old site;"
        " it waits as a draft.",
        "left out: 6 items",
        "  1 × menu entry",
        "  old-site.xml:394  nav_menu_item “Home”: menu entry",
        "left out: 2 comments (they hold addresses)",
        "no author line, for the export does not name “nobody”: 1",
        "different from the old site: 3",
    ):
        assert line in lines


def test_a_second_run_says_that_all_is_unchanged():
    command()
    assert command()[:2] == ["created: 0", "unchanged: 12"]


def test_control_signs_are_told_with_their_place(tmp_path):
    (tmp_path / "export.xml").write_text(export(item("a\x01b")))
    assert "control signs taken out: 1, first in export.xml:12" in command(tmp_path / "export.xml")


def test_a_dry_run_says_so_and_writes_nothing():
    assert "This was a dry run: nothing was written." in command(dry_run=True)
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type or an entity (line 1)"),
        (export(item())[:300], "The file is empty or truncated: it ends in line 5, too early."),
        (export("<item>"), "The file is not well-formed XML: mismatched tag in line 9."),
    ],
)
def test_an_unsound_file_ends_with_one_sentence(tmp_path, content, sentence):
    (tmp_path / "export.xml").write_text(content)
    with pytest.raises(CommandError) as error:
        command(tmp_path / "export.xml")
    assert sentence in str(error.value)
    assert str(error.value).endswith("Nothing was written.")
    assert (error.value.returncode, str(error.value).count("\n")) == (1, 0)


def test_uploads_that_are_no_folder_end_with_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="are not a folder. Nothing was written."):
        command(uploads=str(tmp_path / "none"))


def test_every_reason_to_flag_is_one_that_the_queue_knows():
    assert set(reasons.FLAGS) <= set(Flag.Reason.values)


# The queue, for pages as for articles


def test_the_flags_of_a_page_are_settled_at_its_form(client):
    client.force_login(make_user("publisher"))
    page = make_page()
    flag = make_flag(page, reason="parent-missing", note="It stood elsewhere.")
    shown = client.get(change_url(page)).content.decode()
    assert "It stood elsewhere." in shown
    response = client.post(f"/admin/pages/page/{page.pk}/settle/{flag.pk}/")
    assert (response["Location"], told(response)[0][:15]) == (change_url(page), "1 flag settled.")
    assert not Flag.objects.open().exists()


def test_the_queue_and_the_list_of_pages_show_what_is_in_doubt(client):
    client.force_login(make_user("publisher"))
    page = make_page(title="Our work")
    make_flag(page), make_page(title="Quiet")
    assert "Our work" in client.get(list_url("publishing_flag")).content.decode()
    listed = client.get(list_url("pages_page"), {"attention": "yes"}).context["cl"].result_list
    assert [row.title for row in listed] == ["Our work"]
