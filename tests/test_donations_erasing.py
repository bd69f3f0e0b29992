"""A donor is forgotten whole, and not one sum moves; what is kept too long is forgotten by itself."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models
from django.db.models import Sum
from django.utils import timezone

from campaigns.models import Need
from correspondence.models import OutgoingEmail
from donations.booking import give_back
from donations.erasing import all_about, erase, purge
from donations.links import pledge_of, token_of
from donations.models import Donation, Donor, NameOnWall, Pledge, StatementRow
from donations.pledging import cancel
from donations.proof import discrepancies
from donations.receipts import issue
from tests.donations_factories import confirmed, give, make_donor, money_for, priced_need, promise
from tests.factories import make_user
from tests.statements_factories import make_row, paypal, paypal_row

pytestmark = pytest.mark.django_db
SECRET = "Xqzv"  # in every word about the donor below, and nowhere else


@pytest.fixture
def donor():
    """A donor with a pledge, a gift that went back in part, a receipt, letters and a history."""
    told = {
        "name": f"{SECRET} Yamada",
        "email": f"{SECRET}@example.org".lower(),
        "public_name": f"{SECRET} in public",
        "shown": "amount",
        "may_write": True,
    }
    line = money_for(priced_need(), 30, quantity=3) | {"comes": f"when {SECRET} can"}
    pledge = confirmed(line, donor=told, message=f"From {SECRET}")
    donor = Donor.objects.get(pk=pledge.donor_id)
    donor.address, donor.country, donor.note = f"{SECRET} street", "JP", f"{SECRET} called"
    donor.save()
    gift = give(20, pledge, note=f"{SECRET} said so")
    issue(gift, by=None)
    give_back(gift, 5, cause="refund", by=None, on=timezone.localdate(), note=f"for {SECRET}")
    NameOnWall.objects.create(donor=donor, name=donor.name_in_public)
    words = {"name": f"{SECRET} Y", "email": donor.email, "note": f"{SECRET} {pledge.reference}"}
    assert make_row(paypal(paypal_row("10.00", **words))).pledge == pledge
    LogEntry.objects.create(
        user=make_user("treasurer"),
        content_type=ContentType.objects.get_for_model(Donor),
        object_id=donor.pk,
        object_repr=str(donor),
        action_flag=2,
    )
    return donor


def everything_stored():
    """Return all that the database holds, as text."""
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def all_sums():
    """Return every sum of every number in the books, and the four numbers of every need."""
    found = {}
    for model in [
        *apps.get_app_config("donations").get_models(),
        apps.get_model("campaigns.Entry"),
    ]:
        for field in model._meta.fields:
            if isinstance(field, models.DecimalField):
                found[str(field)] = model.objects.aggregate(sum=Sum(field.name))["sum"]
        found[model] = model.objects.count()
    needs = Need.objects.with_quantities().order_by("pk")
    found["needs"] = list(needs.values_list("pledged", "received", "delivered"))
    return {
        name: value for name, value in found.items()
        if getattr(name, "__name__", "") not in ("HistoricalDonor", "NameOnWall")
    }  # fmt: skip


def test_nothing_that_is_stored_names_an_erased_donor(donor):
    assert any(SECRET.lower() in row.lower() for row in everything_stored())
    erase(donor)
    assert [row for row in everything_stored() if SECRET.lower() in row.lower()] == []


def test_every_sum_stays_the_same(donor):
    before = all_sums()
    assert before["donations.Donation.amount"] == 15
    erase(donor)
    assert all_sums() == before
    assert list(discrepancies()) == []


def test_of_an_erased_donor_the_number_stays(donor):
    erased = erase(donor)
    assert str(erased) == f"Donor No. {donor.pk}"
    assert erased.erased_at
    assert erased.donations.count() == 2
    assert LogEntry.objects.get().object_repr == f"Donor No. {donor.pk}"
    assert erase(erased).erased_at == erased.erased_at


def test_links_to_the_private_page_end(donor):
    token = token_of(donor.pledges.get())
    assert pledge_of(token)
    erase(donor)
    assert pledge_of(token) is None


def test_what_still_waits_in_the_outbox_is_not_sent(donor):
    assert OutgoingEmail.objects.filter(state="waiting").exists()
    erase(donor)
    assert not OutgoingEmail.objects.filter(state="waiting").exists()


def test_nobody_elses_words_are_touched(donor):
    other = make_donor(name="Other")
    give(7, donor=other, note="thanks")
    promise(donor={"email": "someone@else.example"}, message="hello")
    erase(donor)
    other.refresh_from_db()
    assert (other.name, other.donations.get().note) == ("Other", "thanks")
    assert Pledge.objects.get(message="hello").donor.email == "someone@else.example"
    assert OutgoingEmail.objects.filter(recipients=["someone@else.example"]).count() == 1


def test_all_that_is_kept_is_handed_out(donor):
    text = all_about(donor)
    facts = json.loads(text)
    assert facts["donor"]["name"] == donor.name
    assert facts["donor"]["note"] == f"{SECRET} called"
    assert facts["earlier"][0]["address"] == ""
    (pledge,) = facts["pledges"]
    assert (pledge["message"], len(pledge["lines"])) == (f"From {SECRET}", 1)
    assert [(gift["amount"], gift["cause"]) for gift in facts["donations"]] == [
        ("20.00", ""),
        ("-5.00", "refund"),
    ]
    assert facts["statements"][0]["payer"] == f"{SECRET} Y"
    assert facts["receipts"][0]["amount"] == "20.00"
    assert facts["letters"][0]["letter"] == "donations.please_confirm"


def test_a_name_is_handed_out_as_it_is_written():
    assert "髙橋" in all_about(make_donor(name="髙橋"))


# Kept too long


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time))


def test_an_unconfirmed_pledge_is_forgotten_with_its_donor(settings):
    settings.UNCONFIRMED_KEEP_DAYS = 30
    promise()
    with later(days=29):
        assert purge()["unconfirmed pledges"] == 0
    with later(days=31):
        assert purge()["unconfirmed pledges"] == 1
    assert (Pledge.objects.count(), Donor.objects.count(), Donor.history.count()) == (0, 0, 0)
    assert OutgoingEmail.objects.exclude(recipients=[]).count() == 0


def test_a_pledge_cancelled_before_it_was_confirmed_is_forgotten_too():
    cancel(promise())
    with later(days=31):
        assert purge()["unconfirmed pledges"] == 1


def test_a_confirmed_pledge_stays():
    confirmed()
    with later(days=400):
        assert set(purge().values()) == {0}


def test_an_unconfirmed_pledge_leaves_a_donor_who_gave():
    pledge = promise()
    give(10, donor=pledge.donor)
    with later(days=31):
        purge()
    assert Donor.objects.get() == pledge.donor


def test_a_donor_of_long_ago_is_erased_and_the_gift_stays(settings):
    settings.DONOR_KEEP_YEARS = 10
    with time_machine.travel("2010-01-01T12:00Z"):
        old = make_donor()
        give(10, donor=old)
        faithful = make_donor()
    with time_machine.travel("2019-01-01T12:00Z"):
        give(10, donor=faithful)
    with time_machine.travel("2019-12-01T12:00Z"):
        assert purge()["donors"] == 0
    with time_machine.travel("2020-01-05T12:00Z"):
        assert purge()["donors"] == 1
        assert purge()["donors"] == 0
    assert list(Donor.objects.filter(erased_at=None)) == [faithful]
    assert Donation.objects.filter(donor=old, amount=10, received_on=date(2010, 1, 1)).exists()


def test_who_paid_by_bank_is_forgotten_once_the_row_is_settled(settings):
    settings.STATEMENT_WORDS_KEEP_DAYS = 730
    waiting = make_row(paypal(paypal_row(name="Waiting")))
    out = make_row(paypal(paypal_row(name="Out", kind="General Withdrawal")))
    with later(days=729):
        assert purge()["lines of statements"] == 0
    with later(days=731):
        assert purge()["lines of statements"] == 1
        assert purge()["lines of statements"] == 0
    waiting.refresh_from_db()
    out.refresh_from_db()
    assert (waiting.payer, out.payer, out.amount) == ("Waiting", "", 30)


def test_an_unconfirmed_pledge_that_a_statement_names_waits_for_its_decision():
    pledge = promise()
    row = make_row(paypal(paypal_row(note=pledge.reference)))
    StatementRow.objects.filter(pk=row.pk).update(pledge=pledge)
    with later(days=31):
        assert purge()["unconfirmed pledges"] == 0


def test_the_command_says_what_was_forgotten():
    promise()
    out = StringIO()
    with later(days=31):
        call_command("purge_personal_data", stdout=out)
    assert out.getvalue() == "unconfirmed pledges: 1\nlines of statements: 0\ndonors: 0\n"
