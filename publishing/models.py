"""What is public: one gate for every kind of content, and the old addresses that lead to it."""

import re

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Act
from library.models import Photo

from .search import fold


def content_type_of(row):
    """Return the kind of a row or of a model. No query once it was asked for."""
    return ContentType.objects.get_for_model(row)


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

    def needing_attention(self):
        """Rows with a flag that nobody has settled yet."""
        flags = Flag.objects.open().filter(content_type=content_type_of(self.model))
        return self.filter(Exists(flags.filter(object_id=OuterRef("pk"))))


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

    flags = GenericRelation("publishing.Flag")

    objects = PublishableQuerySet.as_manager()

    search_date = "published_at"  # the field by which a search takes the newest first
    search_shows = ["slug"]  # what a hit is made of, its texts excepted
    search_label = ""  # what a hit is called

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

    @property
    def imported_items(self):
        """What imports remember of this row. One query."""
        return ImportedItem.objects.filter(content_type=content_type_of(self), object_id=self.pk)

    def submit(self):
        """Hand a draft over for review."""
        self._move(to=self.State.REVIEW, if_state_in=[self.State.DRAFT])

    def publish(self):
        """Make public: at `published_at` when that lies in the future, otherwise at once.

        What is published anew after a withdrawal keeps its first moment. Photos that may not be
        seen raise WithheldPhotos; those added or marked later are left out of the public page.
        """
        if photos := list(self.withheld_photos()):
            raise WithheldPhotos(self, photos)
        self.published_at = self.published_at or timezone.now()
        self._move(
            to=self.State.PUBLISHED,
            if_state_in=[self.State.DRAFT, self.State.REVIEW, self.State.WITHDRAWN],
        )

    def withheld_photos(self):
        """Return the photos of this row that the public may not see. One query."""
        return Photo.objects.withheld().shown_in([type(self)._base_manager.filter(pk=self.pk)])

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
        before, self.state = self.state, to
        with transaction.atomic():
            self.save(update_fields=["state", "published_at", "changed_at"])
            if noted := NOTED.get(to):
                Act.objects.note(noted, self, detail=f"{before} → {to}")


# What the audit trail calls a step to such a state. Others are noted where they were asked for.
NOTED = {
    Publishable.State.PUBLISHED: Act.Action.PUBLISHED,
    Publishable.State.WITHDRAWN: Act.Action.WITHDREW,
}


class WrongState(Exception):
    """A step was asked for that the row's state does not allow; the text tells staff so."""

    def __init__(self, row):
        super().__init__(
            _("“%(title)s” is in the state “%(state)s”, so this step does not apply to it.")
            % {"title": row, "state": row.state_label}
        )


class WithheldPhotos(WrongState):
    """Something was to be published that shows photos which the public may not see."""

    def __init__(self, row, photos):
        Exception.__init__(
            self,
            _(
                "“%(title)s” cannot be published: people are recognisable on %(photos)s. Open each of"
                " these photos and note their consent or redact it, or take it out of here."
            )
            % {"title": row, "photos": ", ".join(f"“{photo}”" for photo in photos)},
        )


class OldAddressManager(models.Manager):
    def remember(self, path, row):
        """Let `path` (decoded, without language) lead to `row` from now on."""
        self.update_or_create(
            path=bare(path),
            defaults={
                "content_type": content_type_of(row),
                "object_id": row.pk,
                "goes_to": "",
            },
        )

    def remember_all(self, targets):
        """Let each path lead to its row, or to the path of a list. One query.

        What leads somewhere already stays as it is: staff may have put it right by hand.
        """
        self.bulk_create(
            [leading(path, target) for path, target in targets.items()], ignore_conflicts=True
        )

    def find(self, path):
        """Return the old address at this path unless its row is not public, else None. 3 queries.

        Whether a list that it `goes_to` has anything public, only the list itself can tell.
        """
        old = self.filter(path=bare(path)).select_related("content_type").first()
        if old is None or old.goes_to:
            return old
        rows = old.content_type.model_class().objects.published()
        old.row = rows.filter(pk=old.object_id).first()
        return old if old.row else None


def leading(path, target):
    """Return an old address, not yet saved, that leads to a row or to the path of a list."""
    if isinstance(target, str):
        return OldAddress(path=bare(path), goes_to=target)
    return OldAddress(path=bare(path), content_type=content_type_of(target), object_id=target.pk)


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
    content_type = models.ForeignKey(
        ContentType, models.CASCADE, verbose_name=_("kind of page"), null=True, blank=True
    )
    object_id = models.PositiveBigIntegerField(_("number of the page"), null=True, blank=True)
    target = GenericForeignKey()
    goes_to = models.TextField(
        _("path of a list"),
        blank=True,
        help_text=_("For what is no page of its own, such as a month: /news/2017/09/."),
    )

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
            models.CheckConstraint(
                condition=Q(goes_to="", content_type__isnull=False, object_id__isnull=False)
                | Q(goes_to__startswith="/", content_type=None, object_id=None),
                name="old_address_leads_somewhere",
                violation_error_message=_(
                    "Name the page that this leads to, or the path of a list."
                ),
            ),
        ]

    def __str__(self):
        return self.path


