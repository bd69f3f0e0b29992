"""A WordPress export in the newsroom and the tree of pages: what becomes of each item."""

from datetime import date

import pytest
from factories import make_article
from wordpress_export import HOME, OLD_SITE, export, imported, item, reasons_of, results

from news.models import Article, Category
from pages.models import Page
from pages.wordpress.importer import import_wordpress
from publishing.models import Flag, ImportedItem, OldAddress

pytestmark = pytest.mark.django_db


def run(**options):
    return import_wordpress(OLD_SITE, **options)


def article(slug):
    return Article.objects.get(slug=slug)


def states():
    return dict(Article.objects.values_list("title", "state"))


def everything():
    """All rows an import could change, to compare before and after."""
    models = [
        Article,
        Article.history,
        Category,
        Page,
        Page.history,
        Flag,
        ImportedItem,
        OldAddress,
    ]
    return [list(getattr(model, "objects", model).order_by("pk").values()) for model in models]


# Posts


def test_a_post_becomes_an_article():
    run()
    found = article("blankets")
    assert (found.kind, found.title) == ("news", "Blankets for the harbour")
    assert (found.teaser, found.author_line) == ("Forty blankets arrived.", "Aiko M.")
    assert (found.is_highlight, article("the-冬-appeal").is_highlight) == (True, False)
    assert [category.slug for category in found.categories.order_by("slug")] == ["laos", "reports"]
    assert sorted(found.tags.names()) == ["Blankets", "冬"]


def test_an_article_has_the_day_that_readers_saw_and_the_moment_of_the_world_clock():
    run()
    found = article("the-冬-appeal")
    assert (found.dated_on, found.date_precision) == (date(2017, 9, 1), "day")
    assert found.published_at.isoformat() == "2017-08-31T18:00:00+00:00"


def test_a_moment_without_zone_is_one_in_tokyo(tmp_path):
    imported(tmp_path, item(post_date_gmt="0000-00-00 00:00:00", post_name="here"))
    assert article("here").published_at.isoformat() == "2017-09-05T00:00:00+00:00"


@pytest.mark.parametrize("day", ["0000-00-00 00:00:00", "", "2017-02-30 10:00:00", "soon"])
def test_without_a_day_it_waits_as_a_draft(tmp_path, day):
    report = imported(tmp_path, item(post_date=day, post_date_gmt=day))
    found = Article.objects.get()
    assert (found.state, found.dated_on, found.date_precision) == ("draft", None, "unknown")
    assert reasons_of(report) == ["date-missing"]


def test_nothing_is_public_that_was_not_public_before(client):
    run()
    assert states() == {
        "Blankets for the harbour": "published",
        "The winter appeal 😀": "published",
        "Ships of September": "draft",
        "For members": "draft",
        "With a password": "draft",
        "In the year 2199": "published",
        "To be looked at": "review",
        "Without a day": "draft",
        "Seven small words stand in this text, and…": "draft",
    }
    public = set(Article.objects.published().values_list("slug", flat=True))
    assert public == {"blankets", "the-冬-appeal"}
    assert client.get("/news/far/").status_code == 404


@pytest.mark.parametrize("status", [None, "", "archived", "inherit"])
def test_a_status_that_nobody_knows_waits_as_a_draft(tmp_path, status):
    report = imported(tmp_path, item(status=status))
    assert Article.objects.get().state == "draft"
    assert reasons_of(report) == ["status-unknown"]


def test_what_was_private_or_had_a_password_keeps_its_moment_for_when_it_is_published():
    run()
    for slug, reason in [("for-members", "was-private"), ("with-a-password", "was-protected")]:
        found = article(slug)
        assert found.published_at.isoformat() == "2017-09-05T00:00:00+00:00"
        assert [flag.reason for flag in found.flags.all()] == [reason]


def test_a_title_is_made_of_the_first_words_or_of_the_number(tmp_path):
    report = imported(
        tmp_path,
        item("<p>We met in Osaka.</p>", title=""),
        item("", title="", post_id="2"),
        item("", title=None, post_id=None),
    )
    titles = Article.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["We met in Osaka.", "post 2", "post 36"]
    assert reasons_of(report) == ["title-missing"] * 3


