"""The office writes pages: same editor, steps and history as articles; a list like the tree."""

import pytest
from django.urls import reverse
from office import act, add_url, change_url, complaints, list_url, send, shown_in
from pages_factories import make_page, make_question, make_staff

from pages.models import Page, SampleLetter

pytestmark = pytest.mark.django_db
MODEL = "pages_page"
FORM = "page_form"

MAY_EDIT = {
    *(f"pages.{act}_page" for act in ("view", "add", "change", "submit")),
    *(
        f"pages.{act}_{part}"
        for act in ("view", "add", "change", "delete")
        for part in ("pagedocument", "question", "sampleletter", "addressee")
    ),
    "pages.view_organisation",
    "pages.view_link",
    "correspondence.view_contactmessage",
    "correspondence.change_contactmessage",
}
MAY_PUBLISH_BESIDES = {
    "pages.publish_page",
    "pages.delete_page",
    "pages.change_organisation",
    "pages.add_link",
    "pages.change_link",
    "pages.delete_link",
}


def text(response):
    return response.content.decode()


@pytest.fixture
def editor(client):
    client.force_login(make_staff("editor"))
    return client


@pytest.fixture
def publisher(client):
    client.force_login(make_staff("publisher"))
    return client


def at_the_front_door(role):
    permissions = make_staff(role).get_all_permissions()
    return {p for p in permissions if p.partition(".")[0] in ("pages", "correspondence")}


def test_an_editor_writes_pages_and_answers_letters():
    assert at_the_front_door("editor") == MAY_EDIT


def test_a_publisher_decides_besides_what_is_public_and_where_letters_go():
    assert at_the_front_door("publisher") == MAY_EDIT | MAY_PUBLISH_BESIDES


# Writing


def test_a_page_goes_from_an_editor_to_the_public(client):
    client.force_login(make_staff("editor"))
    typed = {
        "title_en": "About",
        "slug": "about",
        "body_en": "<p>We are few.</p>",
        "_step": "submit",
    }
    assert send(client, add_url(MODEL), FORM, **typed).status_code == 302
    page = Page.objects.get()
    assert (page.state, page.path) == ("review", "about")
    assert send(client, change_url(page), FORM, _step="publish").status_code == 403
    client.force_login(make_staff("publisher"))
    assert send(client, change_url(page), FORM, _step="publish").status_code == 302
    assert "We are few." in text(client.get("/about/"))


