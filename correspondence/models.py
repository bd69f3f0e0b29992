from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from correspondence.letters import written

# About three days in all: a mail server that was mended after a week-end still gets everything.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
]


class OutgoingEmailQuerySet(models.QuerySet):
    def due(self):
        return self.filter(next_try_at__lte=timezone.now()).order_by("next_try_at")

    def take_next(self):
        """Lock and return the mail that has been due longest, or None; needs a transaction.

        The lock is the claim: it ends with the transaction or with the worker, however that dies.
        """
        return self.due().select_for_update(skip_locked=True).first()

    def try_again(self):
        """Queue given-up mails anew and return how many; erased ones have nobody to go to."""
        given_up = self.filter(state=OutgoingEmail.State.GIVEN_UP).exclude(outstanding=[])
        return given_up.update(
            state=OutgoingEmail.State.WAITING, tries=0, next_try_at=timezone.now()
        )

    def erase_older_than(self, days):
        """Blank content and addresses of mails that old, unless they wait; return how many."""
        limit = timezone.now() - timedelta(days=days)
        settled = self.filter(queued_at__lt=limit).exclude(state=OutgoingEmail.State.WAITING)
        return settled.erase()

    def erase(self):
        """Blank content and addresses; what still waits is not sent any more. Return how many."""
        return self.exclude(recipients=[]).update(
            content=None,
            subject="",
            sender="",
            recipients=[],
            outstanding=[],
            letter="",
            about=None,
            next_try_at=None,
            state=Case(
                When(state=OutgoingEmail.State.WAITING, then=Value(OutgoingEmail.State.GIVEN_UP)),
                default=F("state"),
            ),
        )

    def about_rows(self, letters, rows):
        """Letters of these names about these rows (their numbers)."""
        return self.filter(letter__in=letters, about__in=rows)


class OutgoingEmail(models.Model):
    """One e-mail on its way out. The row is the queue: there is no job beside it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        GIVEN_UP = "given-up", _("given up")

    message_id = models.TextField(
        _("Message-ID"), help_text=_("Made when queued and the same on every try.")
    )
    subject = models.TextField(_("subject"), blank=True)
    sender = models.TextField(_("sender"), blank=True)
    recipients = ArrayField(models.TextField(), verbose_name=_("recipients"))
    outstanding = ArrayField(
        models.TextField(),
        verbose_name=_("outstanding"),
        help_text=_("The recipients whose mail server has not accepted it."),
    )
    content = models.BinaryField(_("content"), null=True)
    letter = models.CharField(
        _("letter"),
        max_length=60,
        blank=True,
        help_text=_(
            "The letter of ours that is written when it is sent; it has no content before."
        ),
    )
    about = models.BigIntegerField(_("number of what it is about"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True, default=timezone.now)
    last_error = models.TextField(
        _("last error"),
        blank=True,
        help_text=_("A code of 4xx is a passing trouble, one of 5xx a refusal."),
    )
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        ordering = ["-queued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                name="outgoing_email_queued_once",
                violation_error_message=_("An e-mail with this Message-ID is already queued."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False)
                | (~Q(state="waiting") & Q(next_try_at=None)),
                name="outgoing_email_waits_for_a_moment",
                violation_error_message=_("Only a waiting e-mail has a next try."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="outgoing_email_sent_at_a_moment",
                violation_error_message=_("Only a sent e-mail says when it was sent."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="outgoing_email_due",
            ),
            models.Index(fields=["-queued_at"], name="outgoing_email_newest"),
        ]

    def __str__(self):
        return self.message_id

    def rendered(self):
        """Return the message as it goes over the wire; raises when it was erased.

        A letter of ours is written now, and is the same at every try while its row is the same.
        """
        if self.letter:
            return written(self).as_bytes(linesep="\r\n")
        return bytes(self.content)

    def note_sent(self):
        self.state = self.State.SENT
        self.outstanding = []
        self.sent_at = timezone.now()
        self.next_try_at = None
        self.last_error = ""
        self._save_outcome()

    def note_failure(self, error, for_good=False):
        """Plan the next try, or give up after the last; `error` must not name anybody."""
        self.last_error = error
        if for_good or self.tries >= len(WAITS):
            self.state = self.State.GIVEN_UP
            self.next_try_at = None
        else:
            self.next_try_at = timezone.now() + WAITS[self.tries]
        self._save_outcome()

    def _save_outcome(self):
        self.tries += 1
        outcome = ["state", "outstanding", "tries", "next_try_at", "last_error", "sent_at"]
        self.save(update_fields=outcome)


class UseQuerySet(models.QuerySet):
    def count_one(self, key, ends_at):
        """Count one use more and return how many there are. Exact, for one statement does it."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} AS used (key, ends_at, count)"  # noqa: S608, a name of ours
                " VALUES (%s, %s, 1)"
                " ON CONFLICT (key) DO UPDATE SET count = used.count + 1 RETURNING count",
                [key, ends_at],
            )
            return cursor.fetchone()[0]

    def forget_past(self):
        """Delete the counts of hours that are over."""
        return self.filter(ends_at__lte=timezone.now()).delete()


class Use(models.Model):
    """How often somebody did something in one hour; guard.py counts.

    The key is a keyed digest, other in each hour.
    """

    key = models.CharField(max_length=64, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    objects = UseQuerySet.as_manager()

    class Meta:
        abstract = True


class FormUse(Use):
    """How often one network used one public form in one hour.

    The table is unlogged: no replica has it, a crash empties it, and the nightly backup leaves it
    out.
    """


class ContactMessageQuerySet(models.QuerySet):
    def mark(self, state):
        """Set the state of all that are in another one; return how many."""
        return self.exclude(state=state).update(state=state)

    def erase(self):
        """Blank all but day and state, and drop the copies in the outbox; return how many."""
        with transaction.atomic():
            # New keys would let the same text in again; without one nothing is recognised.
            written = self.filter(erased_at=None).select_for_update()
            mails = [message.mail_id for message in written if message.mail_id]
            count = written.update(
                name="", email="", text="", key=None, mail=None, erased_at=timezone.now()
            )
            OutgoingEmail.objects.filter(pk__in=mails).delete()
        return count


class ContactMessage(models.Model):
    """What somebody wrote to the office on the contact page."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        ANSWERED = "answered", _("answered")
        SPAM = "spam", _("spam")

    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    text = models.TextField(_("message"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    key = models.CharField(max_length=64, null=True, editable=False)
    mail = models.OneToOneField(
        OutgoingEmail, models.SET_NULL, verbose_name=_("e-mail to the office"), null=True
    )

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages of the contact form")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="contact_message_once",
                violation_error_message=_("This message was sent already."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", email="", text="", key=None, mail=None),
                name="contact_message_erased_whole",
                violation_error_message=_("An erased message keeps its day and its state alone."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-received_at"], name="contact_message_newest")]

    def __str__(self):
        return _("Message %(number)s") % {"number": self.pk}