def test_a_title_that_is_too_long_is_cut_and_flagged(tmp_path):
    report = imported(tmp_path, item(title="Rice " * 60))
    found = Article.objects.get()
    assert (len(found.title), found.title[-1]) == (200, "…")
    assert reasons_of(report) == ["text-shortened"]


def test_words_of_85_letters_many_signs_and_right_to_left_are_kept(tmp_path):
    word = "Rindfleisch" * 8
    imported(
        tmp_path,
        item(
            "<p>שלום 👩‍👩‍👧 𝒜</p>",
            title=word,
            extra=f'<category domain="post_tag" nicename="">{word}</category>',
        ),
    )
    found = Article.objects.get()
    assert (found.title, found.body, list(found.tags.names())) == (
        word,
        "<p>שלום 👩‍👩‍👧 𝒜</p>",
        [word],
    )
    assert found.slug == word.lower()


def test_an_author_whom_the_export_does_not_name_is_not_shown(tmp_path):
    report = imported(tmp_path, item(author="admin7"))
    assert Article.objects.get().author_line == ""
    assert report.survey.unknown_authors() == [("admin7", 1)]


# Addresses of their own


def test_an_address_in_use_is_left_alone(tmp_path):
    for slug in ("boats", "boats-2017"):
        make_article(slug=slug)
    imported(tmp_path, item(post_name="boats"), item(post_name="boats", post_id="2"))
    new = Article.objects.exclude(title__startswith="Article").order_by("pk")
    assert [found.slug for found in new] == ["boats-2017-09-05", "boats-2"]


@pytest.mark.parametrize("name", ["2017", "highlights", "tag"])
def test_the_address_of_a_list_is_not_given_away(tmp_path, name):
    imported(tmp_path, item(post_name=name))
    assert Article.objects.get().slug == f"{name}-2017"


def test_an_address_is_decoded(tmp_path):
    imported(tmp_path, item(post_name="%e5%86%ac-%e6%95%91%e5%8a%a9"))
    assert Article.objects.get().slug == "冬-救助"


def test_many_items_without_address_and_title_are_told_apart(tmp_path):
    imported(tmp_path, *[item(title="", post_id=str(n)) for n in range(1, 251)])
    assert Article.objects.count() == 250


# Categories and tags


def test_categories_keep_their_tree_and_two_of_one_name_stay_two():
    run()
    found = {c.slug: (c.name, c.parent and c.parent.slug) for c in Category.objects.all()}
    assert found == {
        "china": ("China", None),
        "laos": ("Laos & Thailand", None),
        "reports": ("Reports", "china"),
        "reports-laos": ("Reports", "laos"),
    }


def declared(slug, name, parent=""):
    return (
        f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent><wp:cat_name>{name}</wp:cat_name></wp:category>"
    )


def test_two_categories_with_one_slug_get_two_addresses(tmp_path):
    imported(
        tmp_path,
        declared("china", "China"),
        declared("laos", "Laos"),
        declared("news", "News", "china"),
        declared("news", "News", "laos"),
    )
    found = Category.objects.filter(name="News").order_by("slug")
    assert [(c.slug, c.parent.slug) for c in found] == [("news", "china"), ("news-laos", "laos")]


def test_parents_are_found_by_name_as_the_first_version_has_them(tmp_path):
    imported(tmp_path, declared("a", "Below", "Above it"), declared("b", "Above it"))
    assert Category.objects.get(slug="a").parent.slug == "b"


def test_a_circle_of_categories_is_cut(tmp_path):
    imported(tmp_path, declared("a", "A", "b"), declared("b", "B", "a"))
    assert Category.objects.filter(parent=None).count() == 1


def test_sixty_categories_of_one_article_all_come_along(tmp_path):
    terms = [f'<category domain="category" nicename="c{n}">C {n}</category>' for n in range(60)]
    imported(tmp_path, item(extra="".join(terms)))
    assert Article.objects.get().categories.count() == 60


def test_a_category_that_stands_here_already_is_used(tmp_path):
    own = Category.objects.create(name="Rescue", slug="rescue")
    other = Category.objects.create(name="Something else", slug="news")
    imported(tmp_path, declared("rescue", "rescue"), declared("news", "News"))
    assert set(Category.objects.values_list("slug", flat=True)) == {"rescue", "news", "news-2"}
    assert {own.name, other.name} <= set(Category.objects.values_list("name", flat=True))


