"""The office's tool for what is published: steps, versions, two editors, old addresses."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from factories import make_article, make_category, make_photo, make_user
from office import act, add_url, change_url, complaints, send, shown_in, told

from news.models import Article
from publishing.models import OldAddress
from publishing.steps import SITUATIONS, STEPS, in_situation, situation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(make_user("editor", name="Anna"))
    return client


@pytest.fixture
def publisher(client):
    client.force_login(make_user("publisher", name="Boris"))
    return client


def tomorrow():
    return timezone.now() + timedelta(days=1)


def state_of(article):
    return situation_of(Article.objects.get(pk=article.pk))


def in_state(situation):
    """Make an article in one of the five situations."""
    if situation == "scheduled":
        return make_article("published", published_at=tomorrow())
    return make_article(situation)


def buttons(client, article):
    context = client.get(change_url(article)).context
    return [str(label) for _name, label in context["step_buttons"]]


# Steps on the form


@pytest.mark.parametrize(
    ("situation", "offered"),
    [
        ("draft", ["Save and submit for review", "Save and publish"]),
        ("review", ["Save and publish", "Save and give back to the writer"]),
        ("scheduled", ["Save and take off the schedule"]),
        ("published", ["Save and withdraw"]),
        ("withdrawn", ["Save and publish"]),
    ],
)
def test_a_publisher_is_offered_the_steps_of_the_state(publisher, situation, offered):
    assert buttons(publisher, in_state(situation)) == offered


@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_editor_is_offered_nothing_but_the_review_of_a_draft(editor, situation):
    offered = ["Save and submit for review"] if situation == "draft" else []
    assert buttons(editor, in_state(situation)) == offered


def test_a_future_moment_offers_to_schedule(publisher):
    article = make_article("draft", published_at=tomorrow())
    assert "Save and schedule" in buttons(publisher, article)


def test_a_pop_up_offers_no_step(publisher):
    assert publisher.get(add_url(), {"_popup": "1"}).context["step_buttons"] == []


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ("draft", "submit", "review"),
        ("draft", "publish", "published"),
        ("review", "publish", "published"),
        ("review", "give_back", "draft"),
        ("scheduled", "withdraw", "draft"),
        ("published", "withdraw", "withdrawn"),
        ("withdrawn", "publish", "published"),
    ],
)
def test_a_step_saves_the_form_and_then_changes_the_state(publisher, before, step, after):
    article = in_state(before)
    response = send(publisher, change_url(article), title_en="New title", _step=step)
    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.title, state_of(article)) == ("New title", after)


def test_a_new_article_can_be_submitted_at_once(editor):
    send(editor, add_url(), title_en="New", slug="new", date_precision="unknown", _step="submit")
    assert state_of(Article.objects.get(slug="new")) == "review"


def test_a_new_article_can_be_scheduled_at_once(publisher):
    moment = {"published_at_0": "2099-01-01", "published_at_1": "10:00"}
    typed = {"title_en": "New", "slug": "new", "date_precision": "unknown", **moment}
    response = send(publisher, add_url(), **typed, _step="publish")
    assert state_of(Article.objects.get(slug="new")) == "scheduled"
    assert "becomes public by itself on Jan. 1, 2099, 10 a.m." in told(response)[0]


@pytest.mark.parametrize("step", [name for name in STEPS if name != "submit"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_editor_cannot_forge_a_publishers_step(editor, situation, step):
    article = in_state(situation)
    response = send(editor, change_url(article), title_en="Forged", _step=step)
    assert response.status_code == 403
    article.refresh_from_db()
    assert (article.title == "Forged", state_of(article)) == (False, situation)


def test_a_step_that_nobody_knows_is_refused(publisher):
    assert send(publisher, change_url(make_article()), _step="delete").status_code == 403


def test_a_step_that_the_state_does_not_allow_becomes_a_sentence(publisher):
    article = make_article("withdrawn", title="Gone")
    response = send(publisher, change_url(article), author_line="Anna", _step="withdraw")
    assert told(response) == [
        "Saved, but: “Gone” is in the state “Withdrawn”, so this step does not apply to it."
    ]
    article.refresh_from_db()
    assert (article.author_line, article.state) == ("Anna", "withdrawn")


def test_state_and_moment_cannot_be_typed_in_by_an_editor(editor):
    article = make_article("draft")
    forged = {"state": "published", "published_at_0": "2020-01-01", "published_at_1": "10:00"}
    send(editor, change_url(article), **forged)
    article.refresh_from_db()
    assert (article.state, article.published_at) == ("draft", None)


def test_an_editor_may_change_what_is_public(editor):
    article = make_article("published")
    send(editor, change_url(article), title_en="Mended")
    article.refresh_from_db()
    assert (article.title, article.state) == ("Mended", "published")


# The moment of publication


@pytest.mark.parametrize("state", ["published", "withdrawn"])
@pytest.mark.parametrize("day", ["2099-01-01", ""])
def test_what_was_public_keeps_a_moment_in_the_past(publisher, state, day):
    article = make_article(state)
    moment = {"published_at_0": day, "published_at_1": day and "10:00"}
    response = send(publisher, change_url(article), **moment)
    [sentence] = complaints(response)["published_at"]
    assert sentence.startswith("This has been public already, so its moment stays in the past.")


def test_what_is_scheduled_may_be_moved_but_not_left_without_a_moment(publisher):
    article = in_state("scheduled")
    response = send(publisher, change_url(article), published_at_0="", published_at_1="")
    assert list(complaints(response)) == ["published_at"]
    send(publisher, change_url(article), published_at_0="2099-01-01", published_at_1="10:00")
    article.refresh_from_db()
    assert article.published_at.year == 2099


# Steps in the list


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("submit", "draft", "review"),
        ("publish", "review", "published"),
        ("withdraw", "published", "withdrawn"),
    ],
)
def test_a_bulk_step_changes_what_allows_it_and_names_what_does_not(
    publisher, action, before, after
):
    fitting, other = in_state(before), make_article(after, title="Already")
    response = act(publisher, action, fitting, other)
    assert (state_of(fitting), state_of(other)) == (after, after)
    label = SITUATIONS[after]
    assert told(response) == [
        f"1 changed. State: {label}.",
        f"“Already” is in the state “{label}”, so this step does not apply to it.",
    ]


def test_many_refusals_are_counted_not_listed(publisher):
    articles = [make_article("withdrawn") for _ in range(7)]
    sentences = told(act(publisher, "withdraw", *articles))
    assert len(sentences) == 6
    assert sentences[-1] == "2 more were left as they are for such reasons."


@pytest.mark.parametrize("action", ["publish", "withdraw", "delete_selected"])
def test_an_editor_cannot_forge_a_bulk_step(editor, action):
    articles = [in_state(situation) for situation in SITUATIONS]
    act(editor, action, *articles, post="yes")
    assert [state_of(article) for article in articles] == list(SITUATIONS)


def test_the_filter_by_state_knows_what_is_scheduled():
    for situation in SITUATIONS:
        in_state(situation)
    found = {s: [situation_of(a) for a in in_situation(Article.objects, s)] for s in SITUATIONS}
    assert found == {situation: [situation] for situation in SITUATIONS}


# Deleting


@pytest.mark.parametrize("role", ["publisher", "superuser"])
@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_nobody_deletes_what_was_public(client, role, state):
    client.force_login(make_user(role))
    article = make_article(state, title="Rice")
    url = reverse("admin:news_article_delete", args=[article.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    response = act(client, "delete_selected", article, post="yes")
    assert told(response) == ["“Rice” was public: withdraw it instead of deleting it."]
    assert Article.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize("situation", ["draft", "review", "scheduled"])
def test_a_publisher_deletes_what_was_never_public(publisher, situation):
    one, other = in_state(situation), in_state(situation)
    publisher.post(reverse("admin:news_article_delete", args=[one.pk]), {"post": "yes"})
    act(publisher, "delete_selected", other, make_article("published"), post="yes")
    assert [article.state for article in Article.objects.all()] == ["published"]


def test_an_editor_deletes_nothing(editor):
    article = make_article("draft")
    url = reverse("admin:news_article_delete", args=[article.pk])
    assert editor.post(url, {"post": "yes"}).status_code == 403


# Preview


def test_the_form_links_to_the_preview_of_what_is_not_public(editor):
    for situation, query in [("draft", "?preview"), ("scheduled", "?preview"), ("published", "")]:
        article = in_state(situation)
        context = editor.get(change_url(article)).context
        assert context["absolute_url"] == f"/news/{article.slug}/{query}"


# Old addresses


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_a_new_slug_of_what_was_public_leaves_its_old_address(publisher, state):
    article = make_article(state, slug="難民-報告")
    send(publisher, change_url(article), slug="report")
    old = OldAddress.objects.get()
    assert (old.path, old.target) == ("/news/難民-報告", article)


@pytest.mark.parametrize("situation", ["draft", "review", "scheduled"])
def test_a_new_slug_of_what_was_never_public_leaves_nothing(publisher, situation):
    send(publisher, change_url(in_state(situation)), slug="report")
    assert OldAddress.objects.count() == 0


def test_going_back_to_a_version_with_another_slug_leaves_the_present_address(editor):
    article = make_article("published", slug="first")
    article.slug = "second"
    article.save()
    go_back(editor, article, article.history.last())
    assert list(OldAddress.objects.values_list("path", flat=True)) == ["/news/second"]


@pytest.mark.parametrize(
    "pasted",
    ["/news/rice/", "http://localhost:8000/ja/news/rice/?preview", " /news/rice ", "/news/%72ice/"],
)
def test_an_old_address_leads_to_the_page_whose_address_is_pasted(publisher, pasted):
    article = make_article("draft", slug="rice")
    url = add_url("publishing_oldaddress")
    send(
        publisher,
        url,
        "oldaddress_form",
        path="https://old.example/2007/%E6%95%91/",
        leads_to=pasted,
    )
    old = OldAddress.objects.get()
    assert (old.path, old.target) == ("/2007/救", article)


@pytest.mark.parametrize(
    "pasted", ["/news/none/", "/news/", "/news/kind/news/", "/news/2007/", "rice"]
)
def test_an_old_address_leads_to_a_page_that_exists(publisher, pasted):
    make_article(slug="rice")
    url = add_url("publishing_oldaddress")
    response = send(publisher, url, "oldaddress_form", path="/old", leads_to=pasted)
    assert complaints(response)["leads_to"] == [
        "No page with this address. Open the page, and copy what the browser shows above."
    ]


def test_an_address_in_use_cannot_be_an_old_one(publisher):
    make_article(slug="rice", title="Rice")
    url = add_url("publishing_oldaddress")
    response = send(publisher, url, "oldaddress_form", path="/news/rice/", leads_to="/news/rice/")
    assert complaints(response)["path"] == [
        "This is the address of “Rice” now, so nobody would be led on from it."
    ]


def test_an_editor_has_nothing_to_do_with_old_addresses(editor):
    assert editor.get(add_url("publishing_oldaddress")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_old_addresses_costs_the_same_however_long(
    publisher, django_assert_num_queries, count
):
    for number in range(count):
        OldAddress.objects.remember(f"/{number}", make_article())
    publisher.get(reverse("admin:publishing_oldaddress_changelist"))
    with django_assert_num_queries(7):
        response = publisher.get(reverse("admin:publishing_oldaddress_changelist"))
    assert response.context["cl"].result_count == count


# Two editors


def test_the_second_of_two_editors_is_told_and_loses_nothing(editor):
    article = make_article("draft", title="Rice")
    form = shown_in(editor.get(change_url(article)))
    send(editor, change_url(article), title_en="Rice and maize")
    typed = form | {"title_en": "Rice and beans"}

    response = editor.post(change_url(article), typed)
    [sentence] = complaints(response)["__all__"]
    assert sentence.startswith("Nothing is saved yet: Anna changed this while you were writing.")
    assert reverse("admin:news_article_history", args=[article.pk]) in sentence
    article.refresh_from_db()
    assert article.title == "Rice and maize"

    again = shown_in(response)
    assert again["title_en"] == ["Rice and beans"]
    editor.post(change_url(article), again)
    article.refresh_from_db()
    assert article.title == "Rice and beans"


def test_a_form_that_hides_when_it_was_opened_is_not_saved(editor):
    article = make_article("draft", title="Rice")
    send(editor, change_url(article), title_en="Forged", seen_at="")
    article.refresh_from_db()
    assert article.title == "Rice"


# Versions


def version_url(article, version):
    return reverse("admin:news_article_simple_history", args=[article.pk, version.pk])


def go_back(client, article, version, **typed):
    return send(client, version_url(article, version), to=change_url(article), **typed)


def acts(client, article):
    page = client.get(reverse("admin:news_article_history", args=[article.pk])).context["page_obj"]
    return [
        (
            str(act.version.history_user or ""),
            {str(d.field): d.pieces for d in act.differences},
        )
        for act in page.acts
    ]


def test_history_tells_who_changed_what_in_words(editor):
    article = make_article("draft", title="Rice", body="<p>One ton of <strong>rice</strong></p>")
    send(
        editor,
        change_url(article),
        title_en="Rice came",
        body_en="<p>Two tons of <em>rice</em></p>",
    )
    changed, created = acts(editor, article)
    assert changed == (
        "Anna",
        {
            "Title [en]": [("same", "Rice"), ("ins", "came")],
            "Text [en]": [("del", "One ton"), ("ins", "Two tons"), ("same", "of rice")],
        },
    )
    assert created == ("", {})


def test_history_tells_states_categories_photos_and_ticks(publisher):
    article = make_article("draft")
    shelf, photo = make_category("Rescue"), make_photo(alt="A lorry")
    typed = {"categories": [shelf.pk], "lead_photo": photo.pk, "is_highlight": "on"}
    send(publisher, change_url(article), **typed, _step="publish")
    [(who, differences), _created] = acts(publisher, article)
    moment = differences.pop("Public from")
    assert who == "Boris"
    assert [mark for mark, _text in moment] == ["ins"]
    assert differences == {
        "State": [("del", "Draft"), ("ins", "Published")],
        "Highlight": [("del", "no"), ("ins", "yes")],
        "Lead photo": [("ins", "A lorry")],
        "Categories": [("ins", "Rescue")],
    }


def test_a_long_text_shows_only_the_words_around_a_change(editor):
    words = [f"w{number}" for number in range(40)]
    article = make_article("draft", teaser=" ".join(words))
    send(editor, change_url(article), teaser_en=" ".join([*words[:20], "new", *words[21:]]))
    assert acts(editor, article)[0][1]["Teaser [en]"] == [
        ("same", "… w14 w15 w16 w17 w18 w19"),
        ("del", "w20"),
        ("ins", "new"),
        ("same", "w21 w22 w23 w24 w25 w26 …"),
    ]


@pytest.mark.parametrize("changes", [1, 3])
def test_history_costs_the_same_however_long(editor, django_assert_num_queries, changes):
    article = make_article("draft", lead_photo=make_photo())
    for number in range(changes):
        article.title = f"Title {number}"
        article.save()
        article.categories.add(make_category(f"Shelf {number}"))
    acts(editor, article)  # Django looks up kinds of things once and remembers them
    with django_assert_num_queries(9):
        assert len(acts(editor, article)) == 2 * changes + 1


def test_the_way_back_fills_the_form_with_the_old_texts_and_categories(editor):
    shelf = make_category()
    article = make_article("draft", title="First")
    article.categories.add(shelf)
    version = article.history.first()
    article.categories.clear()
    article.title = "Second"
    article.save()
    go_back(editor, article, version)
    article.refresh_from_db()
    assert (article.title, list(article.categories.all())) == ("First", [shelf])
    newest = article.history.first()
    assert (newest.title, str(newest.history_user)) == ("First", "Anna")


@pytest.mark.parametrize("role", ["editor", "publisher", "superuser"])
@pytest.mark.parametrize(("old", "now"), [("published", "withdrawn"), ("draft", "published")])
def test_going_back_never_changes_state_or_moment(client, role, old, now):
    client.force_login(make_user(role))
    article = make_article(old, title="Old")
    version = article.history.first()
    moment = timezone.now() - timedelta(days=9)
    article.state, article.published_at, article.title = now, moment, "New"
    article.save()
    go_back(client, article, version)
    article.refresh_from_db()
    assert (article.title, article.state) == ("Old", now)
    assert abs(article.published_at - moment) < timedelta(seconds=1)


def test_an_old_version_takes_no_post(publisher):
    article = make_article("published", title="Old")
    version = article.history.first()
    article.state, article.title = "withdrawn", "New"
    article.save()
    typed = shown_in(publisher.get(version_url(article, version)))
    assert publisher.post(version_url(article, version), typed).status_code == 405
    article.refresh_from_db()
    assert (article.title, article.state) == ("New", "withdrawn")


def test_an_old_version_of_another_article_is_not_found(editor):
    article, other = make_article(), make_article()
    assert editor.get(version_url(article, other.history.first())).status_code == 404


def test_who_may_only_look_sees_the_history_but_no_way_back(client):
    looker = make_user("volunteer", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(looker)
    article = make_article()
    assert len(acts(client, article)) == 1
    assert client.get(version_url(article, article.history.first())).status_code == 403
