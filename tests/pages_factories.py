"""Small things of the front door to test with."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone
from factories import make_user, numbers

from pages.models import Organisation, Page, Question


def make_page(state="published", **fields):
    """Make a page at the root; "scheduled" is one that becomes public in an hour."""
    number = next(numbers)
    moments = {"published": timezone.now(), "withdrawn": timezone.now()}
    moments["scheduled"] = timezone.now() + timedelta(hours=1)
    gate = {"state": "published" if state == "scheduled" else state}
    if state in moments:
        gate["published_at"] = moments[state]
    texts = {"title": f"Page {number}", "slug": f"page-{number}"}
    return Page.objects.create(**texts | gate | fields)


def make_question(page, **fields):
    texts = {"question": "Why?", "answer": "<p>Because.</p>"}
    return Question.objects.create(page=page, **texts | fields)


def make_organisation(**fields):
    """Change the one row, or make it where a browser test has swept it away."""
    return Organisation.objects.update_or_create(pk=1, defaults={"name_en": "LFNKR"} | fields)[0]


def make_staff(role):
    """Make staff with this room's permissions, which a browser test has perhaps swept away."""
    person = make_user(role)
    grants = import_module("pages.migrations.0004_editor_and_publisher")
    if not Group.objects.filter(name=role, permissions__codename="change_page").exists():
        grants.give_to_roles(apps, None)
    return person
