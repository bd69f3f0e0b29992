"""What volunteers may do, and what coordinators may do with them, their shifts and visitors."""

from django.db import migrations

from accounts.roles import grant

COORDINATOR = [
    f"events.{act}_{model}"
    for model, acts in {
        "assignment": ("view", "add", "change", "delete"),
        "duty": ("view", "add", "change"),
        "registration": ("view", "add", "change", "delete"),
        "shift": ("view", "add", "change", "delete"),
        "volunteer": ("view", "add", "change"),
    }.items()
    for act in acts
]


def make_role(apps, schema_editor):
    grant(apps, "coordinator", *COORDINATOR)
    grant(apps, "volunteer", "events.take_shift")


def remove_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="volunteer").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_shifts_kept_by_the_database"),
    ]

    operations = [migrations.RunPython(make_role, remove_role)]
