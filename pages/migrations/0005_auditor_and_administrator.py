"""Auditors read whatever the office reads; administrators look after accounts and our own address.

It stands in the last of the rooms, for it speaks of all of them.
"""

from django.db import migrations

from accounts.roles import grant

OFFICE = ["editor", "publisher", "campaigner", "treasurer", "coordinator"]
ADMINISTRATOR = [
    *(f"accounts.{act}_user" for act in ("view", "add", "change")),
    *("pages.view_organisation", "pages.change_organisation"),
    *(f"pages.{act}_link" for act in ("view", "add", "change", "delete")),
]


def give_to_roles(apps, schema_editor):
    grant(apps, "administrator", *ADMINISTRATOR)
    Permission = apps.get_model("auth", "Permission")
    seen = Permission.objects.filter(group__name__in=OFFICE, codename__startswith="view_")
    names = seen.values_list("content_type__app_label", "codename").distinct()
    grant(apps, "auditor", *map(".".join, names), "events.see_private_event")


def remove_administrator(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="administrator").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_campaigner"),
        ("donations", "0011_merges_are_read"),
        ("events", "0006_volunteer"),
        ("pages", "0004_editor_and_publisher"),
    ]

    operations = [migrations.RunPython(give_to_roles, remove_administrator)]