def test_a_renamed_category_is_found_again_and_a_deleted_one_stays_deleted(tmp_path):
    parts = declared("a", "A"), declared("b", "B")
    imported(tmp_path, *parts)
    Category.objects.filter(slug="a").update(name="Changed", name_en="Changed")
    Category.objects.filter(slug="b").delete()
    imported(tmp_path, *parts)
    assert [c.name for c in Category.objects.all()] == ["Changed"]


def test_capitals_make_no_second_tag(tmp_path):
    make_article().tags.add("Rice")
    tags = '<category domain="post_tag" nicename="rice">rice</category><category domain="post_tag" nicename="c">C++</category>'
    imported(tmp_path, item(post_name="a", extra=tags))
    assert sorted(article("a").tags.names()) == ["C++", "Rice"]


# Pages


def test_pages_keep_their_tree_whatever_their_order_in_the_file():
    run()
    found = {
        page.path: page for page in Page.objects.filter(path__in=["about", "about/team", "orphan"])
    }
    assert set(found) == {"about", "about/team", "orphan"}
    team = found["about/team"]
    assert (team.position, team.teaser, team.state) == (2, "Who we are", "published")
    assert [f.reason for f in found["orphan"].flags.all()] == ["parent-missing"]


def test_a_page_whose_address_is_taken_gets_another(tmp_path):
    pages = [item(post_type="page", post_name="news", post_id=str(n)) for n in (1, 2)]
    imported(tmp_path, *pages)
    assert set(Page.objects.filter(path__startswith="news").values_list("path", flat=True)) == {
        "news-1",
        "news-2",
    }


def test_a_circle_of_pages_is_cut(tmp_path):
    imported(
        tmp_path,
        item(post_type="page", post_name="a", post_id="1", post_parent="2"),
        item(post_type="page", post_name="b", post_id="2", post_parent="1"),
    )
    assert set(Page.objects.filter(slug__in="ab").values_list("path", flat=True)) == {"b", "b/a"}


# What stays behind


def test_whatever_is_left_out_is_reported_with_its_line():
    report = run()
    found = [(left.code, left.line) for left in report.left_out]
    assert found == [
        ("trash", 174),
        ("auto-draft", 192),
        ("file-missing", 376),
        ("nav_menu_item", 394),
        ("revision", 412),
        ("type-unknown", 430),
    ]


def test_comments_are_counted_and_left_out():
    assert run().survey.comments == 2
    kept = str(everything())
    assert "visitor@mail.example" not in kept
    assert "192.0.2.7" not in kept


def test_an_item_without_type_is_taken_for_a_post():
    report = run()
    assert "it names no type and was taken for a post" in [
        sentence for _line, sentence in report.notes
    ]


# Twice, and with people in between


def test_a_second_run_changes_nothing():
    run()
    before = everything()
    report = run()
    assert (set(results(report)), everything()) == ({"unchanged"}, before)


def test_the_file_may_have_another_name(tmp_path):
    run()
    copy = tmp_path / "renamed.xml"
    copy.write_bytes(OLD_SITE.read_bytes())
    assert set(results(import_wordpress(copy))) == {"unchanged"}


def test_two_old_sites_may_use_the_same_numbers(tmp_path):
    imported(tmp_path, item(post_name="a"))
    file = tmp_path / "other.xml"
    file.write_text(export(item(post_name="b"), home="https://other.example"))
    assert results(import_wordpress(file)) == ["created"]


def test_a_changed_file_changes_what_nobody_edited(tmp_path):
    tags = '<category domain="post_tag" nicename="rice">rice</category>'
    imported(tmp_path, item("Before", post_name="a"), item("Before", post_name="b", post_id="2"))
    edited = article("b")
    edited.author_line = "Anna"
    edited.save()
    report = imported(
        tmp_path,
        item("After", post_name="a", extra=tags),
        item("After", post_name="b", post_id="2"),
    )
    assert results(report) == ["updated", "edited"]
    assert (article("a").body, list(article("a").tags.names())) == ("<p>After</p>", ["rice"])
    assert (article("b").body, article("b").author_line) == ("<p>Before</p>", "Anna")


