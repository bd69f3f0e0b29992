"""Tables for a spreadsheet: exact, whole, and only for those who see it all anyway."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import make_user
from openpyxl import load_workbook

from campaigns.models import Campaign, Entry, Expense
from campaigns.posting import reverse
from tests.campaigns_factories import enter, make_campaign, make_need, make_supply

pytestmark = pytest.mark.django_db


def table(client, model, ending="csv"):
    return client.get(f"/admin/campaigns/{model}/table.{ending}/")


def rows(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


@pytest.fixture
def campaigner(client):
    client.force_login(make_user("campaigner", name="Aiko"))


def test_needs_leave_with_their_numbers(client, campaigner):
    need = make_need(
        make_campaign(title="Winter"), supply=make_supply("kg", name="Rice"), target="2000"
    )
    enter(need, "given", "66.5")
    (row,) = rows(table(client, "need"))
    assert (row["campaign"], row["supply"], row["unit"]) == ("Winter", "Rice", "kg")
    assert (row["target"], row["received"], row["in_stock"]) == ("2000.000", "66.500", "66.500")


def test_lines_leave_with_all_that_stands_beside_them(client, campaigner):
    need = make_need(make_campaign(title="Winter"), supply=make_supply(name="Clothing set"))
    enter(
        need, "purchased", 5, amount=Decimal("50.25"), currency="USD", detail={"private_note": "n"}
    )
    (row,) = rows(table(client, "entry"))
    assert (row["kind"], row["quantity"], row["amount"], row["currency"]) == (
        "purchased",
        "5.000",
        "50.25",
        "USD",
    )
    assert (row["campaign"], row["need"], row["private_note"]) == ("Winter", "Clothing set", "n")


def test_a_note_that_looks_like_a_formula_is_only_a_text(client, campaigner):
    Expense.objects.create(
        category="goods", amount=5, currency="USD", spent_on="2007-02-15", note="=1+1"
    )
    (row,) = rows(table(client, "expense"))
    assert row["note"] == "'=1+1"


@pytest.mark.parametrize("order", ["=1+1", "+cmd|x", "-2+3", "@SUM(1)", "\t=1"])
def test_no_word_gives_a_spreadsheet_an_order(client, campaigner, order):
    Expense.objects.create(
        category="goods", amount=5, currency="USD", spent_on="2007-02-15", note=order
    )
    (row,) = rows(table(client, "expense"))
    assert row["note"] == f"'{order}"


def test_a_negative_number_stays_a_number(client, campaigner):
    fields = {"category": "goods", "amount": 5, "currency": "USD", "spent_on": "2007-02-15"}
    Expense.objects.create(**fields).reverse(by=None)
    assert [row["amount"] for row in rows(table(client, "expense"))] == ["5.00", "-5.00"]


def sheet(response):
    head, *lines = load_workbook(io.BytesIO(response.getvalue())).active.values
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_a_workbook_holds_the_same_with_numbers_and_days_to_reckon_with(client, campaigner):
    need = make_need(make_campaign(title="Winter"), supply=make_supply("kg", name="Rice"))
    enter(need, "purchased", "66.5", on=date(2007, 2, 15), amount=Decimal("50.25"), currency="USD",
          detail={"private_note": "=1+1"})  # fmt: skip
    reverse(Entry.objects.get(), by=None)
    first, back = sheet(table(client, "entry", "xlsx"))
    assert list(first) == list(rows(table(client, "entry"))[0])
    assert (first["campaign"], first["kind"], first["currency"]) == ("Winter", "purchased", "USD")
    assert (first["quantity"], first["amount"], back["quantity"]) == (66.5, 50.25, -66.5)
    assert (first["happened_on"], back["reverses"]) == (datetime(2007, 2, 15), first["id"])
    assert (first["private_note"], first["report"]) == ("'=1+1", None)


@time_machine.travel("2026-11-26T20:30:00.5Z", tick=False)
def test_a_moment_is_told_by_the_clock_of_the_office(client):
    make_campaign()
    client.force_login(make_user("campaigner"))
    Campaign.objects.update(published_at=timezone.now(), is_featured=True)
    (row,) = rows(table(client, "campaign"))
    assert (row["published_at"], row["is_featured"]) == ("2026-11-27 05:30:00", "1")
    (row,) = sheet(table(client, "campaign", "xlsx"))
    assert row["published_at"] == datetime(2026, 11, 27, 5, 30)


def test_a_sign_that_no_workbook_may_hold_is_left_out(client, campaigner):
    fields = {"category": "goods", "amount": 5, "currency": "USD", "spent_on": "2007-02-15"}
    Expense.objects.create(**fields, note="one\x0ctwo")
    (row,) = sheet(table(client, "expense", "xlsx"))
    assert row["note"] == "onetwo"


@pytest.mark.parametrize("model", ["campaign", "need", "entry", "expense"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_is_one_query_and_never_whole_in_memory(client, campaigner, model, ending):
    for _one in range(3):
        enter(make_need(make_campaign()), "given", 5)
        Expense.objects.create(category="goods", amount=5, currency="USD", spent_on="2007-02-15")
    with CaptureQueriesContext(connection) as asked:
        response = table(client, model, ending)
        assert response.streaming
        response.getvalue()
    of_table = [query for query in asked if f'FROM "campaigns_{model}"' in query["sql"]]
    assert len(of_table) == 1


@pytest.mark.parametrize("model", ["campaign", "need", "entry", "expense"])
@pytest.mark.parametrize("role", ["editor", "volunteer"])
def test_others_get_no_table(client, role, model):
    client.force_login(make_user(role))
    assert table(client, model).status_code in (302, 403)


def test_an_unknown_kind_of_file_is_refused(client, campaigner):
    assert table(client, "need", "exe").status_code == 403


@pytest.mark.parametrize("model", ["need", "entry", "expense"])
def test_each_list_leads_to_its_tables(client, campaigner, model):
    page = client.get(f"/admin/campaigns/{model}/").content.decode()
    for ending in ("csv", "xlsx"):
        assert f'href="/admin/campaigns/{model}/table.{ending}/"' in page
