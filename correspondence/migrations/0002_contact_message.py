"""The contact form: its messages, and the counts of the guard, which no backup shall hold."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormUse",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ContactMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("text", models.TextField(blank=True, verbose_name="message")),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "new"), ("answered", "answered"), ("spam", "spam")],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="received"
                    ),
                ),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="erased")),
                ("key", models.CharField(editable=False, max_length=64, null=True)),
                (
                    "mail",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="correspondence.outgoingemail",
                        verbose_name="e-mail to the office",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages of the contact form",
                "ordering": ["-received_at"],
                "indexes": [
                    models.Index(fields=["state", "-received_at"], name="contact_message_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key",),
                        name="contact_message_once",
                        violation_error_message="This message was sent already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(
                                ("email", ""),
                                ("key", None),
                                ("mail", None),
                                ("name", ""),
                                ("text", ""),
                            ),
                            _connector="OR",
                        ),
                        name="contact_message_erased_whole",
                        violation_error_message="An erased message keeps its day and its state alone.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE correspondence_formuse SET UNLOGGED", migrations.RunSQL.noop
        ),
    ]
