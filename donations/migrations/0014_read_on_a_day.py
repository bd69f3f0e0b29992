"""Names on the page of thanks stand in the order of days, as its pages are turned."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0013_proposed_rows_are_looked_at")]

    operations = [
        migrations.RenameField("nameonwall", "read_at", "read_on"),
        migrations.AlterField(
            "nameonwall",
            "read_on",
            models.DateField(default=django.utils.timezone.localdate, verbose_name="read"),
        ),
    ]
