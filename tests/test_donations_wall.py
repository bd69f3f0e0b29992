"""The page of thanks names who agreed, gave, and was read; of all others it tells nothing."""

import pytest
from django.utils import timezone

from donations.booking import book, give_back, void
from donations.models import NameOnWall
from tests.donations_factories import give, make_donor

pytestmark = pytest.mark.django_db
PAGE = "/donations/thanks/"


def named(name="Hanako", shown="name", gift=10, **fields):
    """Make a donor who gave, and whose name was read."""
    donor = make_donor(name=name, shown=shown, **fields)
    if gift:
        give(gift, donor=donor)
    NameOnWall.objects.create(donor=donor, name=donor.name_in_public or name)
    return donor


def names(client, query=""):
    return client.get(PAGE + query).context["names"]


def test_a_name_stands_there_without_its_amount(client):
    named()
    response = client.get(PAGE)
    assert response.context["names"] == [("Hanako", [])]
    assert "US$" not in response.content.decode()


def test_the_amount_is_told_where_the_donor_wants_it_by_currency(client):
    donor = named(shown="amount")
    give(5000, currency="JPY", donor=donor)
    void(give(70, donor=donor), by=None)
    give_back(give(30, donor=donor), 5, cause="refund", by=None, on=timezone.localdate())
    assert names(client) == [("Hanako", ["¥5,000", "US$35"])]


def test_the_name_in_public_stands_there_rather_than_the_other(client):
    named(name="Hanako Yamada", public_name="A friend in Osaka")
    assert names(client) == [("A friend in Osaka", [])]
    assert "Yamada" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"shown": "nothing"},
        {"name": "Somebody else"},
        {"public_name": "A name nobody has read"},
    ],
)
def test_who_withdraws_or_is_called_otherwise_is_off_the_page(client, change):
    donor = named()
    for field, value in change.items():
        setattr(donor, field, value)
    donor.save()
    assert names(client) == []


def test_a_name_that_nobody_read_is_not_shown(client):
    give(10, donor=make_donor(shown="amount"))
    assert names(client) == []


@pytest.mark.parametrize(
    "take_back",
    [
        lambda gift: void(gift, by=None),
        lambda gift: give_back(gift, 10, cause="refund", by=None, on=timezone.localdate()),
    ],
)
def test_who_has_nothing_left_here_is_not_thanked(client, take_back):
    donor = named(gift=None)
    assert names(client) == []
    take_back(give(10, donor=donor))
    assert names(client) == []


def test_who_gave_goods_is_thanked(client):
    donor = named(gift=None, shown="amount")
    book(by=None, received_on=timezone.localdate(), goods="20 caps", donor=donor)
    assert names(client) == [("Hanako", [])]


def test_a_name_is_text_and_never_markup(client):
    named(name="<b>Ada</b>")
    assert "&lt;b&gt;Ada" in client.get(PAGE).content.decode()


def test_the_page_tells_nothing_of_those_who_are_not_named(client):
    named(shown="amount")
    before = client.get(PAGE).content
    give(99_999, donor=make_donor(shown="nothing"))
    give(99_999)
    assert client.get(PAGE).content == before


def test_a_long_list_has_pages(client, monkeypatch):
    monkeypatch.setattr("donations.wall.views.NAMES_SHOWN", 2)
    for name in "ABC":
        named(name=name)
    first = client.get(PAGE)
    assert [name for name, _sums in first.context["names"]] == ["C", "B"]
    assert names(client, first.context["page"].older) == [("A", [])]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_however_long(client, count, django_assert_num_queries):
    for _one in range(count):
        named(shown="amount")
    client.get(PAGE)
    with django_assert_num_queries(3):  # the furniture, the names, the sums
        client.get(PAGE)


@pytest.mark.parametrize("language", ["", "/ja", "/ko"])
def test_the_page_stands_in_three_languages_without_cookies(client, language):
    response = client.get(language + PAGE)
    assert response.status_code == 200
    assert response.cookies == {}
