"""The demonstration's front door: every page is public, every link leads somewhere."""

import re

import pytest
from pages_factories import make_page, make_staff

from lfnkr.demo.front_door import open_when_closed
from pages.models import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return {role: make_staff(role) for role in ("editor", "publisher")}


def test_every_page_answers_in_every_language(client, staff):
    assert open_when_closed(staff)
    assert Page.objects.count() == Page.objects.published().count() == 13
    for page in Page.objects.all():
        for language, title in (
            ("", page.title_en),
            ("/ja", page.title_ja),
            ("/ko", page.title_ko),
        ):
            response = client.get(f"{language}/{page.path}/")
            assert title and title in response.content.decode(), page.path


def test_no_link_leads_nowhere(client, staff):
    open_when_closed(staff)
    for page in Page.objects.all():
        body = client.get(page.get_absolute_url()).content.decode()
        links = set(re.findall(r'href="(/[^"#?]*)', body)) - {"/static/css/site.css"}
        pages = [link for link in links if not link.startswith(("/static/", "/media/"))]
        assert [link for link in pages if client.get(link).status_code != 200] == [], page.path


def test_a_site_that_has_a_page_keeps_its_own_front_door(staff):
    make_page()
    assert not open_when_closed(staff)
    assert Page.objects.count() == 1


def test_the_history_tells_who_wrote_and_who_published(staff):
    open_when_closed(staff)
    acts = Page.objects.get(path="about").history.values_list("history_user__name", "state")
    assert [*acts] == [(staff["publisher"].name, "published"), (staff["editor"].name, "draft")]
