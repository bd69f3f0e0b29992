"""What is public: one gate for every kind of content, and the old addresses that lead to it."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .search import fold


class PublishableQuerySet(models.QuerySet):
    """The gate. Public pages, feeds and indexes start from `published()` and from nothing else."""

    def published(self):
        """Rows that everybody may see at this moment."""
        return self.filter(state=Publishable.State.PUBLISHED, published_at__lte=timezone.now())

    def gone(self):
        """Rows that were public once and have been withdrawn: their addresses answer 410."""
        return self.filter(state=Publishable.State.WITHDRAWN)

    def visible_to(self, user):
        """Rows that this person may see on a signed-in screen, which must never be cached."""
        opts = self.model._meta
        if user.is_staff and user.has_perm(f"{opts.app_label}.view_{opts.model_name}"):
            return self.all()
        return self.published()


class Publishable(models.Model):
    """Something that staff write, review, publish and perhaps withdraw.

    Publication is a fact of the clock, not of a job: a row in state "published" is public from
    `published_at` on. A row that was never public cannot be withdrawn, only become a draft again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    published_at = models.DateTimeField(
        _("public from"),
        null=True,
        blank=True,
        help_text=_(
            "Leave empty to publish at the moment you press Publish. A future moment schedules it."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PublishableQuerySet.as_manager()

    search_date = "published_at"  # the field by which a search takes the newest first

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"]) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_moment",
                violation_error_message=_("Say from when on this is public."),
            ),
        ]

    @property
    def is_public(self):
        """The rule of `published()`, for one row in hand."""
        return self.state == self.State.PUBLISHED and self.published_at <= timezone.now()

    @property
    def is_scheduled(self):
        return self.state == self.State.PUBLISHED and not self.is_public

    @property
    def state_label(self):
        """The state in words; "Scheduled" for what will be published by itself."""
        return _("Scheduled") if self.is_scheduled else self.get_state_display()

    def submit(self):
        """Hand a draft over for review."""
        self._move(to=self.State.REVIEW, if_state_in=[self.State.DRAFT])

    def publish(self):
        """Make public: at `published_at` when that lies in the future, otherwise at once.

        What is published anew after a withdrawal keeps its first moment.
        """
        self.published_at = self.published_at or timezone.now()
        self._move(
            to=self.State.PUBLISHED,
            if_state_in=[self.State.DRAFT, self.State.REVIEW, self.State.WITHDRAWN],
        )

    def withdraw(self):
        """Take out of the public's sight; what was only scheduled becomes a draft again."""
        to = self.State.WITHDRAWN if self.is_public else self.State.DRAFT
        self._move(to=to, if_state_in=[self.State.PUBLISHED])

    def return_to_draft(self):
        """Give something in review back to its writer."""
        self._move(to=self.State.DRAFT, if_state_in=[self.State.REVIEW])

    def _move(self, *, to, if_state_in):
        """Save the new state; WrongState when the row is not in one that allows it."""
        if self.state not in if_state_in:
            raise WrongState(self)
        self.state = to
        self.save(update_fields=["state", "published_at", "changed_at"])


class WrongState(Exception):
    """A step was asked for that the row's state does not allow; the text tells staff so."""

    def __init__(self, row):
        super().__init__(
            _("“%(title)s” is in the state “%(state)s”, so this step does not apply to it.")
            % {"title": row, "state": row.state_label}
        )


class OldAddressManager(models.Manager):
    def remember(self, path, row):
        """Let `path` (decoded, without language) lead to `row` from now on."""
        self.update_or_create(
            path=bare(path),
            defaults={
                "content_type": ContentType.objects.get_for_model(row),
                "object_id": row.pk,
            },
        )

    def find(self, path):
        """Return what an old address leads to if that is public now, else None. Up to 3 queries."""
        old = self.filter(path=bare(path)).select_related("content_type").first()
        model = old and old.content_type.model_class()
        return model and model.objects.published().filter(pk=old.object_id).first()


def bare(path):
    """Return a path as old addresses are stored: without the slash at its end."""
    return path.rstrip("/") or "/"


class OldAddress(models.Model):
    """A path that something public had before. It redirects, but never to what is not public."""

    path = models.TextField(
        _("old path"),
        unique=True,
        help_text=_("Begins with a slash and has no host, like /2017/09/our-winter-report."),
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of page"))
    object_id = models.PositiveBigIntegerField(_("number of the page"))
    target = GenericForeignKey()

    objects = OldAddressManager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        indexes = [models.Index(fields=["content_type", "object_id"], name="old_address_target")]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/") & (Q(path="/") | ~Q(path__endswith="/")),
                name="old_address_is_bare_path",
                violation_error_message=_("Begin with a slash and leave out the one at the end."),
            ),
        ]

    def __str__(self):
        return self.path


class SynonymsManager(models.Manager):
    def groups(self):
        """Return sets of folded words that mean the same to a search. One query."""
        return [{fold(word.strip()) for word in row.words.split(",")} for row in self.all()]


class Synonyms(models.Model):
    """Spellings and words that a search shall take for one another."""

    words = models.TextField(
        _("words"),
        unique=True,
        help_text=_(
            "At least two, separated by commas, like: kotchebi, kochebi, kkot-jebi, 꽃제비."
        ),
    )

    objects = SynonymsManager()

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]
        constraints = [
            models.CheckConstraint(
                condition=Q(words__regex=r"[^,\s].*,.*[^,\s]"),
                name="synonyms_are_at_least_two",
                violation_error_message=_("Name at least two words, separated by a comma."),
            ),
        ]

    def __str__(self):
        return self.words
