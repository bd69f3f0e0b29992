"""What stands around every page: menus, address, links; one query, nothing that is hidden."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import make_article
from office import change_url, list_url, send
from pages_factories import make_organisation, make_page, make_staff

from pages.furniture import ROWS
from pages.models import Link, Organisation

pytestmark = pytest.mark.django_db
MODEL = "pages_organisation"


def text(response):
    return response.content.decode()


def masthead(body):
    return body[: body.index("<main")]


def footer(body):
    return body[body.index("<footer") :]


def test_menus_hold_their_pages_in_order(client):
    make_page(title="Second", position=2, in_main_menu=True)
    make_page(title="First", position=1, in_main_menu=True)
    make_page(title="Below", in_footer=True)
    make_page(title="Nowhere")
    body = text(client.get("/"))
    head, foot = masthead(body), footer(body)
    assert head.index("First") < head.index("Second")
    assert "Below" in foot and "Below" not in head and "First" not in foot
    assert "Nowhere" not in body


@pytest.mark.parametrize("state", ["draft", "review", "scheduled", "withdrawn"])
@pytest.mark.parametrize("is_above", [True, False])
def test_no_menu_shows_what_is_not_public(client, state, is_above):
    menus = {"in_main_menu": True, "in_footer": True}
    page = make_page(state, title="Secret", slug="secret", **menus)
    if is_above:
        page = make_page(title="Secret below", slug="below", parent=page, **menus)
    body = text(client.get("/"))
    assert "Secret" not in body and "secret" not in body


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_furniture_costs_one_query_however_much_it_is(client, count):
    make_organisation()
    for number in range(count):
        make_page(title=f"Menu {number}", in_main_menu=True, in_footer=True)
        Link.objects.create(label_en=f"Link {number}", url="https://x.example/")
    with CaptureQueriesContext(connection) as queries:
        body = text(client.get("/none/"))
    assert body.count("Menu ") == 2 * count and body.count("Link ") == count
    about_furniture = [q for q in queries if ROWS.name in q["sql"]]
    assert len(about_furniture) == 1
    assert len(queries) == 4  # no page, none withdrawn, no old address; the furniture


def test_the_page_one_is_on_is_marked_in_the_menu(client):
    make_page(slug="about", title="About", in_main_menu=True)
    mark = '<a href="/about/" aria-current="page">About</a>'
    assert mark in text(client.get("/about/"))
    assert mark not in text(client.get("/"))


def test_menus_speak_the_language_of_the_page_as_far_as_they_can(client):
    make_page(slug="about", title="About", title_ja="私たち", in_main_menu=True)
    make_page(slug="plain", title="Plain", in_main_menu=True)
    body = text(client.get("/ja/"))
    assert '<a href="/ja/about/">私たち</a>' in body
    assert '<a href="/ja/plain/" lang="en">Plain</a>' in body


def test_the_footer_shows_the_address_that_the_office_wrote(client):
    make_organisation(address_en="1 Street\nTokyo", address_ja="東京", telephone="+81-3-1", fax="+81-3-2",
                      email="office@lfnkr.example", representative_en="Anna")  # fmt: skip
    foot = footer(text(client.get("/")))
    for part in ("1 Street<br>Tokyo", 'Telephone <a href="tel:+8131">', "Fax +81-3-2", "Anna",
                 '<a href="mailto:office@lfnkr.example">'):  # fmt: skip
        assert part in foot
    assert "東京" in footer(text(client.get("/ja/")))


def test_one_number_for_both_is_said_once(client):
    make_organisation(telephone="+81-3-1", fax="+81-3-1")
    foot = footer(text(client.get("/")))
    assert "Telephone and fax" in foot and foot.count("+81-3-1") == 1


def test_an_office_that_wrote_nothing_still_has_a_name(client):
    Organisation.objects.all().delete()
    foot = footer(text(client.get("/")))
    assert "<strong>Life Funds for North Korean Refugees</strong>" in foot
    assert "Telephone" not in foot and "mailto" not in foot and "None" not in foot


def test_links_stand_in_order_and_accounts_say_that_they_are_ours(client):
    make_organisation()
    Link.objects.create(label_en="Partner", url="https://p.example/", kind="partner", position=2)
    Link.objects.create(label_en="Account", url="https://a.example/", position=1)
    foot = footer(text(client.get("/")))
    assert foot.index('href="https://a.example/" rel="me"') < foot.index(
        'href="https://p.example/">'
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//x.example", "ftp://x.example"])
def test_a_link_leads_to_the_web(url):
    make_organisation()
    with pytest.raises(IntegrityError, match="link_leads_to_the_web"), transaction.atomic():
        Link.objects.create(label_en="x", url=url)


@pytest.mark.parametrize("pk", [1, 2])
def test_there_is_one_organisation(pk):
    make_organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(pk=pk, name_en="Another")


def test_the_one_is_there_even_when_the_row_is_not():
    make_organisation(name_en="LFNKR")
    Link.objects.create(label_en="x", url="https://x.example/")
    with CaptureQueriesContext(connection) as queries:
        assert [link.label for link in Organisation.objects.the_one().links.all()] == ["x"]
    assert len(queries) == 2
    Organisation.objects.all().delete()
    assert Organisation.objects.the_one().name is None or Organisation.objects.the_one().name == ""


@pytest.mark.parametrize(("path", "status"), [("/none/", 404), ("/news/gone/", 410)])
def test_error_pages_have_their_furniture(client, path, status):
    make_article("withdrawn", slug="gone")
    make_page(title="About", in_main_menu=True)
    response = client.get(path)
    assert response.status_code == status and "About" in text(response)


def test_the_page_for_a_broken_site_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "Something broke" in engines["django"].get_template("500.html").render({})


# In the office


def test_the_office_changes_the_one_row_and_neither_adds_nor_deletes(client):
    make_organisation()
    client.force_login(make_staff("publisher"))
    form = client.get(list_url(MODEL), follow=True)
    assert form.redirect_chain == [(reverse("admin:pages_organisation_change", args=[1]), 302)]
    one = Organisation.objects.get()
    response = send(client, change_url(one), "organisation_form", telephone="+81-3-9")
    assert response.status_code == 302
    assert "+81-3-9" in text(client.get("/"))
    assert client.get(reverse("admin:pages_organisation_add")).status_code == 403
    assert client.get(reverse("admin:pages_organisation_delete", args=[1])).status_code == 403


def test_where_letters_to_us_go_a_publisher_decides(client):
    one = make_organisation(email="office@lfnkr.example")
    client.force_login(make_staff("editor"))
    client.post(change_url(one), {"name_en": "x", "email": "thief@x.example"})
    one.refresh_from_db()
    assert one.email == "office@lfnkr.example"
