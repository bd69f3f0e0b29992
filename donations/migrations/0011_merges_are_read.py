"""Treasurers and auditors read which donors were merged."""

from django.db import migrations

from accounts.roles import grant


def give_to_roles(apps, schema_editor):
    grant(apps, "treasurer", "donations.view_merge")
    grant(apps, "auditor", "donations.view_merge")


class Migration(migrations.Migration):
    dependencies = [("donations", "0010_merges_and_wall")]
    operations = [migrations.RunPython(give_to_roles, migrations.RunPython.noop)]
