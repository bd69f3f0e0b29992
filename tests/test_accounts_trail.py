"""The audit trail: what is noted, what never is, and that nobody takes it back."""

import csv
import io

import pytest
from campaigns_factories import make_need
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from donations_factories import confirmed, give, make_donor
from events_factories import make_event, make_registration, make_volunteer
from factories import make_article, make_user
from office import act, change_url, list_url, send
from test_correspondence_contact import make_message

from accounts.acts import Act
from accounts.models import User
from donations.receipts import issue
from news.models import Article
from publishing.models import WrongState

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk in the snow"
SQL = (settings.BASE_DIR / "docs/database-roles.sql").read_text()


def noted(*names):
    """Return what was noted, oldest first, without the sign-ins that tests begin with."""
    acts = Act.objects.exclude(action="signed-in").order_by("pk")
    return list(acts.values_list(*(names or ("action", "name")), flat=len(names) == 1))


@pytest.fixture
def publisher(client):
    user = make_user("publisher", name="Paula")
    client.force_login(user)
    return user


@pytest.fixture
def treasurer(client):
    user = make_user("treasurer", name="Tomo")
    client.force_login(user)
    return user


# At the door


def sign_in(client, email, password):
    sent = {"login": email, "password": password, "next": "/admin/"}
    return client.post(reverse("account_login"), sent)


def test_who_comes_in_and_leaves_is_noted(client):
    anna = make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    sign_in(client, "anna@lfnkr.example", PASSWORD)
    client.post(reverse("admin:logout"))
    assert list(Act.objects.order_by("pk").values_list("actor", "action")) == [
        (anna.pk, "signed-in"),
        (anna.pk, "signed-out"),
    ]


def test_a_wrong_password_is_noted_and_what_is_no_account_is_not_kept(client):
    anna = make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    sign_in(client, "Anna@lfnkr.example", "wrong")
    sign_in(client, "secret-donor@example.org", "wrong")
    assert noted("actor", "action") == [(anna.pk, "refused"), (None, "refused")]
    words = [str(value) for row in Act.objects.values() for value in row.values()]
    assert not [word for word in words if "donor@" in word or "wrong" in word]


# In the office


def test_a_change_names_its_fields_and_no_value(client, publisher):
    article = make_article("draft", title="Rice")
    send(client, change_url(article), title_en="Maize for Hyesan", kind="letter")
    entry = Act.objects.latest("pk")
    assert (entry.actor, entry.action, entry.object_id) == (publisher, "changed", str(article.pk))
    assert entry.fields == ["Title [en]", "Kind"]
    assert "letter" not in str(Act.objects.values().latest("pk"))


def test_rows_within_a_form_are_told_by_kind_and_field(client, publisher):
    article = make_article("draft")
    parts = {"signatories-TOTAL_FORMS": 1, "signatories-0-name": "Kato",
             "signatories-0-position": 1}  # fmt: skip
    send(client, change_url(article), **parts)
    [fields] = noted("fields")
    assert fields == ["signatory: *"]
    assert "Kato" not in str(Act.objects.values().latest("pk"))


def test_publishing_and_withdrawing_are_noted_once_whichever_button_was_pressed(client, publisher):
    article = make_article("draft", title="Rice")
    act(client, "publish", article)
    act(client, "withdraw", article)
    assert noted("action", "name", "detail") == [
        ("published", "Rice", "draft → published"),
        ("withdrew", "Rice", "published → withdrawn"),
    ]


def test_a_step_that_was_refused_leaves_no_line(publisher):
    with pytest.raises(WrongState):
        make_article("published").publish()
    assert noted() == []


def test_deleting_is_noted_of_each_row(client, publisher):
    rows = [make_article("draft", title=title) for title in ("Rice", "Maize")]
    act(client, "delete_selected", *rows, post="yes")
    assert sorted(noted()) == [("deleted", "Maize"), ("deleted", "Rice")]
    assert not Article.objects.exists()


def test_an_action_of_a_list_is_noted_of_each_ticked_row(client, publisher):
    rows = [make_article("draft", title=title) for title in ("Rice", "Maize")]
    act(client, "submit", rows[0])
    assert noted("action", "name", "detail") == [("did", "Rice", "submit")]


def test_what_is_no_ordinary_form_is_noted_too(client):
    client.force_login(make_user("campaigner"))
    need = make_need()
    url = reverse("admin:campaigns_need_enter", args=[need.pk, "receive"])
    typed = {"quantity": "3", "happened_on": "2026-04-01"}
    assert send(client, url, "entry_form", **typed).status_code == 302
    assert noted("action", "name", "detail") == [("did", str(need), "enter/receive")]


