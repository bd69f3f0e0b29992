"""Who may ask for what: every address, with every method, as every role, against permissions.csv.

The table is there to be read by people. Each line names an address, who may read it (GET, HEAD) and
who may send something to it (POST), and what all others in the office are told instead. Where a
number stands in place of roles, nobody may, and that is what they are told. Strangers are asked to
sign in where they may not. No other method exists on this site.
"""

import csv
from pathlib import Path

import pytest
from addresses import address_of, furnish, patterns
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.shortcuts import resolve_url
from django.template.backends.django import Template
from django.test import Client
from events_factories import make_volunteer
from factories import make_user

TABLE = Path(__file__).parent / "permissions.csv"
OFFICE = ["editor", "publisher", "campaigner", "treasurer", "coordinator", "auditor",
          "administrator", "superuser"]  # fmt: skip
ROLES = ["nobody", "volunteer", *OFFICE]
EVERYBODY = " ".join(ROLES)
METHODS = {"GET": "read", "HEAD": "read", "POST": "send"}
NEVER = ["PUT", "PATCH", "DELETE", "OPTIONS"]
SIGN_IN = {"/admin/login/", "/schedule/sign-in/", resolve_url(settings.LOGIN_URL)}
# For HEAD Django asks the same as for GET, and other methods are refused before anybody is known.
# So who may nothing and who may all ask for these.
HURRIED = ["HEAD", *NEVER]
# What must be sent for an answer other than “that was nothing”.
SENT = {
    "events/registration/<str:token>/": {"act": "cancel"},
    "admin/donations/statementrow/<path:object_id>/change/": {"discard": "on", "why": "interest"},
}


def rows():
    with TABLE.open(newline="") as file:
        table = list(csv.DictReader(file))
    return {row["address"]: row for row in table}


def expected(row, column, role):
    """Return "ok", "sign in" or the number of a refusal."""
    told = row[column]
    if role in told.replace("everybody", EVERYBODY).replace("office", " ".join(OFFICE)).split():
        return "ok"
    is_for_all = "everybody" in row.values() or not row["address"].startswith("admin/")
    if told.isdecimal() and (is_for_all or role in OFFICE):
        return told
    # A file is hidden from those as well who might sign in; one's own account has every role.
    is_told = role in OFFICE or row["address"].startswith("media/")
    is_told |= role == "volunteer" and row["address"].startswith(("account/", "admin/login/"))
    return row["otherwise"] if is_told else "sign in"


class Visit:
    """Asks as everybody for everything, and takes back whatever that did.

    Thousands of requests take their time. So a page is drawn for the first who may read it, who may
    do the least; for all others the templates are left out.
    """

    def __init__(self, users):
        self.users = users
        self.clients = {role: Client(raise_request_exception=False) for role in ROLES}
        self.is_drawn = False
        for role, user in users.items():
            self.clients[role].force_login(user)

    def user_of(self, request):
        """Recognise somebody without a query, with what they may do known already."""
        pk = request.session.get("_auth_user_id")
        return next((user for user in self.users.values() if str(user.pk) == pk), AnonymousUser())

    def answers(self, method, pattern, path):
        """Return {role: answer} in the words of `expected`."""
        found = {}
        for role in ("nobody", "superuser") if method in HURRIED else ROLES:
            self.is_drawn = method == "GET" and "ok" not in found.values()
            found[role] = self.answer(method, pattern, path, role)
        return found

    def answer(self, method, pattern, path, role):
        client, sent = self.clients[role], SENT.get(pattern, {}) if method == "POST" else None
        cookies, point = client.cookies.copy(), method == "POST" and transaction.savepoint()
        response = getattr(client, method.lower())(path, sent)
        b"".join(response)  # what is streamed may break late
        client.cookies = cookies
        if point:
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)  # or thousands of them would stay open
        if response.status_code in (301, 302):
            path, _mark, then = response["Location"].partition("?")
            return "sign in" if path in SIGN_IN and then.startswith("next=") else "ok"
        return "ok" if response.status_code == 200 else str(response.status_code)


@pytest.fixture
def visit(settings, monkeypatch):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    users = {role: make_user(role) for role in OFFICE} | {"volunteer": make_volunteer().user}
    for user in users.values():
        user.password = "x"  # by which the office may ask again who it is
    visit, draw = Visit(users), Template.render

    def draw_or_not(self, *args, **kwargs):
        return draw(self, *args, **kwargs) if visit.is_drawn else ""

    monkeypatch.setattr("django.contrib.auth.middleware.auth.get_user", visit.user_of)
    monkeypatch.setattr(Template, "render", draw_or_not)
    monkeypatch.setattr("donations.paper.draw_receipts", lambda *papers: b"%PDF")
    return visit


@pytest.mark.django_db
def test_every_role_may_do_what_the_table_says_and_nothing_else(visit):
    table, parameters, wrong = rows(), furnish(), []
    for pattern in [p for p in patterns() if p in table]:
        path = address_of(pattern, parameters)
        for method in [*METHODS, *NEVER]:
            for role, got in visit.answers(method, pattern, path).items():
                told = (
                    expected(table[pattern], METHODS[method], role) if method in METHODS else "405"
                )
                if got != told:
                    wrong.append(f"{method} {pattern} as {role}: {got} instead of {told}")
    assert wrong == []


def test_every_address_stands_in_the_table():
    missing = [pattern for pattern in patterns() if pattern not in rows()]
    assert missing == [], (
        "Add a line to tests/permissions.csv for each: who may read it, who may send something to"
        " it, and what others are told."
    )


def test_the_table_names_no_address_that_is_gone():
    gone = [pattern for pattern in rows() if pattern not in patterns()]
    assert gone == [], "Take these lines out of tests/permissions.csv."
