"""What roles may do with campaigns and their ledger, as the migration grants it."""

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db

CAMPAIGNER = {
    "add_campaign",
    "add_campaignphoto",
    "add_entry",
    "add_expense",
    "add_need",
    "add_region",
    "add_supply",
    "change_campaign",
    "change_campaignphoto",
    "change_entrydetail",
    "change_expense",
    "change_need",
    "change_region",
    "change_supply",
    "delete_campaignphoto",
    "delete_need",
    "submit_campaign",
    "view_campaign",
    "view_campaignphoto",
    "view_entry",
    "view_entrydetail",
    "view_expense",
    "view_need",
    "view_region",
    "view_supply",
}
PUBLISHER = {
    "add_campaignphoto",
    "change_campaign",
    "change_campaignphoto",
    "delete_campaign",
    "delete_campaignphoto",
    "publish_campaign",
    "view_campaign",
    "view_campaignphoto",
    "view_need",
    "view_supply",
}


@pytest.mark.parametrize(
    ("role", "may"),
    [("campaigner", CAMPAIGNER), ("publisher", PUBLISHER), ("editor", set()), ("volunteer", set())],
)
def test_each_role_may_do_this_and_nothing_else_with_campaigns(role, may):
    granted = make_user(role).get_all_permissions()
    assert {name.partition(".")[2] for name in granted if name.startswith("campaigns.")} == may


def test_a_campaigner_sees_no_articles_and_publishes_nothing():
    granted = make_user("campaigner").get_all_permissions()
    assert not [name for name in granted if name.startswith("news.") or "publish_" in name]


@pytest.mark.parametrize("role", ["campaigner", "publisher", "editor"])
def test_nobody_may_change_or_delete_what_was_posted(role):
    user = make_user(role)
    assert not user.has_perm("campaigns.change_entry")
    assert not user.has_perm("campaigns.delete_entry")
    assert not user.has_perm("campaigns.delete_expense")
