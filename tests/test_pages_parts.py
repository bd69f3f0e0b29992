"""What stands on a page besides its text: questions, documents, letters to fill in."""

import json
import logging
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from library_files import pdf, written
from pages_factories import make_page, make_question

from library.models import Document
from pages.models import Addressee, PageDocument, SampleLetter

pytestmark = pytest.mark.django_db
LETTER = "Dear {addressee},\n\nI am {your name} from {your city}.\n\n{your name}"


def text(response):
    return response.content.decode()


def make_letter(**fields):
    page = make_page(slug="kit", title="Letter kit")
    texts = {"subject_en": "People held in {your city}", "text_en": LETTER}
    return SampleLetter.objects.create(page=page, **texts | fields)


def make_addressee(page, **fields):
    return Addressee.objects.create(**{"page": page, "name_en": "The Consul"} | fields)


def make_document(title):
    return Document.objects.create(file=ContentFile(written(pdf()), name="x.pdf"), title_en=title)


def fill_in(client, **typed):
    return client.post("/kit/", {"letter": "show"} | typed)


def mail_in(response):
    """Return recipient, subject and body of the link that opens a mail program."""
    link = re.search(r'href="(mailto:[^"]*)"', text(response))[1].replace("&amp;", "&")
    parts = urlsplit(link)
    query = parse_qs(parts.query, strict_parsing=True)
    return unquote(parts.path), query["subject"][0], query["body"][0]


# Questions


def test_questions_stand_in_order_each_at_its_own_address(client):
    page = make_page(slug="faq")
    second = make_question(page, question="Second?", position=2)
    first = make_question(page, question="First?", answer="<p>Yes.</p>", position=1)
    body = text(client.get("/faq/"))
    assert body.index(f'<a href="#question-{first.pk}">First?') < body.index(
        f'<a href="#question-{second.pk}">Second?'
    )
    assert f'<section class="question" id="question-{first.pk}">' in body
    assert '<div class="prose"><p>Yes.</p></div>' in body


def test_an_answer_that_is_not_translated_says_in_which_language_it_is(client):
    make_question(make_page(slug="faq"), question="Why?", question_ja="なぜ？")
    body = text(client.get("/ja/faq/"))
    assert "<h2>なぜ？</h2>" in body
    assert '<div class="prose" lang="en"><p>Because.</p></div>' in body


def test_an_answer_is_cleaned_whoever_writes_it(client):
    make_question(make_page(slug="faq"), answer="<p onclick='x'>Yes</p><script>alert(1)</script>")
    assert "onclick" not in text(client.get("/faq/")) and "alert(1)" not in text(
        client.get("/faq/")
    )


def test_search_engines_are_told_questions_and_answers(client):
    make_question(make_page(slug="faq"), question="</script>Why?")
    found = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', text(client.get("/faq/"))
    )
    graph = [thing for part in found for thing in json.loads(part)["@graph"]]
    [faq] = [thing for thing in graph if thing["@type"] == "FAQPage"]
    [question] = faq["mainEntity"]
    assert (question["name"], question["acceptedAnswer"]["text"]) == ("</script>Why?", "Because.")


@pytest.mark.parametrize("count", [1, 3])
def test_parts_cost_the_same_however_many(client, django_assert_num_queries, count):
    page = make_letter().page
    for number in range(count):
        make_question(page, question=f"Question {number}?")
        make_addressee(page, name_en=f"Addressee {number}")
        PageDocument.objects.create(page=page, document=make_document(f"Brochure {number}"))
    with django_assert_num_queries(6):
        body = text(client.get("/kit/"))
    assert all(f"{what} {count - 1}" in body for what in ("Question", "Addressee", "Brochure"))


def test_documents_stand_in_order_with_title_and_size(client):
    page = make_page(slug="downloads")
    for position, title in [(2, "Second"), (1, "First")]:
        PageDocument.objects.create(page=page, document=make_document(title), position=position)
    body = text(client.get("/downloads/"))
    assert body.index("First") < body.index("Second")
    assert re.search(
        r'<a href="/media/documents/[^"]+\.pdf"[^>]*>First</a> <span class="size">PDF, \d', body
    )


# Letters


def test_each_blank_is_asked_for_once_in_the_order_of_the_letter(client):
    make_letter()
    body = text(client.get("/kit/"))
    assert re.findall(r'<label for="id_blank-\d">(.*?)</label>', body) == [
        "Your city:",
        "Your name:",
    ]


