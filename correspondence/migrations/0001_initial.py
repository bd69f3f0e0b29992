import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OutgoingEmail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message_id",
                    models.TextField(
                        help_text="Made when queued and the same on every try.",
                        verbose_name="Message-ID",
                    ),
                ),
                ("subject", models.TextField(blank=True, verbose_name="subject")),
                ("sender", models.TextField(blank=True, verbose_name="sender")),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="recipients"
                    ),
                ),
                (
                    "outstanding",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="The recipients whose mail server has not accepted it.",
                        size=None,
                        verbose_name="outstanding",
                    ),
                ),
                ("content", models.BinaryField(null=True, verbose_name="content")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "sent"),
                            ("given-up", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                (
                    "next_try_at",
                    models.DateTimeField(
                        blank=True,
                        default=django.utils.timezone.now,
                        null=True,
                        verbose_name="next try",
                    ),
                ),
                (
                    "last_error",
                    models.TextField(
                        blank=True,
                        help_text="A code of 4xx is a passing trouble, one of 5xx a refusal.",
                        verbose_name="last error",
                    ),
                ),
                (
                    "queued_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="queued"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
            ],
            options={
                "verbose_name": "outgoing e-mail",
                "verbose_name_plural": "outgoing e-mails",
                "ordering": ["-queued_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="outgoing_email_due",
                    ),
                    models.Index(fields=["-queued_at"], name="outgoing_email_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id",),
                        name="outgoing_email_queued_once",
                        violation_error_message="An e-mail with this Message-ID is already queued.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_try_at__isnull", False), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True), ("next_try_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="outgoing_email_waits_for_a_moment",
                        violation_error_message="Only a waiting e-mail has a next try.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="outgoing_email_sent_at_a_moment",
                        violation_error_message="Only a sent e-mail says when it was sent.",
                    ),
                ],
            },
        ),
    ]
