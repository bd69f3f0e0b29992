"""The roles of the newsroom, as the migration makes them."""

import pytest
from django.contrib.auth.models import Group

from tests.factories import make_user

pytestmark = pytest.mark.django_db

EDITOR = {
    "library.add_document",
    "library.add_photo",
    "library.change_document",
    "library.change_photo",
    "library.view_document",
    "library.view_photo",
    "news.add_article",
    "news.add_articledocument",
    "news.add_articlephoto",
    "news.add_signatory",
    "news.change_article",
    "news.change_articledocument",
    "news.change_articlephoto",
    "news.change_signatory",
    "news.delete_articledocument",
    "news.delete_articlephoto",
    "news.delete_signatory",
    "news.submit_article",
    "news.view_article",
    "news.view_articledocument",
    "news.view_articlephoto",
    "news.view_category",
    "publishing.view_flag",
    "news.view_signatory",
    "taggit.add_tag",
    "taggit.change_tag",
    "taggit.view_tag",
}
PUBLISHER_BESIDES = {
    "library.delete_document",
    "library.delete_photo",
    "news.add_category",
    "news.change_category",
    "news.delete_article",
    "news.publish_article",
    "publishing.view_importeditem",
    "publishing.add_oldaddress",
    "publishing.change_oldaddress",
    "publishing.delete_oldaddress",
    "publishing.view_oldaddress",
    "publishing.add_synonyms",
    "publishing.change_synonyms",
    "publishing.delete_synonyms",
    "publishing.view_synonyms",
    "taggit.delete_tag",
}


ROOMS = {"library", "news", "publishing", "taggit"}  # the others test what they grant themselves


def in_the_newsroom(role):
    permissions = make_user(role).get_all_permissions()
    return {permission for permission in permissions if permission.partition(".")[0] in ROOMS}


def test_an_editor_may_write_and_submit_and_nothing_else():
    assert in_the_newsroom("editor") == EDITOR


def test_a_publisher_may_do_what_an_editor_may_and_publish():
    assert in_the_newsroom("publisher") == EDITOR | PUBLISHER_BESIDES


def test_a_volunteer_may_nothing_in_the_office():
    volunteer = make_user("volunteer")
    assert (volunteer.is_staff, volunteer.get_all_permissions()) == (False, set())


def test_the_migration_makes_these_two_roles():
    assert {"editor", "publisher"} <= set(Group.objects.values_list("name", flat=True))
