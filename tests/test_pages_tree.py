"""Pages stand in a tree: their addresses, the gate through all of it, and what moves with what."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from factories import make_article
from pages_factories import make_page, make_staff

from pages.models import Page
from publishing.models import OldAddress

pytestmark = pytest.mark.django_db
NOT_PUBLIC = ["draft", "review", "scheduled", "withdrawn"]


def text(response):
    return response.content.decode()


def make_branch(*states, **fields):
    """Make a page below a page below ..., one for each state, and return them from the root down."""
    pages = []
    for depth, state in enumerate(states):
        above = pages[-1] if pages else None
        pages.append(
            make_page(state, slug=f"w{depth}", title=f"Secret {depth}", parent=above, **fields)
        )
    return pages


# Addresses


def test_an_address_is_the_words_of_all_pages_on_the_way():
    assert make_branch(*["published"] * 6)[-1].get_absolute_url() == "/w0/w1/w2/w3/w4/w5/"


def test_the_database_makes_the_address_whoever_writes():
    about, faq = make_branch("published", "published")
    Page.objects.filter(pk=about.pk).update(slug="us", path="nonsense")
    Page.objects.filter(pk=faq.pk).update(path="nonsense")
    bulk = Page.objects.bulk_create([Page(title="New", slug="new", parent=faq)])
    assert [*Page.objects.order_by("pk").values_list("path", flat=True)] == [
        "us",
        "us/w1",
        "us/w1/new",
    ], bulk


def test_a_branch_moves_with_its_page():
    root, middle, leaf = make_branch("published", "published", "published")
    other = make_page(slug="other")
    middle.parent = other
    middle.save()
    leaf.refresh_from_db()
    assert (middle.path, leaf.path, root.path) == ("other/w1", "other/w1/w2", "w0")


def test_a_neighbour_whose_word_begins_alike_stays():
    page, neighbour = make_page(slug="about"), make_page(slug="about-them")
    below = make_page(slug="x", parent=neighbour)
    page.slug = "us"
    page.save()
    below.refresh_from_db()
    assert below.path == "about-them/x"


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_page_stands_below_itself(depth):
    branch = make_branch("published", "published", "published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=branch[0].pk).update(parent=branch[depth])
    branch[0].parent = branch[depth]
    with pytest.raises(ValidationError, match="below"):
        branch[0].full_clean()


@pytest.mark.parametrize("is_below", [True, False])
def test_an_address_is_given_once_among_siblings(is_below):
    parent = make_page() if is_below else None
    make_page(slug="faq", parent=parent)
    with pytest.raises(IntegrityError, match="page_address_once|page_path"), transaction.atomic():
        make_page(slug="faq", parent=parent)
    with pytest.raises(ValidationError, match="stands at this address already"):
        Page(title_en="x", slug="faq", parent=parent).full_clean()


@pytest.mark.parametrize("word", ["news", "admin", "media", "static", "ja", "ko", "search", "feeds",
    "healthz", "campaigns", "donate", "events", "schedule", "pledges"])  # fmt: skip
def test_words_of_other_rooms_are_refused_at_the_root_and_only_there(word):
    with pytest.raises(IntegrityError, match="page_address_not_reserved"), transaction.atomic():
        make_page(slug=word)
    with pytest.raises(ValidationError, match="belongs to another part of the site"):
        Page(title_en="x", slug=word).full_clean()
    assert make_page(slug=word, parent=make_page(slug="about")).path == f"about/{word}"


@pytest.mark.parametrize("slug", ["", "a/b", "a b", "a.b", "a?b", "a#b", "100%"])
def test_a_word_of_an_address_is_one_word(slug):
    with pytest.raises(IntegrityError, match="page_address_is_one_word"), transaction.atomic():
        make_page(slug=slug)


def test_a_word_may_be_japanese(client):
    make_page(slug="活動", title="Work")
    assert "Work" in text(client.get("/活動/"))


def test_an_address_too_long_for_its_index_is_refused_with_a_sentence():
    page = make_page(slug="字" * 120)
    for _ in range(3):
        page = make_page(slug="字" * 120, parent=page)
    with pytest.raises(ValidationError, match="whole address is too long"):
        Page(title_en="x", slug="字" * 120, parent=page).full_clean()


# The gate


@pytest.mark.parametrize("state", NOT_PUBLIC)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_stands_below_something_not_public_is_not_public(client, state, depth):
    states = ["published", "published", "published"]
    states[depth] = state
    branch = make_branch(*states, in_main_menu=True, in_footer=True)
    hidden, shown = branch[depth:], branch[:depth]
    assert {*Page.objects.published()} == {*shown}
    for page in hidden:
        response = client.get(page.get_absolute_url())
        assert response.status_code == (410 if state == "withdrawn" else 404)
        assert page.title not in text(response)
        assert client.get(page.get_absolute_url().rstrip("/")).status_code in (404, 410)
    for address in [
        "/",
        "/search/?q=secret",
        "/sitemap-pages-1.xml",
        *[p.get_absolute_url() for p in shown],
    ]:
        body = text(client.get(address))
        assert not any(f"/{page.path}/" in body or page.title in body for page in hidden), address


def test_a_draft_below_something_withdrawn_does_not_tell_that_it_exists(client):
    assert client.get(make_branch("withdrawn", "draft")[1].get_absolute_url()).status_code == 404


def test_a_withdrawn_page_below_a_draft_does_not_tell_that_the_draft_exists(client):
    assert client.get(make_branch("draft", "withdrawn")[1].get_absolute_url()).status_code == 404


def test_a_page_becomes_public_with_the_last_page_above_it(client, time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    branch = make_branch("scheduled", "published", in_main_menu=True)
    assert '<a href="/w0/w1/">' not in text(client.get("/"))
    time_machine.shift(3600)
    assert '<a href="/w0/w1/">' in text(client.get("/"))
    assert client.get("/w0/w1/").status_code == 200
    assert [*Page.objects.published().order_by("pk")] == branch


@pytest.mark.parametrize("state", [*NOT_PUBLIC, "published"])
def test_staff_preview_at_the_final_address(client, state):
    page = make_branch("draft", state)[1]
    client.force_login(make_staff("editor"))
    response = client.get(page.get_absolute_url() + "?preview")
    assert response.status_code == 200
    assert page.title in text(response) and "This is a preview" in text(response)
    assert "no-store" in response["Cache-Control"]


def test_a_preview_asks_strangers_to_sign_in_whether_or_not_there_is_something(client):
    make_page("draft", slug="there")
    for path in ("/there/?preview", "/not-there/?preview"):
        assert client.get(path)["Location"].startswith("/sign-in/?next=")


# What a page shows, and what it costs


def test_a_page_shows_the_way_to_it_and_the_public_pages_below_in_their_order(client):
    root, page = make_branch("published", "published")
    for position, title, state in [
        (2, "Second", "published"),
        (1, "First", "published"),
        (0, "Hidden", "draft"),
    ]:
        make_page(state, title=title, teaser="About it.", position=position, parent=page)
    body = text(client.get(page.get_absolute_url()))
    assert f'<li><a href="/w0/">{root.title}</a></li>' in body
    assert body.index("First") < body.index("Second")
    assert "Hidden" not in body


@pytest.mark.parametrize("depth", [2, 3, 9])
def test_a_page_costs_the_same_however_deep_it_stands(client, django_assert_num_queries, depth):
    page = make_branch(*["published"] * depth)[-1]
    # The page, its questions, addressees and documents, those above, those below, the furniture
    with django_assert_num_queries(7):
        assert client.get(page.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_many_stand_below_it(
    client, django_assert_num_queries, count
):
    page = make_page()
    for number in range(count):
        make_page(title=f"Below {number}", parent=page)
    with django_assert_num_queries(6):  # nothing stands above it
        assert text(client.get(page.get_absolute_url())).count("Below ") == count


def test_an_address_without_its_slash_leads_to_the_page_in_its_language(client):
    make_branch("published", "published")
    for path, to in [("/w0/w1", "/w0/w1/"), ("/ja/w0", "/ja/w0/"), ("/w0?x=1", "/w0/?x=1")]:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, to)


@pytest.mark.parametrize(
    "path", ["/none", "/none/", "/favicon.ico", "/wp-login.php", "/w0/none", "/a//b/"]
)
def test_what_nobody_knows_is_not_found_at_once(client, path):
    make_branch("published")
    assert client.get(path).status_code == 404


def test_only_forms_take_what_is_sent(client):
    page = make_page()
    assert client.post(page.get_absolute_url(), {"text": "x"}).status_code == 405
    assert client.put(page.get_absolute_url()).status_code == 405


# Old addresses


def rename(client, page, **typed):
    from office import change_url, send

    response = send(client, change_url(page), form_id="page_form", **typed)
    assert response.status_code == 302, response.context["adminform"].form.errors


def test_a_renamed_page_takes_its_old_address_and_those_below_along(client):
    root, page, leaf = make_branch("published", "published", "published")
    draft = make_page("draft", slug="draft", parent=page)
    client.force_login(make_staff("publisher"))
    rename(client, root, slug="us")
    for old, new in [("/w0/", "/us/"), ("/w0/w1/", "/us/w1/"), ("/ja/w0/w1/w2/", "/ja/us/w1/w2/")]:
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    assert client.get("/w0/w1/draft/").status_code == 404
    assert OldAddress.objects.count() == 3, draft


def test_a_moved_page_leaves_redirects_that_end_with_its_withdrawal(client):
    _root, page, _leaf = make_branch("published", "published", "published")
    elsewhere = make_page(slug="elsewhere")
    client.force_login(make_staff("publisher"))
    rename(client, page, parent=[elsewhere.pk])
    assert client.get("/w0/w1/w2/")["Location"] == "/elsewhere/w1/w2/"
    Page.objects.filter(pk=elsewhere.pk).update(state="withdrawn")
    assert client.get("/w0/w1/w2/").status_code == 404


def test_a_page_that_nobody_ever_saw_leaves_nothing(client):
    root, _below = make_branch("draft", "published")
    client.force_login(make_staff("publisher"))
    rename(client, root, slug="us")
    assert not OldAddress.objects.exists()


def test_articles_and_pages_do_not_stand_in_each_others_way(client):
    make_article(slug="about", title="An article")
    make_page(slug="about", title="A page")
    assert "An article" in text(client.get("/news/about/"))
    assert "A page" in text(client.get("/about/"))
    assert Page.objects.filter(path=F("slug")).count() == 1
