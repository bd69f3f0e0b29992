"""Expenses as the office enters them: once, never changed, reversed when wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from factories import make_user
from office import add_url, change_url, complaints, list_url, send, told

from campaigns.expense_forms import ExpenseForm
from campaigns.models import Expense
from tests.campaigns_factories import make_campaign

pytestmark = pytest.mark.django_db
SPENT = {"category": "goods", "amount": "300000", "currency": "JPY", "spent_on": "2007-02-15"}


@pytest.fixture
def campaigner(client):
    user = make_user("campaigner")
    client.force_login(user)
    return user


def enter(client, **typed):
    return send(client, add_url("campaigns_expense"), "expense_form", **SPENT | typed)


def make_expense(**fields):
    given = {
        "category": "goods",
        "amount": 300000,
        "currency": "JPY",
        "spent_on": date(2007, 2, 15),
    }
    return Expense.objects.create(**given | fields)


def test_an_expense_is_entered_with_who_and_when(client, campaigner):
    campaign = make_campaign()
    enter(client, campaign=campaign.pk, note="receipt in the red folder")
    expense = Expense.objects.get()
    assert (expense.amount, expense.currency) == (Decimal(300000), "JPY")
    assert (expense.campaign, expense.entered_by) == (campaign, campaigner)


def test_pressing_twice_enters_one_expense(client, campaigner):
    slip = "8a0f9f5e-95ab-4a5a-a5a5-0c8a4a6f3c11"
    for _press in range(2):
        assert enter(client, form_slip=slip).status_code == 302
    assert Expense.objects.count() == 1


def test_a_form_that_is_sent_again_with_another_sum_says_that_it_entered_nothing(
    client, campaigner
):
    slip = "8a0f9f5e-95ab-4a5a-a5a5-0c8a4a6f3c11"
    enter(client, form_slip=slip)
    again = enter(client, form_slip=slip, amount="7")
    assert "was sent already and entered expense No. " in complaints(again)["__all__"][0]
    assert Expense.objects.get().amount == 300000


def test_of_two_equal_forms_that_arrive_at_once_one_enters(client, campaigner, monkeypatch):
    slip = "8a0f9f5e-95ab-4a5a-a5a5-0c8a4a6f3c11"
    enter(client, form_slip=slip)
    # The second one looked before the first one was there.
    monkeypatch.setattr(ExpenseForm, "sent_before", lambda form: None)
    assert enter(client, form_slip=slip).status_code == 302
    assert Expense.objects.count() == 1


def test_an_expense_without_its_slip_says_so(client, campaigner):
    again = enter(client, form_slip="none of ours")
    assert complaints(again)["__all__"] == [
        "This form was damaged on its way. Go back and open it anew."
    ]
    assert not Expense.objects.exists()


def test_an_amount_is_typed_with_commas_between_thousands(client, campaigner):
    enter(client, amount="300,000")
    assert Expense.objects.get().amount == 300000


def test_each_currency_is_added_up_by_itself(client, campaigner):
    make_expense(amount=1000)
    make_expense(amount=500)
    make_expense(amount=7, currency="USD")
    make_expense(amount=3, currency="USD").reverse(by=campaigner)
    page = client.get(list_url("campaigns_expense"))
    assert page.context["totals"] == [("JPY", "¥1,500"), ("USD", "US$7")]
    only = client.get(list_url("campaigns_expense"), {"currency__exact": "USD"})
    assert only.context["totals"] == [("USD", "US$7")]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount": "0"}, "amount", "Write an amount of more than nothing."),
        ({"amount": "-5"}, "amount", "Write an amount of more than nothing."),
        ({"amount": "10.5"}, "amount", "JPY has no smaller unit: write a whole number."),
        (
            {"amount": "9" * 30},
            "amount",
            "Ensure that there are no more than 15 digits in total.",
        ),
        (
            {"amount": "1e5"},
            "amount",
            "Write an amount as a number, like 300,000 or 2.50.",
        ),
        (
            {"amount": "66,5"},
            "amount",
            "Write an amount as a number, like 300,000 or 2.50.",
        ),
        ({"currency": ""}, "currency", "This field is required."),
        (
            {"spent_on": "0207-02-15"},
            "spent_on",
            "This day lies too far back. Look at the year.",
        ),
        (
            {"campaign": "999999"},
            "campaign",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
    ],
)
def test_an_expense_that_cannot_be_gets_a_sentence(client, campaigner, typed, field, sentence):
    assert sentence in complaints(enter(client, **typed))[field]
    assert not Expense.objects.exists()


def test_an_expense_of_tomorrow_is_refused(client, campaigner):
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = enter(client, spent_on=tomorrow.isoformat())
    assert "has not come yet" in complaints(response)["spent_on"][0]


def test_later_only_note_and_document_change(client, campaigner):
    expense = make_expense()
    send(client, change_url(expense), "expense_form", note="found", amount="1", currency="USD")
    expense.refresh_from_db()
    assert (expense.note, expense.amount, expense.currency) == ("found", 300000, "JPY")


def test_an_expense_is_reversed_once_and_after_a_question(client, campaigner):
    expense = make_expense()
    url = reverse("admin:campaigns_expense_reverse", args=[expense.pk])
    client.get(url)
    assert Expense.objects.count() == 1
    assert told(client.post(url)) == ["Reversed. Now enter it right."]
    assert Expense.objects.get(reverses=expense).amount == -300000
    assert "reversed already" in client.post(url).content.decode()
    assert Expense.objects.count() == 2


@pytest.mark.parametrize("role", ["editor", "publisher", "volunteer"])
def test_others_neither_see_nor_enter_expenses(client, role):
    expense = make_expense()
    client.force_login(make_user(role))
    for url in (
        list_url("campaigns_expense"),
        add_url("campaigns_expense"),
        change_url(expense),
        reverse("admin:campaigns_expense_reverse", args=[expense.pk]),
    ):
        assert client.post(url, SPENT).status_code in (302, 403)
    assert Expense.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(client, campaigner, django_assert_num_queries, count):
    for _expense in range(count):
        make_expense(campaign=make_campaign()).reverse(by=campaigner)
    client.get(list_url("campaigns_expense"))
    with django_assert_num_queries(10):
        response = client.get(list_url("campaigns_expense"))
    assert len(response.context["cl"].result_list) == 2 * count
