"""Treasurers issue receipts, auditors read them; nobody writes one by hand."""

from django.db import migrations

from accounts.roles import grant


def give_to_roles(apps, schema_editor):
    grant(apps, "treasurer", "donations.view_receipt", "donations.change_receipt")
    grant(apps, "auditor", "donations.view_receipt")


class Migration(migrations.Migration):
    dependencies = [("donations", "0002_treasurer"), ("donations", "0004_receipts")]
    operations = [migrations.RunPython(give_to_roles, migrations.RunPython.noop)]
