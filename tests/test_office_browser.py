"""The office in a real browser: its policy forbids what it does not need, and nothing needs more."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from factories import make_article, make_category, make_flag, make_photo, make_user

from news.models import Article, ArticlePhoto, Signatory
from publishing.models import ImportedItem, OldAddress

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long walk in the snow"


@pytest.fixture
def rice():
    """An article with every part that its form can show."""
    article = make_article(
        "draft", title="Rice", kind="letter", body="<p>One ton</p>", dated_on=date(2007, 2, 15),
        lead_photo=make_photo(),
    )  # fmt: skip
    article.categories.add(make_category())
    article.tags.add("rice")
    ArticlePhoto.objects.create(article=article, photo=make_photo())
    Signatory.objects.create(article=article, name="Kato")
    make_flag(article), make_flag(article).settle(make_user())
    ImportedItem.objects.create(source="x", key="1", place="x:1", raw="Rice", row=article)
    OldAddress.objects.remember("/old", article)
    make_article("published", title="Soon", published_at=timezone.now() + timedelta(days=1))
    return article


@pytest.fixture
def enter(page, live_server):
    """Open the office in a role, with the cookie that signing in would have set."""

    def enter(role):
        client = Client()
        client.force_login(make_user(role))
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        visit(page, "/admin/")
        return page

    return enter


def pages_of(model, row, *acts):
    """Return the pages of the office about one row, or with "changelist" and "add" about all."""
    about_all = ("changelist", "add")
    return [
        reverse(f"admin:{model}_{act}", args=[] if act in about_all else [row.pk]) for act in acts
    ]


def visit(page, url):
    """Open a page with all its scripts; what they do wrong, the page fixture remembers."""
    return page.goto(url, wait_until="load").status


def pages_for(role, rice):
    """Return the pages that a role brings into view, beside those of the roles before it."""
    look, write = ("changelist", "change", "history"), ("changelist", "add", "change", "history")
    if role == "editor":
        version = reverse(
            "admin:news_article_simple_history", args=[rice.pk, rice.history.last().pk]
        )
        return [
            "/admin/news/",
            "/admin/password_change/",
            "/admin/news/article/?situation=scheduled&q=rice",
            version,
            *pages_of("news_article", rice, *write),
            *pages_of("news_category", rice.categories.get(), *look),
            *pages_of("publishing_flag", rice.flags.first(), *look),
            *pages_of("taggit_tag", rice.tags.get(), *write),
            *pages_of("library_photo", rice.lead_photo, *write),
            *pages_of("library_document", None, "changelist", "add"),
        ]
    if role == "publisher":
        return [
            *pages_of("news_article", rice, "changelist", "add", "change", "delete"),
            *pages_of("news_category", rice.categories.get(), "add", "change"),
            *pages_of("publishing_importeditem", rice.imported_items.get(), *look),
            *pages_of("taggit_tag", rice.tags.get(), "delete"),
            *pages_of("library_photo", rice.lead_photo, "delete"),
            *pages_of("publishing_oldaddress", OldAddress.objects.get(), *write, "delete"),
        ]
    person = get_user_model().objects.first()
    return [
        *pages_of("accounts_user", person, *write),
        reverse("admin:auth_user_password_change", args=[person.pk]),
        *pages_of("correspondence_outgoingemail", None, "changelist"),
    ]


@pytest.mark.parametrize("role", ["editor", "publisher", "superuser"])
def test_no_page_of_the_office_breaks_its_policy(enter, rice, role):
    page = enter(role)
    statuses = {url: visit(page, url) for url in pages_for(role, rice)}
    assert {url: status for url, status in statuses.items() if status != 200} == {}


def test_the_editor_of_rich_text_works_under_the_policy(enter, rice):
    page = enter("editor")
    visit(page, reverse("admin:news_article_change", args=[rice.pk]))
    text = page.locator(".field-body_en .tiptap")
    assert text.evaluate("node => getComputedStyle(node).whiteSpace").startswith("break-spaces")
    text.click()
    page.keyboard.press("End")
    page.keyboard.type(" and maize")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("was changed successfully").wait_for()
    assert Article.objects.get(pk=rice.pk).body == "<p>One ton and maize</p>"


def test_an_article_is_written_submitted_and_published(enter, rice, page):
    enter("editor")
    page.get_by_role("link", name="Write an article").click()
    page.get_by_label("Title [en]").press_sequentially("Two tons of maize")
    assert page.locator("#id_slug").input_value() == "two-tons-of-maize"
    page.get_by_label("How well the date is known").select_option("unknown")
    page.get_by_text("Add another Further photo").click()
    page.locator("#articlephoto_set-0 .select2-selection").click()
    page.locator(".select2-results__option").first.click()
    page.get_by_role("button", name="Save and submit for review").click()
    page.get_by_text("State: In review.").wait_for()
    article = Article.objects.get(slug="two-tons-of-maize")
    assert article.photos.count() == 1

    enter("publisher")
    page.get_by_role("link", name="Two tons of maize").first.click()
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_text("State: Published.").wait_for()
    article.refresh_from_db()
    assert article.is_public


def test_a_japanese_title_becomes_the_address(enter, rice):
    page = enter("editor")
    visit(page, reverse("admin:news_article_add"))
    page.get_by_label("Title [en]").fill("冬の報告")
    page.keyboard.press("Tab")
    assert page.locator("#id_slug").input_value() == "冬の報告"


def test_leaving_a_form_with_unsaved_words_is_asked_about(enter, rice):
    page = enter("editor")
    visit(page, reverse("admin:news_article_change", args=[rice.pk]))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_title_en").press_sequentially("!")
    page.get_by_role("button", name="Settled").first.click()
    page.get_by_text("1 flag settled.").wait_for()
    page.locator("#id_title_en").press_sequentially("!")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert asked == ["beforeunload"]


def test_staff_sign_in_and_replace_a_forgotten_password_under_the_policy(page):
    anna = make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    visit(page, "/admin/")
    page.get_by_role("link", name=re.compile("Forgotten")).click()
    page.get_by_label("E-mail address").fill(anna.email)
    page.get_by_role("button", name="Send me a link").click()
    page.get_by_text("Look into your mailbox").wait_for()
    key = urlsafe_base64_encode(force_bytes(anna.pk))
    visit(page, f"/sign-in/password/{key}/{default_token_generator.make_token(anna)}/")
    for field in ("New password", "New password confirmation"):
        page.get_by_label(f"{field}:").fill("another long walk")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("E-mail address").fill(anna.email)
    page.get_by_label("Password").fill("another long walk")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("One step is missing").wait_for()


def too_wide(page, urls):
    """Return by how many pixels pages are wider than a small phone, of those that are."""
    page.set_viewport_size({"width": 320, "height": 700})
    found = {}
    for url in urls:
        visit(page, url)
        found[url] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return {url: pixels for url, pixels in found.items() if pixels > 0}


def test_the_office_fits_a_small_phone(enter, rice):
    urls = [
        "/admin/",
        *pages_of("news_article", rice, "changelist", "change", "history"),
        "/admin/publishing/flag/",
    ]
    assert too_wide(enter("publisher"), urls) == {}


def test_a_gift_is_booked_on_a_small_phone(enter):
    page = enter("treasurer")
    assert too_wide(page, ["/admin/donations/donation/add/"]) == {}
    donor = page.locator(".select2-container").bounding_box()
    assert donor["x"] + donor["width"] <= 320