def test_what_was_public_here_and_is_private_there_answers_that_it_is_gone(tmp_path, client):
    imported(tmp_path, item("Text", post_name="a"), item("Text", post_name="b", post_id="2"))
    for _time in range(2):
        imported(
            tmp_path,
            item("Text", post_name="a", status="private"),
            item("Text", post_name="b", post_id="2"),
        )
        assert client.get("/news/a/").status_code == 410
        assert client.get("/news/b/").status_code == 200
    imported(tmp_path, item("Text", post_name="a"), item("Text", post_name="b", post_id="2"))
    assert client.get("/news/a/").status_code == 200


def test_struck_words_are_left_out_and_flagged_once(tmp_path):
    report = imported(tmp_path, item("We have <del>2</del> <s>3</s> 1 t."))
    assert Article.objects.get().body == "<p>We have   1 t.</p>"
    assert reasons_of(report) == ["struck-left-out"]


def test_a_new_address_of_an_unchanged_text_is_learnt(tmp_path, client):
    imported(tmp_path, item("Text", post_name="a", link=f"{HOME}/2017/09/05/a/"))
    link = f"{HOME}/2017/09/05/renamed/"
    report = imported(tmp_path, item("Text", post_name="a", link=link))
    assert results(report) == ["unchanged"]
    assert client.get("/2017/09/05/renamed/")["Location"] == "/news/a/"


def test_another_category_given_by_an_editor_counts_as_edited(tmp_path):
    imported(tmp_path, item("Before"))
    Article.objects.get().categories.add(Category.objects.create(name="Rice", slug="rice"))
    assert results(imported(tmp_path, item("After"))) == ["edited"]


def test_what_staff_deleted_does_not_come_back(tmp_path):
    parts = (
        item(post_status="draft"),
        item(post_type="page", post_name="above", post_id="2"),
        item(post_type="page", post_name="below", post_id="3", post_parent="2"),
    )
    imported(tmp_path, *parts)
    Article.objects.all().delete()
    Page.objects.filter(slug="below").delete()
    assert results(imported(tmp_path, *parts)) == ["deleted", "unchanged", "deleted"]
    assert (Article.objects.count(), Page.objects.filter(slug="below").count()) == (0, 0)


def test_a_page_below_one_that_staff_deleted_stands_at_the_root(tmp_path):
    above = item(post_type="page", post_name="above", post_id="2")
    imported(tmp_path, above)
    Page.objects.filter(slug="above").delete()
    imported(
        tmp_path, above, item(post_type="page", post_name="below", post_id="3", post_parent="2")
    )
    assert Page.objects.get(slug="below").path == "below"


def test_a_settled_flag_is_not_raised_again(tmp_path, django_user_model):
    imported(tmp_path, item("Before", status="private"))
    Flag.objects.get().settle(django_user_model.objects.create_user(email="a@lfnkr.example"))
    imported(tmp_path, item("After", status="private"))
    assert Flag.objects.open().count() == 0


def test_a_flag_says_where_its_item_stands_now(tmp_path):
    imported(tmp_path, item(status="private"))
    imported(tmp_path, "", "", item(status="private"))
    assert Flag.objects.get().place == "export.xml:10"


def test_history_knows_the_import_and_the_categories():
    run()
    (version,) = article("blankets").history.all()
    assert version.history_change_reason == "Imported from old-site.xml"
    assert {row.category.slug for row in version.categories.all()} == {"laos", "reports"}


def test_a_dry_run_writes_nothing():
    before = everything()
    report = run(dry_run=True)
    assert (results(report), everything()) == (["created"] * 12, before)


def test_a_file_that_ends_too_early_writes_nothing(tmp_path):
    before = everything()
    whole = OLD_SITE.read_text()
    (tmp_path / "cut.xml").write_text(whole[: whole.index("Orphan")])
    with pytest.raises(Exception, match="truncated: it ends in line 280"):
        import_wordpress(tmp_path / "cut.xml")
    assert everything() == before


@pytest.mark.parametrize("count", [1, 150])
def test_a_chunk_of_articles_costs_the_same_however_many(
    tmp_path, django_assert_num_queries, count
):
    (tmp_path / "export.xml").write_text(
        export(*[item(f"Text {n}", post_name=f"a{n}", post_id=str(n)) for n in range(1, count + 1)])
    )
    with django_assert_num_queries(16):
        import_wordpress(tmp_path / "export.xml")
