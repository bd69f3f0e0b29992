"""Let staff set words equal for the search."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0002_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Synonyms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        help_text="At least two, separated by commas, like: kotchebi, kochebi, kkot-jebi, 꽃제비.",
                        unique=True,
                        verbose_name="words",
                    ),
                ),
            ],
            options={
                "verbose_name": "synonyms",
                "verbose_name_plural": "synonyms",
                "ordering": ["words"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words__regex", "[^,\\s].*,.*[^,\\s]")),
                        name="synonyms_are_at_least_two",
                        violation_error_message="Name at least two words, separated by a comma.",
                    )
                ],
            },
        ),
    ]
