"""The acts by which campaigners fill the ledger, as they do it in the office."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from factories import make_article, make_user
from office import send, told

from campaigns.models import Entry, EntryDetail, Need
from tests.campaigns_factories import enter, make_campaign, make_need, make_region

pytestmark = pytest.mark.django_db
ACTS = [
    "purchase", "receive", "dispatch", "deliver", "lose-in-store", "lose-on-the-way", "take-back",
    "transfer",
]  # fmt: skip


@pytest.fixture
def campaigner(client):
    user = make_user("campaigner")
    client.force_login(user)
    return user


def act_url(need, act):
    return reverse("admin:campaigns_need_enter", args=[need.pk, act])


def ledger_url(need):
    return reverse("admin:campaigns_need_change", args=[need.pk])


def enter_by_form(client, need, act, **typed):
    return send(client, act_url(need, act), "entry_form", **typed)


def sentences(response):
    """Return what a form complains of."""
    form = response.context["form"]
    found = form.errors.as_data() | form.detail.errors.as_data()
    return [
        sentence for errors in found.values() for error in errors for sentence in error.messages
    ]


def stock(need):
    have = Need.objects.with_quantities().get(pk=need.pk)
    return have.in_stock, have.on_the_way, have.delivered


def test_goods_go_from_the_purchase_to_the_people(client, campaigner):
    need, region = make_need(), make_region("North-east China")
    report = make_article(slug="sets-arrive")
    enter_by_form(client, need, "purchase", quantity="50 sets", amount="500")
    enter_by_form(client, need, "dispatch", quantity="40")
    response = enter_by_form(
        client,
        need,
        "deliver",
        quantity="30",
        region=region.pk,
        people_reached="30",
        report="https://www.example.org/news/sets-arrive/",
        private_place="a house by the river",
    )
    assert (response.status_code, response.url) == (302, ledger_url(need))
    assert stock(need) == (10, 10, 30)
    bought, _sent, arrived = Entry.objects.in_order()
    assert (bought.amount, bought.currency, bought.entered_by) == (500, "USD", campaigner)
    assert arrived.happened_on == timezone.localdate()
    detail = arrived.detail
    assert (detail.region, detail.people_reached, detail.report) == (region, 30, report)
    assert detail.private_place == "a house by the river"


def test_weights_are_typed_in_any_unit(client, campaigner):
    need = make_need(unit="kg", target=2000)
    enter_by_form(client, need, "receive", quantity="2 t")
    enter_by_form(client, need, "lose-in-store", quantity="500 g")
    assert stock(need)[0] == Decimal("1999.5")


def test_goods_move_to_another_need_of_the_same_supply(client, campaigner):
    need = make_need()
    other = make_need(make_campaign(title="Winter"), supply=need.supply)
    make_need()
    enter(need, "given", 10)
    form = client.get(act_url(need, "transfer")).context["form"]
    assert [label for _value, label in form.fields["other"].choices][1:] == [f"Winter: {other}"]
    enter_by_form(client, need, "transfer", quantity="4", other=other.pk)
    assert (stock(need)[0], stock(other)[0]) == (6, 4)


@pytest.mark.parametrize(
    ("act", "typed", "sentence"),
    [
        ("receive", {"quantity": "0"}, "Write a quantity of more than nothing."),
        ("receive", {"quantity": "-5"}, "Write a quantity of more than nothing."),
        (
            "receive",
            {"quantity": "1e30"},
            "It is counted in “set”: write a whole number, like 50.",
        ),
        ("receive", {"quantity": "0.5"}, "There is no half of it: write a whole number."),
        ("receive", {"quantity": "3 kg"}, "It is counted in “set”: write a whole number, like 50."),
        ("dispatch", {"quantity": "130"}, "120 sets are in stock, so 130 cannot be dispatched."),
        (
            "purchase",
            {"quantity": "1", "amount": "1e30"},
            "Write an amount as a number, like 300,000 or 2.50.",
        ),
        (
            "purchase",
            {"quantity": "1", "amount": "10.5", "currency": "JPY"},
            "JPY has no smaller unit: write a whole number.",
        ),
        (
            "receive",
            {"quantity": "1", "report": "/news/not-there/"},
            "No published article has this address. Open it and copy the address from there.",
        ),
        (
            "transfer",
            {"quantity": "1", "other": "999999"},
            "Goods can only go to another need of the same supply. Choose one from the list.",
        ),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_nothing_is_written(
    client, campaigner, act, typed, sentence
):
    need = make_need(target=500)
    enter(need, "given", 120)
    response = enter_by_form(client, need, act, **typed)
    assert sentence in sentences(response)
    assert Entry.objects.count() == 1


def test_a_day_to_come_is_refused(client, campaigner):
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = enter_by_form(
        client, make_need(), "receive", quantity="1", happened_on=tomorrow.isoformat()
    )
    assert "has not come yet" in sentences(response)[0]


def test_a_day_of_another_age_is_refused(client, campaigner):
    page = enter_by_form(client, make_need(), "receive", quantity="1", happened_on="0207-02-15")
    assert sentences(page) == ["This day lies too far back. Look at the year."]


def test_a_report_that_is_not_public_is_not_taken(client, campaigner):
    make_article("draft", slug="secret")
    response = enter_by_form(client, make_need(), "receive", quantity="1", report="/news/secret/")
    assert "No published article" in sentences(response)[0]


def test_pressing_twice_enters_once(client, campaigner):
    need = make_need()
    page = client.get(act_url(need, "receive"))
    slip = str(page.context["form"].initial["slip"])
    for _press in range(2):
        enter_by_form(client, need, "receive", quantity="5", slip=slip)
    assert stock(need)[0] == 5


SLIP = "8a0f9f5e-95ab-4a5a-a5a5-0c8a4a6f3c11"


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("receive", {"quantity": "7"}),
        ("receive", {"private_note": "from a school"}),
        ("receive", {"happened_on": "2007-02-15"}),
        ("purchase", {}),
        ("transfer", {}),
    ],
)
def test_a_form_that_is_sent_again_with_something_else_says_that_it_entered_nothing(
    client, campaigner, act, typed
):
    need = make_need()
    other = make_need(supply=need.supply)
    enter_by_form(client, need, "receive", quantity="5", slip=SLIP)
    more = {"other": other.pk} if act == "transfer" else {}
    again = enter_by_form(client, need, act, **{"quantity": "5", "slip": SLIP} | typed | more)
    assert "was sent already and entered line No. " in sentences(again)[0]
    assert Entry.objects.count() == 1


def test_a_slip_of_another_need_enters_nothing_here(client, campaigner):
    need, other = make_need(), make_need()
    enter_by_form(client, need, "receive", quantity="5", slip=SLIP)
    again = enter_by_form(client, other, "receive", quantity="5", slip=SLIP)
    assert "was sent already" in sentences(again)[0]
    assert stock(other)[0] == 0


def test_pressing_twice_transfers_once(client, campaigner):
    need = make_need()
    other = make_need(supply=need.supply)
    enter(need, "given", 10)
    for _press in range(2):
        enter_by_form(client, need, "transfer", quantity="4", other=other.pk, slip=SLIP)
    assert (stock(need)[0], stock(other)[0]) == (6, 4)


@pytest.mark.parametrize("slip", ["", "none of ours"])
def test_a_form_without_its_slip_says_so(client, campaigner, slip):
    page = enter_by_form(client, make_need(), "receive", quantity="5", slip=slip)
    assert "This form was damaged on its way." in page.content.decode()
    assert not Entry.objects.exists()


def test_what_was_typed_stays_in_a_form_that_is_refused(client, campaigner):
    page = enter_by_form(
        client, make_need(), "dispatch", quantity="5 sets", private_place="by the river"
    ).content.decode()
    assert 'value="5 sets"' in page and 'value="by the river"' in page


def test_money_is_typed_with_commas_between_thousands(client, campaigner):
    need = make_need()
    enter_by_form(client, need, "purchase", quantity="30", amount="300,000", currency="JPY")
    wrong = enter_by_form(client, need, "purchase", quantity="30", amount="66,5")
    assert Entry.objects.get().amount == 300000
    assert sentences(wrong) == ["Write an amount as a number, like 300,000 or 2.50."]


@pytest.mark.parametrize("people", ["-1", "1,000", "1e30", "many"])
def test_people_reached_is_a_whole_number_or_gets_a_sentence(client, campaigner, people):
    need = make_need()
    enter(need, "given", 5)
    enter(need, "dispatched", 5)
    page = enter_by_form(client, need, "deliver", quantity="5", people_reached=people)
    assert sentences(page)
    assert stock(need) == (0, 5, 0)


def test_a_line_is_reversed_after_a_question(client, campaigner):
    need = make_need()
    line = enter(need, "given", 10)
    url = reverse("admin:campaigns_need_reverse", args=[need.pk, line.pk])
    client.get(url)
    assert stock(need)[0] == 10
    response = client.post(url)
    assert told(response) == ["Reversed. Now enter it right."]
    assert stock(need)[0] == 0
    assert "has been reversed already" in client.post(url).content.decode()


@pytest.mark.parametrize(("kind", "warns"), [("delivered", True), ("dispatched", False)])
def test_taking_back_what_the_public_may_have_read_warns(client, campaigner, kind, warns):
    need = make_need()
    enter(need, "given", 20)
    enter(need, "dispatched", 15)
    line = enter(need, kind, 5)
    page = client.get(reverse("admin:campaigns_need_reverse", args=[need.pk, line.pk]))
    assert ("The public may have read of this delivery." in page.content.decode()) == warns


def test_a_line_of_another_need_is_not_reversed_here(client, campaigner):
    line, other = enter(make_need(), "given", 10), make_need()
    assert client.post(
        reverse("admin:campaigns_need_reverse", args=[other.pk, line.pk])
    ).status_code == 404  # fmt: skip
    assert not Entry.objects.filter(reverses=line).exists()


def test_lines_of_pledges_are_shown_and_not_reversed_here(client, campaigner):
    need = make_need()
    line = enter(need, "pledged", 10)
    assert "Reverse</a>" not in client.get(ledger_url(need)).content.decode()
    url = reverse("admin:campaigns_need_reverse", args=[need.pk, line.pk])
    assert client.post(url).status_code == 404


def test_of_money_the_office_enters_no_goods(client, campaigner):
    need = make_need(unit=None, target=3000)
    assert "Record a purchase" not in client.get(ledger_url(need)).content.decode()
    assert client.get(act_url(need, "receive")).status_code == 404


def test_a_transfer_names_the_other_need_and_is_taken_back_on_both_sides(client, campaigner):
    need = make_need(make_campaign(title="Summer"))
    other = make_need(make_campaign(title="Winter"), supply=need.supply)
    enter(need, "given", 10)
    enter_by_form(client, need, "transfer", quantity="4", other=other.pk)
    assert f">Winter: {other}</a>" in client.get(ledger_url(need)).content.decode()
    assert f">Summer: {need}</a>" in client.get(ledger_url(other)).content.decode()
    arrived = other.entries.get()
    url = reverse("admin:campaigns_need_reverse", args=[other.pk, arrived.pk])
    assert "A transfer has two ends" in client.get(url).content.decode()
    client.post(url)
    assert (stock(need)[0], stock(other)[0]) == (10, 0)


def test_a_long_ledger_is_read_in_pages(client, campaigner, monkeypatch):
    monkeypatch.setattr("campaigns.admin.ledger.LINES_ON_A_PAGE", 2)
    need = make_need()
    first, second, third = (enter(need, "given", 1) for _line in range(3))
    assert list(client.get(ledger_url(need)).context["lines"]) == [third, second]
    older = client.get(ledger_url(need), {"page": "2"})
    assert list(older.context["lines"]) == [first]
    assert client.get(ledger_url(need), {"page": "x"}).context["lines"].number == 1


def test_a_report_that_was_withdrawn_since_does_not_lock_the_detail(client, campaigner):
    report = make_article(slug="sets-arrive")
    line = enter(make_need(), "given", 10, detail={"report": report})
    type(report).objects.filter(pk=report.pk).update(state="withdrawn")
    url = reverse("admin:campaigns_entrydetail_change", args=[line.pk])
    send(client, url, "entrydetail_form", people_reached="12")
    line.detail.refresh_from_db()
    assert (line.detail.people_reached, line.detail.report) == (12, report)


def test_an_old_version_of_a_detail_fills_in_the_form(client, campaigner):
    line = enter(make_need(), "given", 10, detail={"private_place": "the old place"})
    url = reverse("admin:campaigns_entrydetail_change", args=[line.pk])
    send(client, url, "entrydetail_form", private_place="the new place")
    version = line.detail.history.last()
    old = reverse("admin:campaigns_entrydetail_simple_history", args=[line.pk, version.pk])
    assert 'value="the old place"' in client.get(old).content.decode()
    assert EntryDetail.objects.get(pk=line.pk).private_place == "the new place"


def test_details_are_listed_with_their_lines(client, campaigner):
    response = client.get(reverse("admin:campaigns_entrydetail_changelist"))
    assert response.url == reverse("admin:campaigns_entry_changelist")


def test_a_detail_may_still_change_and_its_line_not(client, campaigner):
    line = enter(make_need(), "given", 10, detail={"private_note": "from a school"})
    url = reverse("admin:campaigns_entrydetail_change", args=[line.pk])
    response = send(client, url, "entrydetail_form", private_note="", people_reached="12")
    assert response.url == ledger_url(line.need)
    detail = EntryDetail.objects.get(pk=line.pk)
    assert (detail.private_note, detail.people_reached) == ("", 12)
    assert detail.history.count() == 2


def test_what_the_public_may_have_read_of_a_delivery_stays(client, campaigner):
    need = make_need()
    for kind in ("given", "dispatched"):
        enter(need, kind, 10)
    region, other = make_region(), make_region("South-west")
    line = enter(
        need, "delivered", 10, detail={"region": region, "people_reached": 10},
        entered_at=timezone.now(),
    )  # fmt: skip
    url = reverse("admin:campaigns_entrydetail_change", args=[line.pk])
    typed = {"region": other.pk, "people_reached": "9", "private_note": "by train"}
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        client.force_login(campaigner)
        send(client, url, "entrydetail_form", **typed)
        assert "The public may have read it" in client.get(url).content.decode()
    detail = EntryDetail.objects.get(pk=line.pk)
    assert (detail.region, detail.people_reached, detail.private_note) == (region, 10, "by train")
    send(client, url, "entrydetail_form", **typed)  # on the day of its entry
    detail.refresh_from_db()
    assert (detail.region, detail.people_reached) == (other, 9)


def test_a_private_place_that_is_emptied_is_forgotten_in_the_history_too(client, campaigner):
    line = enter(make_need(), "given", 10, detail={"private_place": "a house by the river"})
    url = reverse("admin:campaigns_entrydetail_change", args=[line.pk])
    send(client, url, "entrydetail_form", private_note="by train")
    assert "a house by the river" in str(list(EntryDetail.history.values()))
    send(client, url, "entrydetail_form", private_place="")
    kept = EntryDetail.history.values_list("private_place", "private_note").distinct()
    assert set(kept) == {("", ""), ("", "by train")}
    assert "a house by the river" not in client.get(f"{url[:-7]}history/").content.decode()


@pytest.mark.parametrize("role", ["editor", "publisher", "volunteer"])
@pytest.mark.parametrize("act", [None, *ACTS])
def test_others_neither_see_nor_fill_the_ledger(client, role, act):
    need = make_need()
    enter(need, "given", 10)
    client.force_login(make_user(role))
    url = act_url(need, act) if act else ledger_url(need)
    assert client.get(url).status_code in (302, 403)
    assert client.post(url, {"quantity": "1"}).status_code in (302, 403)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_nobody_adds_changes_or_deletes_lines_by_other_ways(client, act):
    client.force_login(make_user("superuser"))
    need = make_need()
    for name in ("add", "delete"):
        args = [] if name == "add" else [need.pk]
        assert client.get(reverse(f"admin:campaigns_need_{name}", args=args)).status_code == 403
    assert client.get(act_url(need, act)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_ledger_costs_the_same_however_many_lines(
    client, campaigner, django_assert_num_queries, count
):
    need, region = make_need(), make_region()
    client.get(ledger_url(need))
    for _line in range(count):
        enter(need, "given", 1, by=campaigner, detail={"region": region, "report": make_article()})
    with django_assert_num_queries(7):
        response = client.get(ledger_url(need))
    assert len(response.context["lines"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_needs_costs_the_same_however_many(
    client, campaigner, django_assert_num_queries, count
):
    for _need in range(count):
        enter(make_need(), "given", 1)
    url = reverse("admin:campaigns_need_changelist")
    client.get(url)
    with django_assert_num_queries(8):
        response = client.get(url)
    assert len(response.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_lines_costs_the_same_however_many(
    client, campaigner, django_assert_num_queries, count
):
    for _line in range(count):
        enter(make_need(), "given", 1, by=campaigner)
    url = reverse("admin:campaigns_entry_changelist")
    client.get(url)
    with django_assert_num_queries(9):
        response = client.get(url)
    assert len(response.context["cl"].result_list) == count


def test_the_list_finds_the_needs_of_a_campaign_and_those_without_cost(client, campaigner):
    unknown, money = make_need(), make_need(unit=None)
    known = make_need(unit_cost=10, quoted_on=timezone.localdate())
    url = reverse("admin:campaigns_need_changelist")

    def found(**asked):
        return set(client.get(url, asked).context["cl"].result_list)

    assert found(waits="cost") == {unknown}
    assert found(campaign__id__exact=money.campaign_id) == {money}
    assert found(supply__id__exact=known.supply_id) == {known}


def test_the_list_finds_what_is_on_the_way(client, campaigner):
    need, _other = make_need(), make_need()
    enter(need, "given", 5)
    enter(need, "dispatched", 2)
    response = client.get(reverse("admin:campaigns_need_changelist"), {"waits": "way"})
    assert list(response.context["cl"].result_list) == [need]


@pytest.mark.parametrize("act", ACTS)
def test_who_enters_a_delivery_is_told_what_will_stay(client, campaigner, act):
    page = client.get(act_url(make_need(), act)).content.decode()
    assert ("once the public may have read of the delivery they stay" in page) == (act == "deliver")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_dispatch_the_last_ten_sets_at_once_one_succeeds():
    need = make_need()
    enter(need, "given", 10)
    start, refusals = Barrier(2), []

    def dispatch():
        start.wait()
        try:
            enter(need, "dispatched", 10)
        except ValidationError as refusal:
            refusals.extend(refusal.messages)
        finally:
            connection.close()

    threads = [Thread(target=dispatch) for _person in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["0 sets are in stock, so 10 cannot be dispatched."]
    assert stock(need) == (0, 10, 0)