def test_a_form_with_a_mistake_leaves_no_line(client, publisher):
    send(client, change_url(make_article("draft")), title_en="")
    assert noted() == []


def test_an_act_that_breaks_leaves_neither_a_change_nor_a_line(client, publisher, monkeypatch):
    article = make_article("draft", title="Rice")

    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr("publishing.admin.PublishableAdmin.response_change", broken)
    client.raise_request_exception = False
    assert send(client, change_url(article), title_en="Maize").status_code == 500
    assert (noted(), Article.objects.get().title) == ([], "Rice")


def test_what_somebody_may_not_is_noted(client, publisher):
    donor = make_donor(name="Hanako")
    assert client.get(change_url(donor)).status_code == 403
    assert noted("actor", "action", "object_id", "name", "detail") == [
        (publisher.pk, "forbidden", str(donor.pk), "", "change")
    ]


# People and their roles


def test_a_change_of_roles_is_told_apart_from_a_change_of_name(client):
    client.force_login(make_user("administrator"))
    anna = make_user("editor")
    send(client, change_url(anna), "user_form", name="Anna")
    role = Group.objects.get(name="treasurer")
    send(client, change_url(anna), "user_form", groups=[role.pk])
    assert noted("action", "object_id", "name", "fields") == [
        ("viewed", str(anna.pk), "", []),
        ("changed", str(anna.pk), "", ["Name"]),
        ("viewed", str(anna.pk), "", []),
        ("roles", str(anna.pk), "", ["Roles"]),
    ]


def test_a_superuser_made_on_the_server_is_noted_as_made_by_nobody():
    root = User.objects.create_superuser("root@lfnkr.example", PASSWORD)
    assert noted("actor", "action", "object_id") == [(None, "roles", str(root.pk))]


@pytest.mark.parametrize(("options", "lines"), [({}, ["import_listing"]), ({"dry_run": True}, [])])
def test_an_import_on_the_server_is_noted_as_done_by_nobody(options, lines):
    listing = settings.BASE_DIR / "tests/data/listing.txt"
    call_command("import_listing", str(listing), stdout=io.StringIO(), **options)
    assert noted("actor", "detail") == [(None, line) for line in lines]


# Personal data


def people_on_pages():
    donor, registration, volunteer = make_donor(), make_registration(), make_volunteer()
    return {
        "treasurer": [
            donor,
            confirmed(),
            give(3, donor=donor),
            issue(give(30, donor=donor), by=None),
        ],
        "coordinator": [registration, volunteer],
        "editor": [make_message()],
    }


def test_looking_at_people_is_noted_with_their_number_and_without_their_name(client):
    for role, rows in people_on_pages().items():
        client.force_login(make_user(role))
        for row in rows:
            assert client.get(change_url(row)).status_code == 200
            seen = Act.objects.latest("pk")
            assert (seen.action, seen.object_id, seen.name) == ("viewed", str(row.pk), "")
            assert client.get(list_url(row._meta.label_lower.replace(".", "_"))).status_code == 200
            assert (Act.objects.latest("pk").action, Act.objects.latest("pk").object_id) == (
                "viewed",
                "",
            )