class FlagQuerySet(models.QuerySet):
    def open(self):
        """Flags that nobody has settled yet."""
        return self.filter(settled_at=None)

    def of(self, rows):
        """The flags of some rows, all of one kind."""
        rows = list(rows)
        if not rows:
            return self.none()
        return self.filter(
            content_type=content_type_of(rows[0]), object_id__in=[r.pk for r in rows]
        )


class Flag(models.Model):
    """A doubt that an import left with a row, for an editor to look at and settle."""

    class Reason(models.TextChoices):
        ALT_MISSING = "alt-missing", _("A picture has no description")
        CAPTION_AS_TITLE = "caption-as-title", _("A photo caption stands next to the title")
        DATE_MISSING = "date-missing", _("The date is missing")
        DATE_PUNCTUATION = "date-punctuation", _("The date is oddly punctuated")
        DATE_UNREADABLE = "date-unreadable", _("The date cannot be read")
        FORM_LEFT_OUT = "form-left-out", _("A form was left out")
        LINE_BROKEN = "line-broken", _("A sentence is broken by a new line")
        MONTH_MISSPELT = "month-misspelt", _("The month is misspelt")
        OUT_OF_ORDER = "out-of-order", _("The date does not fit the order of the listing")
        PARAGRAPH_ALONE = "paragraph-alone", _("A paragraph stands by itself")
        PARENT_MISSING = "parent-missing", _("The page above it is missing")
        PICTURE_MISSING = "picture-missing", _("A picture is missing")
        SHORTCODE_UNKNOWN = "shortcode-unknown", _("A shortcode is unknown")
        STATUS_UNKNOWN = "status-unknown", _("Its old status is unknown")
        STRAY_LINE = "stray-line", _("A line stands where none belongs")
        STRUCK_LEFT_OUT = "struck-left-out", _("Struck-out words were left out")
        TEASER_MISSING = "teaser-missing", _("There is no teaser")
        TEXT_SHORTENED = "text-shortened", _("Something was too long and was shortened")
        TITLE_MISSING = "title-missing", _("There is no title")
        TITLE_WRAPPED = "title-wrapped", _("The title was joined from several lines")
        WAS_PRIVATE = "was-private", _("It was private on the old site")
        WAS_PROTECTED = "was-protected", _("It had a password on the old site")
        WEEKDAY_IMPOSSIBLE = "weekday-impossible", _("No such weekday in that year")
        WORD_BROKEN = "word-broken", _("A word is broken by a new line")
        YEAR_MISMATCH = "year-mismatch", _("The text speaks of another year")

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind"))
    object_id = models.PositiveBigIntegerField(_("number"))
    row = GenericForeignKey()
    reason = models.CharField(_("reason"), max_length=30, choices=Reason)
    place = models.CharField(
        _("place"), max_length=300, help_text=_("File and line, like listing.txt:281.")
    )
    note = models.TextField(_("what was seen and done"), blank=True)
    raw = models.TextField(_("text as it stood"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        related_name="settled_flags",
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("needs attention")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["content_type", "object_id"], name="flag_open", condition=Q(settled_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="flag_settled_by_somebody",
                violation_error_message=_("A settled flag names who settled it."),
            ),
        ]

    def __str__(self):
        return f"{self.get_reason_display()} ({self.place})"

    def settle(self, user):
        """Note that this person looked and is content; a settled flag stays as it is."""
        Flag.objects.open().filter(pk=self.pk).update(settled_at=timezone.now(), settled_by=user)


class ImportedItem(models.Model):
    """What an import made of one item of a source, so that a second run makes nothing twice.

    It outlives its row: what staff deleted must not come back with the next run.
    """

    source = models.CharField(_("source"), max_length=100)
    key = models.CharField(
        _("key"), max_length=300, help_text=_("Names the item within its source.")
    )
    place = models.CharField(_("place"), max_length=300)
    raw = models.TextField(_("text as it stood"))
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("Of the fields as the import wrote them.")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind"))
    object_id = models.PositiveBigIntegerField(_("number"))
    row = GenericForeignKey()

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        indexes = [models.Index(fields=["content_type", "object_id"], name="imported_item_row")]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="item_once_per_source"),
        ]

    def __str__(self):
        return f"{self.source}: {self.key}"


class SynonymsManager(models.Manager):
    def groups(self):
        """Return sets of folded words that mean the same to a search. One query."""
        return self.model.groups_of(self.values_list("words", flat=True))


class Synonyms(models.Model):
    """Spellings and words that a search shall take for one another."""

    words = models.TextField(
        _("words"),
        max_length=500,
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

    def clean(self):
        """Part the words by commas, whichever comma was typed."""
        self.words = ", ".join(filter(None, re.split(r"\s*[,，、،]\s*", self.words.strip())))

    @staticmethod
    def groups_of(rows):
        """Return sets of folded words, from the words of each row."""
        return [{fold(word.strip()) for word in words.split(",") if word.strip()} for words in rows]
