"""The newsroom's public pages."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from factories import make_article, make_category, make_photo, make_user

from news.models import ArticlePhoto, Signatory

pytestmark = pytest.mark.django_db
LISTS = ["/", "/news/", "/news/2012/", "/news/2012/07/", "/news/highlights/", "/news/kind/report/",
         "/news/tag/boats/", "/news/category/rescue/"]  # fmt: skip


def make_listed(**fields):
    """Make an article that stands on every list of `LISTS`."""
    fields = {"dated_on": date(2012, 7, 23), "kind": "report", "is_highlight": True} | fields
    article = make_article(**fields, lead_photo=make_photo())
    article.tags.add("boats")
    rescue = type(article).categories.rel.model.objects.filter(slug="rescue").first()
    article.categories.add(rescue or make_category("Rescue", slug="rescue"))
    return article


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_every_list_shows_what_is_public(client, address):
    make_listed(title="Boats arrive")
    assert "Boats arrive" in text(client.get(address))


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled"])
@pytest.mark.parametrize("address", LISTS)
def test_no_list_shows_anything_else(client, address, state):
    make_listed(title="Boats arrive")
    fields = {"state": state}
    if state == "scheduled":
        fields = {"state": "published", "published_at": timezone.now() + timedelta(hours=1)}
    make_listed(title="Hidden boats", **fields)
    assert "Hidden boats" not in text(client.get(address))


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asked_for_before_shows_what_became_public_since(client, time_machine, address):
    make_listed(title="Boats arrive")
    scheduled = timezone.now() + timedelta(hours=1)
    make_listed(title="Boats leave", published_at=scheduled)
    assert "Boats leave" not in text(client.get(address))
    time_machine.move_to(scheduled)
    assert "Boats leave" in text(client.get(address))


@pytest.mark.parametrize("key", ["before=9999-12-31.99999999999999999999", "after=0001-01-01.-9"])
def test_a_key_beyond_all_numbers_is_a_place_like_any_other(client, key):
    make_listed(title="Boats arrive")
    assert "Boats arrive" in text(client.get(f"/news/?{key}"))


@pytest.mark.parametrize("address", [address for address in LISTS if address != "/"])
def test_a_list_shows_every_article_once_back_in_time_and_forward_again(client, address):
    make_listed(title="Oldest", dated_on=date(2012, 7, 1))
    for number in range(43):
        make_listed(dated_on=date(2012, 7, 2 + number // 30), title=f"Number {number:02d}")
    make_listed(title="Newest", dated_on=date(2012, 7, 31))
    back = walk(client, address, "older")
    titles = [title for page, _ in back for title in page]
    assert titles == ["Newest", *(f"Number {n:02d}" for n in range(42, -1, -1)), "Oldest"]
    forward = walk(client, address + back[-1][1], "newer")
    assert [page for page, _ in forward] == [titles[20:40], titles[:20]]


def walk(client, address, direction):
    """Follow the links of a list; return the titles of each page and the way to a newer one."""
    pages, query = [], ""
    while query is not None:
        page = client.get(address.split("?")[0] + query if pages else address).context["page"]
        pages.append(([row.article.title for row in page.articles], page.newer))
        query = getattr(page, direction) or None
    return pages


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 2),
        ("/news/", 2),
        ("/news/2012/", 2),
        ("/news/2012/07/", 2),
        ("/news/highlights/", 2),
        ("/news/kind/report/", 2),
        ("/news/tag/boats/", 2),
        ("/news/category/rescue/", 2),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_however_long(
    client, django_assert_num_queries, address, queries, count
):
    for _ in range(count):
        make_listed(title="Boats arrive")
    with django_assert_num_queries(queries):
        response = client.get(address)
    assert text(response).count("Boats arrive") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_an_article_costs_the_same_however_much_it_holds(client, django_assert_num_queries, count):
    article = make_listed()
    for number in range(count):
        ArticlePhoto.objects.create(article=article, photo=make_photo(caption=f"Photo {number}."))
        Signatory.objects.create(article=article, name=f"Signatory {number}")
        make_listed(title=f"Outcome {number}", follows=article)
    with django_assert_num_queries(2):
        page = text(client.get(article.get_absolute_url()))
    for number in range(count):
        assert f"Photo {number}." in page
        assert f"Signatory {number}" in page
        assert f"Outcome {number}" in page


def test_a_page_shows_what_its_rows_say_now_and_in_its_language(client):
    article = make_listed(title="Boats", title_ja="舟")
    for title in ("Boats", "Ships"):
        type(article).objects.update(title_en=title)
        for address in ("/", "/news/", article.get_absolute_url(), "/news/feed.atom"):
            assert title in text(client.get(address))
            assert "舟" in text(client.get(f"/ja{address}"))


@pytest.mark.parametrize(
    "address",
    [
        "/news/1999/",
        "/news/2012/13/",
        "/news/2012/0/",
        "/news/0000/",
        "/news/0001/",
        "/news/tag/none/",
        "/news/category/none/",
        "/news/kind/none/",
        "/news/none/",
    ],
)
def test_an_archive_of_nothing_is_not_found(client, address):
    make_article(title="Undated")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/news/category/secret/", "/news/tag/secret/"])
def test_a_category_or_tag_of_drafts_alone_does_not_tell_that_it_exists(client, address):
    draft = make_article("draft")
    draft.tags.add("secret")
    draft.categories.add(make_category(slug="secret"))
    assert client.get(address).status_code == 404


def test_a_wider_category_shows_the_articles_of_its_parts(client):
    wide = make_category("Rescue", slug="rescue")
    make_article(title="In Thailand").categories.add(make_category("Asia", parent=wide))
    assert "In Thailand" in text(client.get("/news/category/rescue/"))


def test_a_month_archive_leaves_out_what_is_only_known_by_year(client):
    make_article(title="Sometime", dated_on=date(2012, 1, 1), date_precision="year")
    make_article(title="In January", dated_on=date(2012, 1, 1), date_precision="month")
    assert "Sometime" in text(client.get("/news/2012/"))
    page = text(client.get("/news/2012/01/"))
    assert "In January" in page and "Sometime" not in page


@pytest.mark.parametrize(("day", "listed"), [(date(2011, 12, 31), 0), (date(2012, 1, 1), 1),
                                              (date(2012, 12, 31), 1), (date(2013, 1, 1), 0)])  # fmt: skip
def test_a_year_begins_and_ends_on_its_days(client, day, listed):
    make_article(dated_on=date(2012, 6, 1))
    make_article(title="On the edge", dated_on=day)
    assert text(client.get("/news/2012/")).count("On the edge</a>") == listed


def test_the_archive_names_the_years_and_months_that_have_articles(client):
    for day in (date(2006, 9, 18), date(2014, 12, 11), date(2014, 3, 1)):
        make_article(dated_on=day)
    make_article("draft", dated_on=date(2010, 1, 1))
    response = client.get("/news/2014/")
    assert re.findall('href="/news/([0-9]{4})/"', text(response).split("<aside")[1]) == [
        "2014",
        "2006",
    ]
    assert [month.month for month in response.context["months"]] == [3, 12]


@pytest.mark.parametrize(
    ("precision", "shown", "code"),
    [
        ("day", "September 18, 2006", "2006-09-18"),
        ("month", "September 2006", "2006-09"),
        ("year", "2006", "2006"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(client, precision, shown, code):
    article = make_article(dated_on=date(2006, 9, 18), date_precision=precision)
    page = text(client.get(article.get_absolute_url()))
    assert f'<time datetime="{code}">{shown}</time>' in page


def test_a_letter_shows_its_way_and_its_signatories_in_order(client):
    letter = make_article(kind="letter", addressee="The Secretary-General", delivery="By fax",
                          sent_on=date(2006, 10, 19))  # fmt: skip
    for position, name in [(2, "Zoe"), (1, "Yuki"), (3, "Anna")]:
        Signatory.objects.create(article=letter, name=name, position=position)
    page = text(client.get(letter.get_absolute_url()))
    assert "The Secretary-General" in page and "By fax" in page
    assert page.index("Yuki") < page.index("Zoe") < page.index("Anna")


def test_an_appeal_and_its_outcome_show_each_other(client):
    appeal = make_article(title="Three children held")
    outcome = make_article(title="Three children free", follows=appeal)
    assert "Three children free" in text(client.get(appeal.get_absolute_url()))
    assert "Three children held" in text(client.get(outcome.get_absolute_url()))


def test_neither_shows_the_other_while_it_is_not_public(client):
    appeal = make_article("draft", title="Three children held")
    outcome = make_article(title="Three children free", follows=appeal)
    assert "Three children held" not in text(client.get(outcome.get_absolute_url()))
    make_article("draft", title="A draft outcome", follows=outcome)
    assert "A draft outcome" not in text(client.get(outcome.get_absolute_url()))


def test_neighbours_and_related_are_public_ones(client):
    article = make_listed(dated_on=date(2012, 7, 23), title="Middle")
    for state in ("draft", "withdrawn"):
        make_listed(state=state, dated_on=date(2012, 7, 22), title="Hidden before")
        make_listed(state=state, dated_on=date(2012, 7, 24), title="Hidden after")
    make_listed(dated_on=date(2012, 7, 1), title="Before")
    make_listed(dated_on=date(2012, 7, 31), title="After")
    response = client.get(article.get_absolute_url())
    assert response.context["older"].title == "Before"
    assert response.context["newer"].title == "After"
    assert {row.article.title for row in response.context["related"]} == {"Before", "After"}


def test_a_withdrawn_article_answers_gone_with_a_sentence_that_says_nothing_of_it(client):
    article = make_article("withdrawn", title="Boats arrive")
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    assert "no longer here" in text(response) and "Boats" not in text(response)


@pytest.mark.parametrize("state", ["draft", "review"])
def test_what_was_never_public_is_not_found(client, state):
    assert client.get(make_article(state).get_absolute_url()).status_code == 404


def test_staff_see_the_public_page_like_everybody_else(client):
    draft = make_article("draft")
    client.force_login(make_user("publisher"))
    assert client.get(draft.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "published"])
def test_the_newsroom_previews_at_the_final_address(client, state):
    article = make_article(state, title="Boats arrive")
    client.force_login(make_user("editor"))
    response = client.get(article.get_absolute_url() + "?preview")
    assert response.status_code == 200
    assert "Boats arrive" in text(response) and "This is a preview" in text(response)
    assert "no-store" in response["Cache-Control"]


def test_a_preview_asks_strangers_to_sign_in_whether_or_not_there_is_something(client):
    make_article("draft", slug="there")
    for slug in ("there", "not-there"):
        response = client.get(f"/news/{slug}/?preview")
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=")


def test_a_volunteer_previews_no_draft(client):
    draft = make_article("draft")
    client.force_login(make_user("volunteer"))
    assert client.get(draft.get_absolute_url() + "?preview").status_code == 404


def test_the_newest_highlight_among_the_latest_leads_the_front_page(client):
    make_article(title="Highlight", dated_on=date(2012, 1, 1), is_highlight=True)
    make_article(title="Newest", dated_on=date(2012, 2, 1))
    response = client.get("/")
    assert response.context["news"].lead.article.title == "Highlight"
    assert [row.article.title for row in response.context["news"].others] == ["Newest"]


def test_without_highlights_the_newest_leads(client):
    make_article(title="Newest", dated_on=date(2012, 2, 1))
    make_article(title="Older", dated_on=date(2012, 1, 1))
    assert client.get("/").context["news"].lead.article.title == "Newest"


def test_an_empty_site_says_so(client):
    assert "Nothing is published here yet" in text(client.get("/"))
    assert "Nothing is published here yet" in text(client.get("/news/"))


def test_a_text_that_is_not_translated_keeps_its_own_language(client):
    make_article(slug="boats", title="Boats arrive", teaser="Two boats.", teaser_ja="船が二隻。")
    page = text(client.get("/ja/news/boats/"))
    assert '<html lang="ja">' in page
    assert '<h1 lang="en">Boats arrive</h1>' in page
    assert "船が二隻。" in page


def test_no_cookie_and_no_header_changes_the_language(client):
    client.cookies["django_language"] = "ja"
    response = client.get("/", headers={"accept-language": "ko"})
    assert '<html lang="en">' in text(response)
    assert response["Content-Language"] == "en"
