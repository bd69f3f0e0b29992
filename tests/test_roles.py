"""What the roles of the office mean, as the migrations of all rooms grant them together."""

import pytest
from django.contrib.auth.models import Group
from factories import make_user

pytestmark = pytest.mark.django_db
OFFICE = ["editor", "publisher", "campaigner", "treasurer", "coordinator"]
DONORS = {"donor", "pledge", "donation", "receipt", "statementrow"}
CONTENT = {"article", "page", "campaign", "event"}


def granted(role):
    return make_user(role).get_all_permissions()


def models_in(permissions, act):
    return {name.partition(f".{act}_")[2] for name in permissions if f".{act}_" in name}


def test_there_are_these_roles_and_no_others():
    roles = {*OFFICE, "auditor", "administrator", "volunteer"}
    assert set(Group.objects.values_list("name", flat=True)) == roles


def test_an_auditor_sees_what_the_office_sees_and_changes_nothing():
    seen = {p for role in OFFICE for p in granted(role) if ".view_" in p or ".see_" in p}
    assert seen <= granted("auditor"), "Grant these to the auditor, too, in a new migration."
    assert not [p for p in granted("auditor") if ".view_" not in p and ".see_" not in p]


def test_a_publisher_may_do_all_that_an_editor_may():
    assert granted("editor") <= granted("publisher")


@pytest.mark.parametrize(
    ("role", "drafts"), [("editor", {"article", "page"}), ("publisher", CONTENT)]
)
def test_the_newsroom_sees_all_drafts_that_it_works_with_and_no_donor(role, drafts):
    assert models_in(granted(role), "view") & (CONTENT | DONORS) == drafts


@pytest.mark.parametrize(
    ("role", "publishes"),
    [("publisher", CONTENT), *((role, set()) for role in (*OFFICE, "auditor") if role != "publisher")],
)  # fmt: skip
def test_publishers_alone_decide_what_is_public(role, publishes):
    assert models_in(granted(role), "publish") == publishes


@pytest.mark.parametrize(
    "role", ["editor", "publisher", "campaigner", "coordinator", "administrator"]
)
def test_treasurers_and_auditors_alone_see_donors(role):
    assert not [p for p in granted(role) if p.startswith("donations.")]


def test_a_treasurer_sees_nothing_that_is_not_public_yet():
    assert not models_in(granted("treasurer"), "view") & CONTENT


def test_private_places_are_for_coordinators_and_auditors():
    roles = {role for role in (*OFFICE, "auditor", "administrator")
             if "events.see_private_event" in granted(role)}  # fmt: skip
    assert roles == {"coordinator", "auditor"}


def test_an_administrator_looks_after_people_and_our_own_address():
    assert models_in(granted("administrator"), "change") == {"user", "organisation", "link"}
    assert models_in(granted("administrator"), "delete") == {"link"}
