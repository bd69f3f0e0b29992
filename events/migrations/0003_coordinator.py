"""What coordinators may do, and what publishers may do with events."""

from django.db import migrations

from accounts.roles import grant


def all_of(model, *acts):
    label, _, name = model.partition(".")
    return [f"{label}.{act}_{name}" for act in acts]


COORDINATOR = [
    *all_of("events.event", "view", "add", "change", "submit", "see_private"),
    *all_of("events.session", "view", "add", "change", "delete"),
    *all_of("library.photo", "view", "add", "change"),
]
PUBLISHER = [
    *all_of("events.event", "view", "change", "publish", "delete"),
    *all_of("events.session", "view", "change"),
]


def make_role(apps, schema_editor):
    grant(apps, "coordinator", *COORDINATOR)
    grant(apps, "publisher", *PUBLISHER)


def remove_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="coordinator").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("events", "0002_kept_by_the_database"),
        ("library", "0001_initial"),
        ("news", "0002_editor_and_publisher"),
    ]

    operations = [migrations.RunPython(make_role, remove_role)]
