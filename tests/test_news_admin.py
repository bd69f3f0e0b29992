"""The newsroom's desk: lists, the article's form, the queue of doubts, categories and tags."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from factories import make_article, make_category, make_flag, make_photo, make_user
from office import act, add_url, change_url, complaints, list_url, send, told

from news.models import Article, Category
from publishing.models import Flag, ImportedItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(make_user("editor", name="Anna"))
    return client


@pytest.fixture
def publisher(client):
    client.force_login(make_user("publisher", name="Boris"))
    return client


@pytest.fixture
def looker(client):
    """Somebody who may look at articles and flags, and nothing else."""
    user = make_user("volunteer", is_staff=True)
    seen = Permission.objects.filter(codename__in=["view_article", "view_flag"])
    user.user_permissions.set(seen)
    client.force_login(user)
    return client


def rows(response):
    return list(response.context["cl"].result_list)


def found(client, **query):
    return {str(article) for article in rows(client.get(list_url(), query))}


# Who sees what

EDITORS = {
    "news_article",
    "news_category",
    "publishing_flag",
    "taggit_tag",
    "library_photo",
    "library_document",
}
PUBLISHERS = EDITORS | {"publishing_importeditem", "publishing_oldaddress"}
SUPERUSERS = PUBLISHERS | {"accounts_user", "correspondence_outgoingemail"}


@pytest.mark.parametrize(
    ("role", "open_to_them"),
    [("editor", EDITORS), ("publisher", PUBLISHERS), ("superuser", SUPERUSERS)],
)
def test_each_role_finds_its_lists_and_no_other(client, role, open_to_them):
    client.force_login(make_user(role))
    assert {
        name for name in SUPERUSERS if client.get(list_url(name)).status_code == 200
    } == open_to_them


@pytest.mark.parametrize("visitor", ["anonymous", "volunteer"])
@pytest.mark.parametrize(
    "name", ["admin:index", "admin:news_article_changelist", "admin:news_article_add"]
)
def test_outsiders_are_asked_to_sign_in(client, visitor, name):
    if visitor == "volunteer":
        client.force_login(make_user("volunteer"))
    url = reverse(name)
    assert client.get(url).headers["Location"] == f"/admin/login/?next={url}"


# The list


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(editor, django_assert_num_queries, count):
    for number in range(count):
        article = make_article(dated_on=date(2006, 9, 1 + number), lead_photo=make_photo())
        article.categories.add(make_category(f"Shelf {number}"))
        make_flag(article)
    editor.get(list_url())  # Django looks up kinds of things once and remembers them
    with django_assert_num_queries(9):
        assert len(rows(editor.get(list_url()))) == count


def test_a_row_tells_date_categories_and_doubts(editor):
    article = make_article(
        dated_on=date(2006, 9, 1), date_precision="month", lead_photo=make_photo()
    )
    article.categories.add(make_category("Rescue"), make_category("China"))
    make_flag(article)
    make_flag(article).settle(make_user())
    [row] = rows(editor.get(list_url()))
    admin = editor.get(list_url()).context["cl"].model_admin
    shown = [
        getattr(admin, name)(row) for name in ("date", "shelves", "attention", "has_lead_photo")
    ]
    assert shown == ["September 2006", "China, Rescue", 1, "yes"]


def test_the_list_is_filtered_by_state_year_kind_category_and_doubts(editor):
    china = make_category("China", parent=make_category("Asia"))
    old = make_article(title="Old", dated_on=date(2006, 1, 1), kind="letter")
    old.categories.add(china)
    make_article(title="Undated")
    make_flag(make_article("draft", title="Doubtful", dated_on=date(2007, 12, 31)))
    make_article(title="Soon", published_at=timezone.now() + timedelta(days=1))
    assert found(editor, situation="scheduled") == {"Soon"}
    assert found(editor, situation="published") == {"Old", "Undated"}
    assert found(editor, year="2007") == {"Doubtful"}
    assert found(editor, year="unknown") == {"Undated", "Soon"}
    assert found(editor, kind__exact="letter") == {"Old"}
    assert found(editor, category=china.parent_id) == {"Old"}
    assert found(editor, attention="yes") == {"Doubtful"}


def test_the_filter_offers_the_years_that_have_articles(editor):
    for year in (2006, 2009):
        make_article(dated_on=date(year, 1, 1))
    filters = {f.title: f for f in editor.get(list_url()).context["cl"].filter_specs}
    assert [key for key, _label in filters["year"].lookup_choices] == ["2009", "2006", "unknown"]


@pytest.mark.parametrize(
    "query", ["situation=x", "year=x", "year=99999", "category=x", "attention=x"]
)
def test_a_filter_that_makes_no_sense_hides_nothing(editor, query):
    make_article()
    assert len(rows(editor.get(f"{list_url()}?{query}"))) == 1


@pytest.mark.parametrize("words", ["難民", "Korean shelter", "lorry"])
def test_search_looks_into_titles_and_teasers_of_all_languages(editor, words):
    make_article(title="Korean shelter opened", title_ja="難民の家", teaser="A lorry came")
    make_article()
    assert found(editor, q=words) == {"Korean shelter opened"}


def test_a_publisher_may_publish_and_an_editor_only_submit(client):
    def offered(role):
        client.force_login(make_user(role))
        make_article()
        return [
            name
            for name, _label in client.get(list_url())
            .context["action_form"]
            .fields["action"]
            .choices
        ]

    assert offered("editor") == ["", "submit"]
    assert offered("publisher") == ["", "submit", "publish", "withdraw", "delete_selected"]


# The form


def test_what_is_typed_is_saved_and_made_clean(editor):
    shelf, photo = make_category(), make_photo()
    send(
        editor,
        add_url(),
        title_en="Rice",
        title_ja="米",
        slug="rice",
        body_en='<p onclick="x()">One ton</p><script>x()</script>',
        date_precision="day",
        dated_on="2007-02-15",
        kind="report",
        categories=[shelf.pk],
        tags="Rice, maize",
        lead_photo=photo.pk,
    )
    article = Article.objects.get(slug="rice")
    assert (article.title_ja, article.body_en, article.kind) == ("米", "<p>One ton</p>", "report")
    assert [*article.categories.all()] == [shelf]
    assert sorted(article.tags.names()) == ["Rice", "maize"]
    assert (article.state, article.lead_photo) == ("draft", photo)


def test_photos_and_signatories_are_added_in_the_form(editor):
    article = make_article(kind="letter")
    photo = make_photo()
    send(
        editor,
        change_url(article),
        **{
            "articlephoto_set-TOTAL_FORMS": 1,
            "articlephoto_set-0-position": 2,
            "articlephoto_set-0-photo": photo.pk,
            "articlephoto_set-0-article": article.pk,
            "signatories-TOTAL_FORMS": 1,
            "signatories-0-position": 1,
            "signatories-0-name": "Kato",
            "signatories-0-article": article.pk,
        },
    )
    assert [*article.photos.all()] == [photo]
    assert [s.name for s in article.signatories.all()] == ["Kato"]


def test_the_same_photo_twice_gets_a_sentence(editor):
    article, photo = make_article(), make_photo()
    twice = {"articlephoto_set-TOTAL_FORMS": 2}
    for number in range(2):
        twice[f"articlephoto_set-{number}-position"] = number
        twice[f"articlephoto_set-{number}-photo"] = photo.pk
        twice[f"articlephoto_set-{number}-article"] = article.pk
    response = send(editor, change_url(article), **twice)
    assert "Please correct the duplicate data" in str(response.context["errors"])
    assert article.photos.count() == 0


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"slug": ""}, "slug", "Type the last part of the address"),
        ({"slug": "a b"}, "slug", "Use letters of any language, digits, hyphens"),
        (
            {"slug": "highlights"},
            "__all__",
            "This address belongs to a list.",
        ),
        ({"slug": "2006"}, "__all__", "This address belongs to a list."),
        ({"title_en": ""}, "title_en", "This field is required."),
        ({"dated_on": "2006-09-18"}, "__all__", "Enter a date, or say it is unknown"),
        ({"date_precision": "day"}, "__all__", "Enter a date, or say it is unknown"),
        ({"dated_on": "18/9/06"}, "dated_on", "Enter a valid date."),
        (
            {"addressee": "Ban Ki-moon"},
            "__all__",
            "Addressee, date sent and delivery belong to letters",
        ),
        ({"source_url": "no address"}, "source_url", "Enter a valid URL."),
    ],
)
def test_a_mistake_in_the_form_gets_a_sentence(editor, typed, field, sentence):
    article = make_article("draft")
    found = complaints(send(editor, change_url(article), **typed))
    assert [message.startswith(sentence) for message in found[field]] == [True]


def test_an_article_cannot_follow_itself(editor):
    article = make_article("draft")
    response = send(editor, change_url(article), follows=article.pk)
    assert complaints(response) == {"__all__": ["An article cannot follow up on itself."]}


def test_a_japanese_title_may_be_the_address(editor):
    send(editor, add_url(), title_en="冬の報告", slug="冬の報告", date_precision="unknown")
    assert Article.objects.get().get_absolute_url() == "/news/%E5%86%AC%E3%81%AE%E5%A0%B1%E5%91%8A/"


def test_who_may_only_look_changes_nothing(looker):
    article = make_article(title="Rice")
    make_flag(article)
    page = looker.get(change_url(article))
    assert (page.status_code, b"Settled</button>" in page.content) == (200, False)
    assert looker.post(change_url(article), {"title_en": "Forged"}).status_code == 403
    assert looker.get(add_url()).status_code == 403


@pytest.mark.parametrize("field", ["categories", "lead_photo", "follows"])
def test_an_editor_finds_what_the_form_connects_to(editor, field):
    make_article(title="Rice"), make_category("Rice"), make_photo(alt="Rice")
    query = {"app_label": "news", "model_name": "article", "field_name": field, "term": "Rice"}
    answer = editor.get(reverse("admin:autocomplete"), query).json()
    assert [choice["text"] for choice in answer["results"]] == ["Rice"]


def test_the_form_does_not_offer_to_delete_a_photo_from_the_library(publisher):
    page = publisher.get(change_url(make_article(lead_photo=make_photo())))
    assert b"change_id_lead_photo" in page.content
    assert b"delete_id_lead_photo" not in page.content


# What an import left to settle


def settle_url(article, *flag):
    name = "settle" if flag else "settle_all"
    return reverse(f"admin:news_article_{name}", args=[article.pk, *(f.pk for f in flag)])


def test_the_form_shows_what_was_seen_beside_what_was_made_of_it(editor):
    article = make_article()
    flag = make_flag(article, note="Read as September.", raw="Septmber 18, 2006")
    ImportedItem.objects.create(
        source="listing", key="1", place="listing.txt:12", raw="The <whole> item", row=article
    )
    page = editor.get(change_url(article)).content.decode()
    for text in [
        flag.get_reason_display(),
        flag.place,
        flag.note,
        flag.raw,
        "The &lt;whole&gt; item",
    ]:
        assert text in page


def test_settling_one_flag_leaves_the_others_and_comes_back(editor):
    article = make_article()
    flag, other = make_flag(article), make_flag(article)
    response = editor.post(settle_url(article, flag))
    assert response.headers["Location"] == change_url(article)
    assert told(response)[0].startswith("1 flag settled.")
    assert list(Flag.objects.open()) == [other]
    flag.refresh_from_db()
    assert str(flag.settled_by) == "Anna"
    assert "settled by Anna on" in editor.get(change_url(article)).content.decode()


def test_settling_all_leaves_those_of_other_articles(editor):
    article, other = make_article(), make_flag()
    make_flag(article), make_flag(article)
    assert told(editor.post(settle_url(article)))[0].startswith("2 flags settled.")
    assert list(Flag.objects.open()) == [other]


def test_a_flag_is_settled_only_through_its_own_article(editor):
    flag = make_flag()
    editor.post(settle_url(make_article(), flag))
    assert list(Flag.objects.open()) == [flag]


def test_settling_asks_for_a_post_and_for_an_article(editor):
    article = make_article()
    assert editor.get(settle_url(article)).status_code == 405
    article.pk = 0
    assert editor.post(settle_url(article)).status_code == 404


def test_who_may_only_look_settles_nothing(looker):
    flag = make_flag()
    assert looker.post(settle_url(flag.row, flag)).status_code == 403
    act(looker, "settle", flag, model="publishing_flag")
    assert list(Flag.objects.open()) == [flag]


def test_the_queue_shows_what_is_open_unless_asked_otherwise(editor):
    still_open, settled = make_flag(), make_flag()
    settled.settle(make_user())
    assert rows(editor.get(list_url("publishing_flag"))) == [still_open]
    assert rows(editor.get(list_url("publishing_flag"), {"settled": "yes"})) == [settled]
    assert len(rows(editor.get(list_url("publishing_flag"), {"settled": "all"}))) == 2


def test_the_queue_settles_many_at_once(editor):
    flags = [make_flag(), make_flag(), make_flag()]
    response = act(editor, "settle", *flags[:2], model="publishing_flag")
    assert told(response)[0].startswith("2 flags settled.")
    assert list(Flag.objects.open()) == flags[2:]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_long(editor, django_assert_num_queries, count):
    for _ in range(count):
        make_flag()
    editor.get(list_url("publishing_flag"))
    with django_assert_num_queries(7):
        assert len(rows(editor.get(list_url("publishing_flag")))) == count


@pytest.mark.parametrize("model", ["flag", "importeditem"])
def test_nobody_makes_changes_or_deletes_by_hand_what_an_import_left(client, model):
    client.force_login(make_user("superuser"))
    flag = make_flag()
    item = ImportedItem.objects.create(source="listing", key="1", row=flag.row)
    row = {"flag": flag, "importeditem": item}[model]
    assert client.get(add_url(f"publishing_{model}")).status_code == 403
    assert client.post(change_url(row), {"raw": "Forged"}).status_code == 403
    delete = reverse(f"admin:publishing_{model}_delete", args=[row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_a_draft_is_deleted_together_with_its_flags(publisher):
    article = make_flag(make_article("draft")).row
    publisher.post(reverse("admin:news_article_delete", args=[article.pk]), {"post": "yes"})
    assert (Article.objects.count(), Flag.objects.count()) == (0, 0)


# Categories and tags


def test_a_category_keeps_its_address(publisher):
    category = make_category("Rescue", slug="rescue")
    send(publisher, change_url(category), "category_form", name_en="Rescues", slug="moved")
    category.refresh_from_db()
    assert (category.name, category.slug) == ("Rescues", "rescue")


def test_categories_cannot_form_a_circle(publisher):
    wide = make_category("Wide")
    narrow = make_category("Narrow", parent=wide)
    response = send(publisher, change_url(wide), "category_form", parent=narrow.pk)
    assert complaints(response) == {
        "parent": ["This category contains the one you chose, so it cannot be its part."]
    }


def test_an_editor_looks_at_categories_and_changes_none(editor):
    category = make_category()
    assert editor.get(change_url(category)).status_code == 200
    assert editor.post(change_url(category), {"name_en": "Forged"}).status_code == 403
    assert editor.get(add_url("news_category")).status_code == 403


def test_a_publisher_adds_categories_and_deletes_none(publisher):
    send(publisher, add_url("news_category"), "category_form", name_en="Rescue", slug="rescue")
    category = Category.objects.get()
    delete = reverse("admin:news_category_delete", args=[category.pk])
    assert publisher.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_categories_costs_the_same_however_long(
    publisher, django_assert_num_queries, count
):
    for number in range(count):
        make_article().categories.add(make_category(parent=make_category(f"Wide {number}")))
    publisher.get(list_url("news_category"))
    with django_assert_num_queries(7):
        used = [
            category.articles_count for category in rows(publisher.get(list_url("news_category")))
        ]
    assert sorted(used) == [0] * count + [1] * count


def test_the_list_of_tags_tells_how_often_each_is_used(editor):
    for _ in range(2):
        make_article().tags.add("rice")
    assert [(tag.name, tag.used) for tag in rows(editor.get(list_url("taggit_tag")))] == [
        ("rice", 2)
    ]


# The desk


def test_the_desk_shows_what_waits_what_is_in_doubt_and_what_was_changed(editor):
    waits = make_article("review", title="Waits")
    make_flag(make_article("draft", title="Doubtful"))
    make_article("published", title="Soon", published_at=timezone.now() + timedelta(days=1))
    send(editor, change_url(waits), author_line="Anna")
    page = editor.get(reverse("admin:index")).content.decode()
    desk = page[page.index('class="desk"') : page.index('class="app-library')]
    positions = [desk.index(f">{title}</a>") for title in ("Doubtful", "Waits", "Soon")]
    assert positions == sorted(positions)
    own_work = desk[desk.index("Your latest work") : desk.index("Newest changes")]
    assert ("Waits" in own_work, "Soon" in own_work) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_however_much_lies_on_it(editor, django_assert_num_queries, count):
    for _ in range(count):
        make_flag(make_article("review"))
    editor.get(reverse("admin:index"))
    with django_assert_num_queries(11):
        editor.get(reverse("admin:index"))


def test_the_desk_shows_nothing_of_the_newsroom_to_others(client):
    client.force_login(make_user("volunteer", is_staff=True))
    make_article("review", title="Secret draft")
    assert b"Secret draft" not in client.get(reverse("admin:index")).content


def test_an_article_that_was_deleted_leaves_the_desk(publisher):
    article = make_article("draft", title="Nonsense")
    article.delete()
    assert b"Nonsense" not in publisher.get(reverse("admin:index")).content