def test_a_letter_that_nobody_filled_in_shows_its_blanks_to_write_on(client):
    make_letter()
    body = text(client.get("/kit/"))
    assert body.count('<span class="blank">your name</span>') == 2
    assert "mailto:" not in body


def test_a_filled_letter_prints_and_opens_as_e_mail(client):
    letter = make_letter()
    make_addressee(letter.page, name_en="Nobody")
    consul = make_addressee(letter.page, address="1 Street\nParis", email="consul@x.example")
    typed = {"to": consul.pk, "blank-1": "Kraków & 東京", "blank-2": "Anna <Ö> ?&=#%"}
    response = fill_in(client, **typed)
    body = text(response)
    assert "The Consul<br>1 Street<br>Paris" in body
    assert "I am Anna &lt;Ö&gt; ?&amp;=#% from Kraków &amp; 東京." in body
    assert 'value="Kraków &amp; 東京"' in body  # to change it
    name = "Anna <Ö> ?&=#%"
    assert mail_in(response) == (
        "consul@x.example",
        "People held in Kraków & 東京",
        f"Dear The Consul,\r\n\r\nI am {name} from Kraków & 東京.\r\n\r\n{name}",
    )


def test_blanks_left_empty_are_lines_in_the_e_mail(client):
    make_letter()
    assert mail_in(fill_in(client))[2].endswith(
        "I am __________ from __________.\r\n\r\n__________"
    )


def test_no_typed_line_adds_to_the_head_of_the_e_mail(client):
    make_letter()
    recipient, subject, _body = mail_in(
        fill_in(client, **{"blank-1": "x\r\nBcc: a@x.example&to=b"})
    )
    assert (recipient, "\n" in subject, "\r" in subject) == ("", False, False)


def test_what_is_too_long_or_to_nobody_is_told_and_kept(client):
    letter = make_letter()
    make_addressee(letter.page)
    body = text(fill_in(client, **{"to": "999", "blank-1": "x" * 201, "blank-2": "Anna"}))
    assert "at most 200 characters (it has 201)" in body and "Select a valid choice" in body
    assert 'value="Anna"' in body and "mailto:" not in body


def test_braces_that_were_typed_are_no_blanks(client):
    make_letter()
    body = text(fill_in(client, **{"blank-1": "{your name}", "blank-2": "Anna"}))
    assert "I am Anna from {your name}." in body


def test_a_letter_speaks_the_language_of_the_page(client):
    make_letter(text_ja="{お名前}より", subject_ja="手紙")
    response = client.post("/ja/kit/", {"letter": "show", "blank-1": "安娜"})
    assert "安娜より" in text(response)
    assert mail_in(response)[1:] == ("手紙", "安娜より")


def test_nothing_that_was_typed_is_stored_kept_or_logged(caplog):
    make_letter()
    caplog.set_level(logging.DEBUG)
    client = Client(enforce_csrf_checks=True)
    with CaptureQueriesContext(connection) as queries:
        response = fill_in(client, **{"blank-1": "Zanzibar", "blank-2": "Anna"})
    assert response.status_code == 200 and "Zanzibar" in text(response)
    reads = ("SELECT", "EXECUTE")  # what is prepared is a SELECT, too
    assert all(query["sql"].lstrip("(").startswith(reads) for query in queries)
    assert "Zanzibar" not in str([query["sql"] for query in queries])
    assert "no-store" in response["Cache-Control"] and not response.cookies
    assert "Zanzibar" not in caplog.text


def test_the_empty_kit_is_the_same_bytes_for_everybody(client):
    make_letter()
    response = client.get("/kit/")
    assert response.content == client.get("/kit/", headers={"user-agent": "x"}).content
    assert "no-store" not in response.get("Cache-Control", "") and not response.cookies


@pytest.mark.parametrize("state", ["draft", "withdrawn", "scheduled"])
def test_a_kit_that_is_not_public_fills_in_nothing(client, state):
    letter = make_letter()
    letter.page.delete()
    page = make_page(state, slug="kit")
    SampleLetter.objects.create(page=page, subject_en="Secret", text_en="Secret")
    response = fill_in(client)
    assert response.status_code in (404, 410) and "Secret" not in text(response)
