"""The front door in a real browser: forms and letters, for everybody, without scripts."""

import pytest
from factories import make_photo
from looks import faults_of
from pages_factories import make_organisation, make_page, make_question

from correspondence.models import ContactMessage
from pages.models import Addressee, Link, SampleLetter

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = [
    "/about/",
    "/about/work/",
    "/faq/",
    "/contact/",
    "/contact/?thanks",
    "/kit/",
    "/ja/kit/",
    "/ko/faq/",
]
LONG = "A" + "n extraordinarily long word" * 3


@pytest.fixture(autouse=True)
def front_door():
    """A small site that shows every part that a page can have."""
    make_organisation(
        address_en="1 Street\nTokyo", telephone="+81-3-1", email="office@lfnkr.example"
    )
    Link.objects.create(label_en="Our account", url="https://social.example/@lfnkr")
    menus = {"in_main_menu": True, "in_footer": True}
    about = make_page(slug="about", title=LONG, title_ja="私たち", body="<p>Text.</p>", **menus)
    make_page(
        slug="work", title="Work", teaser="What we do.", parent=about, lead_photo=make_photo()
    )
    faq = make_page(slug="faq", title="Questions", **menus)
    for number in range(3):
        make_question(faq, question=f"{LONG} {number}?", question_ko="왜?")
    make_page(slug="contact", title="Contact", has_contact_form=True, **menus)
    kit = make_page(slug="kit", title="Letter kit", **menus)
    SampleLetter.objects.create(
        page=kit,
        subject_en="Hello",
        text_en="Dear {addressee},\n\nI am {your name}.\n",
        text_ja="{お名前}",
    )
    Addressee.objects.create(
        page=kit, name_en="The Consul", address="1 Street", email="c@x.example"
    )


def refused(page):
    """Send the contact form so that every sentence of refusal shows."""
    page.goto("/contact/")
    page.get_by_label("Your name").fill(LONG)
    page.get_by_label("Your e-mail address").fill("anna@x")
    page.get_by_label("Your message").fill("Hello")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Not sent yet").wait_for()


def filled(page):
    page.goto("/kit/")
    page.get_by_label("Your name").fill(f"Anna {LONG}")
    page.get_by_role("button", name="Show my letter").click()
    page.get_by_role("link", name="Open as e-mail").wait_for()


def test_everybody_can_read_every_page_on_every_screen(page):
    for address in PAGES:
        page.goto(address)
        assert faults_of(page) == []
    refused(page)
    assert faults_of(page) == []
    filled(page)
    assert faults_of(page) == []


def test_somebody_writes_to_us_without_scripts_and_cookies(plain, settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
    plain.goto("/contact/")
    plain.get_by_label("Your name").fill("Anna")
    plain.get_by_label("Your e-mail address").fill("anna@example.org")
    plain.get_by_label("Your message").fill("How can I help?")
    plain.wait_for_timeout(3100)
    plain.get_by_role("button", name="Send").click()
    plain.get_by_text("Your message has arrived").wait_for()
    plain.reload()
    assert [message.text for message in ContactMessage.objects.all()] == ["How can I help?"]
    assert plain.context.cookies() == []


def test_the_trap_is_seen_by_nobody_and_reached_by_no_tab(page):
    page.goto("/contact/")
    box = page.locator("#id_website").locator("..").bounding_box()
    assert (box["width"], box["height"]) == (1, 1)
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_text"


def test_a_question_is_linked_to_and_printed(page):
    page.goto("/faq/")
    page.get_by_role("navigation", name="Questions").get_by_role("link").last.click()
    assert page.url.partition("#")[2].startswith("question-")
    page.emulate_media(media="print")
    assert page.get_by_text("Because.").count() == 3
    assert all(answer.is_visible() for answer in page.get_by_text("Because.").all())


def test_of_a_filled_kit_the_letter_alone_is_printed(page):
    filled(page)
    page.emulate_media(media="print")
    assert page.get_by_text("Dear The Consul,").is_visible()
    for hidden in (
        page.locator("form"),
        page.locator(".masthead"),
        page.locator(".footer"),
        page.locator("h1"),
    ):
        assert not any(part.is_visible() for part in hidden.all())