@pytest.mark.parametrize("page", ["roster", "door"])
def test_so_is_a_list_of_those_who_come(client, page):
    client.force_login(make_user("coordinator"))
    event = make_event(title="Picnic", takes_registrations=True)
    client.get(reverse(f"admin:events_event_{page}", args=[event.pk]))
    assert noted("action", "name", "detail") == [("viewed", "Picnic", page)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_is_taken_out_is_noted(client, treasurer, ending):
    client.get(f"/admin/donations/donor/table.{ending}/")
    assert noted("actor", "action", "content_type__model", "detail") == [
        (treasurer.pk, "exported", "donor", f"table.{ending}")
    ]


def test_all_that_is_kept_of_a_donor_and_receipts_on_paper_are_files_too(client, treasurer):
    donor = make_donor(name="Hanako")
    receipt = issue(give(10, donor=donor), by=None)
    client.get(reverse("admin:donor_all", args=[donor.pk]))
    act(client, "download", receipt, model="donations_receipt")
    assert noted("action", "name") == [("exported", ""), ("exported", "")]


def test_a_look_at_what_is_public_anyway_is_not_noted(client, publisher):
    client.get(change_url(make_article()))
    client.get(list_url())
    assert noted() == []


# Kept for good


def entry():
    return Act.objects.note(Act.Action.SIGNED_OUT, by=make_user())


@pytest.mark.parametrize(
    "change",
    [
        lambda: Act.objects.update(action="viewed"),
        lambda: Act.objects.all().delete(),
        lambda: connection.cursor().execute("TRUNCATE accounts_act"),
    ],
)
def test_the_database_refuses_to_change_delete_or_empty(change):
    entry()
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert Act.objects.filter(action="signed-out").count() == 1


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE accounts_act SET action = 'viewed'", "permission denied for table accounts_act"),
        ("DELETE FROM accounts_act", "permission denied for table accounts_act"),
        ("TRUNCATE accounts_act", "permission denied for table accounts_act"),
        ("ALTER TABLE accounts_act DISABLE TRIGGER ALL", "must be owner of table accounts_act"),
        ("DROP TRIGGER pgtrigger_act_is_never_changed_3b100 ON accounts_act", "must be owner"),
        ("SELECT set_config('pgtrigger.ignore', '{x}', true); DELETE FROM accounts_act", "denied"),
        ("UPDATE campaigns_entry SET quantity = 0", "permission denied for table campaigns_entry"),
        (
            "UPDATE campaigns_expense SET amount = 1",
            "permission denied for table campaigns_expense",
        ),
        ("DELETE FROM campaigns_expense", "permission denied for table campaigns_expense"),
        (
            "UPDATE donations_donation SET amount = 1",
            "permission denied for table donations_donation",
        ),
        ("DELETE FROM donations_receipt", "permission denied for table donations_receipt"),
    ],
)
def test_with_a_role_of_its_own_the_site_itself_can_only_add(statement, refusal):
    """What docs/database-roles.sql grants, PostgreSQL holds against the site and its triggers' key."""
    entry()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(SQL.replace(":'password'", "'x'"))
        cursor.execute("SET LOCAL ROLE lfnkr_site")
        Act.objects.note(Act.Action.VIEWED)
        assert Act.objects.filter(action="viewed").count() == 1
        with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
            cursor.execute(statement)
        transaction.set_rollback(True)


# Read by the auditor


@pytest.mark.parametrize(
    ("role", "status"),
    [("auditor", 200), ("superuser", 200), ("administrator", 403), ("publisher", 403)],
)
def test_auditors_and_superusers_read_it(client, role, status):
    client.force_login(make_user(role))
    assert client.get(list_url("accounts_act")).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(client, django_assert_num_queries, count):
    client.force_login(make_user("auditor"))
    for _ in range(count):
        Act.objects.note(Act.Action.CHANGED, make_article(), by=make_user())
    client.get(list_url("accounts_act"))
    with django_assert_num_queries(9):
        response = client.get(list_url("accounts_act"))
    assert len(response.context["cl"].result_list) == count + 1


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [("person=nobody", []), ("action__exact=changed", ["Rice"]), ("room=news", ["Rice"]),
     ("room=donations", []), ("q=rice", ["Rice"]), ("q=maize", []), ("q=paula", ["Rice"]),
     ("at__year=2020", [])],
)  # fmt: skip
def test_it_is_narrowed_and_searched(client, narrowed, found):
    paula = make_user("publisher", name="Paula")
    Act.objects.note(Act.Action.CHANGED, make_article(title="Rice"), by=paula, fields=["Body"])
    client.force_login(make_user("auditor"))
    rows = client.get(f"{list_url('accounts_act')}?{narrowed}").context["cl"].result_list
    assert [row.name for row in rows if row.action == "changed"] == found


def test_a_line_leads_to_what_it_is_about(client):
    article = make_article(title="Rice")
    Act.objects.note(Act.Action.CHANGED, article)
    client.force_login(make_user("auditor"))
    page = client.get(list_url("accounts_act")).content.decode()
    assert f'<a href="{change_url(article)}">article No. {article.pk} “Rice”</a>' in page


def test_it_is_taken_along_as_it_was_narrowed_and_harms_no_spreadsheet(client):
    Act.objects.note(Act.Action.CHANGED, make_article(title="=1+1"), fields=["Title", "Body"])
    auditor = make_user("auditor", email="aki@lfnkr.example")
    client.force_login(auditor)
    response = client.get(reverse("admin:accounts_act_table") + "?action__exact=changed")
    header, line = csv.reader(response.getvalue().decode("utf-8-sig").splitlines())
    assert header[2:] == ["person", "action", "room", "kind", "number", "name", "fields", "detail"]
    assert line[2:6] + line[7:] == ["", "changed", "news", "article", "'=1+1", "Title, Body", ""]
    assert noted("actor", "action")[-1] == (auditor.pk, "exported")