def test_what_stands_on_a_page_is_written_in_its_form(editor):
    page = make_page("draft")
    parts = {
        "questions-TOTAL_FORMS": "1", "questions-0-position": "0",
        "questions-0-question_en": "Why?", "questions-0-answer_en": "<p onclick='x'>Because.</p>",
        "letter-TOTAL_FORMS": "1", "letter-0-subject_en": "Hello", "letter-0-text_en": "Dear {addressee}",
        "addressees-TOTAL_FORMS": "1", "addressees-0-position": "0", "addressees-0-name_en": "The Consul",
    }  # fmt: skip
    assert send(editor, change_url(page), FORM, **parts).status_code == 302
    assert page.questions.get().answer == "<p>Because.</p>"
    assert SampleLetter.objects.get().text == "Dear {addressee}"
    assert page.addressees.get().name == "The Consul"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"slug": ""}, "slug", "Type the last part of the address, like “our-work”"),
        ({"slug": "a b"}, "slug", "Use letters of any language"),
        ({"slug": "news"}, "__all__", "This word belongs to another part of the site"),
        ({"slug": "taken"}, "__all__", "Another page stands at this address already."),
        ({"title_en": ""}, "title_en", "required"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(editor, typed, field, sentence):
    make_page(slug="taken")
    response = send(editor, add_url(MODEL), FORM, **{"title_en": "x", "slug": "x"} | typed)
    assert sentence in " ".join(complaints(response)[field])


@pytest.mark.parametrize("below", [0, 1])
def test_a_page_put_below_itself_is_told_in_a_sentence(publisher, below):
    root = make_page(slug="root")
    leaf = make_page(slug="leaf", parent=root)
    response = send(publisher, change_url(root), FORM, parent=[(root, leaf)[below].pk])
    assert "That page stands below this one" in complaints(response)["parent"][0]


def test_two_who_write_at_the_same_time_do_not_overwrite_each_other(editor):
    page = make_page("draft", title="First")
    url = change_url(page)
    opened = shown_in(editor.get(url), FORM)
    send(editor, url, FORM, title_en="Second")
    response = editor.post(url, opened | {"title_en": "Third"})
    assert "Nothing is saved yet" in str(complaints(response))
    assert Page.objects.get().title == "Second"


def test_the_history_keeps_what_a_question_said_and_one_that_was_deleted(editor):
    page = make_page(slug="faq", title="FAQ")
    first = make_question(page, question="Who are you?", answer="<p>An NGO of 1998.</p>")
    make_question(page, question="Why so?", answer="<p>To help.</p>")
    send(editor, change_url(page), FORM)  # its first version with questions
    send(editor, change_url(page), FORM, **{"questions-0-answer_en": "<p>An NGO of 1999.</p>"})
    send(editor, change_url(page), FORM, **{"questions-1-DELETE": "on"})
    first.refresh_from_db()
    assert "1999" in first.answer
    told = text(editor.get(f"{change_url(page)[:-7]}history/"))
    assert "<del>1998.</del>" in told and "<ins>1999.</ins>" in told
    assert "<del>Why so? To help.</del>" in told
    kept = Page.history.filter(id=page.pk).latest().says_besides_en
    assert kept == f"<h3>Who are you?</h3>{first.answer}"


def test_the_history_tells_who_changed_what_and_not_the_whole_address(editor):
    page = make_page("draft", title="Before")
    send(editor, change_url(page), FORM, title_en="After", slug="after")
    body = text(editor.get(reverse("admin:pages_page_history", args=[page.pk])))
    assert "<del>Before</del>" in body and "<ins>After</ins>" in body
    assert "editor" in body and "Whole address" not in body


def test_an_old_version_fills_in_the_form_and_saves_nothing(editor):
    page = make_page("draft", title="Before")
    send(editor, change_url(page), FORM, title_en="After")
    old = page.history.last()
    url = reverse("admin:pages_page_simple_history", args=[page.pk, old.pk])
    assert 'value="Before"' in text(editor.get(url))
    assert Page.objects.get().title == "After"


def test_what_was_public_is_withdrawn_and_not_deleted(publisher):
    page, draft = make_page(), make_page("draft")
    assert (
        publisher.post(
            reverse("admin:pages_page_delete", args=[page.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    act(publisher, "withdraw", page, model=MODEL)
    assert publisher.get(page.get_absolute_url()).status_code == 410
    publisher.post(reverse("admin:pages_page_delete", args=[draft.pk]), {"post": "yes"})
    assert [*Page.objects.all()] == [page]


def test_an_editor_publishes_nothing_from_the_list(editor):
    page = make_page("draft")
    act(editor, "publish", page, model=MODEL)
    assert Page.objects.get().state == "draft"


# The list


def rows(response):
    return [(page.path, page.is_open) for page in response.context["cl"].result_list]


def test_the_list_stands_in_the_order_of_the_tree(editor):
    second, first = make_page(slug="a", position=10), make_page(slug="b", position=9)
    make_page(slug="z", parent=second, position=1)
    make_page(slug="y", parent=second, position=2)
    make_page("draft", slug="x", parent=first)
    make_page(slug="hidden", parent=Page.objects.get(slug="x"))
    assert rows(editor.get(list_url(MODEL))) == [
        ("b", True),
        ("b/x", False),
        ("b/x/hidden", False),
        ("a", True),
        ("a/z", True),
        ("a/y", True),
    ]


def test_the_list_says_of_a_published_page_that_nobody_sees_it(editor):
    make_page(slug="below", parent=make_page("draft", slug="above"))
    body = text(editor.get(list_url(MODEL)))
    assert body.count("Published, but hidden by a page above") == 1
    page = Page.objects.get(slug="below")
    form = text(editor.get(change_url(page)))
    assert "nobody sees it: a page above this one is not public" in form
    assert "/above/below/?preview" in form


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(editor, django_assert_num_queries, count):
    above = make_page(slug="above")
    for number in range(count):
        make_page(title=f"Listed {number}", parent=above)
    editor.get(list_url(MODEL))
    with django_assert_num_queries(6):
        assert text(editor.get(list_url(MODEL))).count("— Listed") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_however_much_stands_on_the_page(
    editor, django_assert_num_queries, count
):
    page = make_page()
    for _ in range(count):
        make_question(page)
        make_page(parent=page)
    editor.get(change_url(page))
    with django_assert_num_queries(12):
        assert editor.get(change_url(page)).status_code == 200
