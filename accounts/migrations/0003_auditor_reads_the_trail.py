"""Auditors read the audit trail."""

from django.db import migrations

from accounts.roles import grant


def give_to_auditor(apps, schema_editor):
    grant(apps, "auditor", "accounts.view_act")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_trail")]

    operations = [migrations.RunPython(give_to_auditor, migrations.RunPython.noop)]
