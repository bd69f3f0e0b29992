"""What treasurers do with statements, and what auditors read of them."""

from django.db import migrations

from accounts.roles import grant

TREASURER = [
    *(f"donations.{act}_statementfile" for act in ("view", "add", "change", "delete")),
    *(f"donations.{act}_statementlayout" for act in ("view", "change", "delete")),
    *("donations.view_statementrow", "donations.change_statementrow"),
]
AUDITOR = [f"donations.view_statement{part}" for part in ("file", "layout", "row")]


def give_to_roles(apps, schema_editor):
    grant(apps, "treasurer", *TREASURER)
    grant(apps, "auditor", *AUDITOR)


def take_from_roles(apps, schema_editor):
    """The permissions go with their models."""


class Migration(migrations.Migration):
    dependencies = [("donations", "0006_statements")]

    operations = [migrations.RunPython(give_to_roles, take_from_roles)]
