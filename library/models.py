"""Photos and documents, as the whole site uses them. Their files are made clean on arrival."""

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from library.fields import DocumentField, PhotoField

# Widths of the lighter copies, in pixels: a phone, a large phone or tablet, a wide screen.
VARIANT_WIDTHS = (480, 960, 1600)
# In the order in which a browser shall choose.
VARIANT_FORMATS = ("avif", "webp")


class StoredQuerySet(models.QuerySet):
    def delete(self):
        """Delete the rows, and after the commit their files; one query more than usual."""
        with transaction.atomic():
            leaving = list(self)
            result = super().delete()
            for stored in leaving:
                stored.remove_files_after_commit()
        return result

    delete.alters_data = True
    delete.queryset_only = True

    def published(self):
        """Rows that something public shows at this moment.

        Each model that points here and has a `published()` counts: a new room needs no line here.
        """
        models_pointing = {relation.related_model for relation in self.model._meta.related_objects}
        managers = [model._default_manager for model in models_pointing]
        return self.shown_in([rows.published() for rows in managers if hasattr(rows, "published")])

    def shown_in(self, querysets):
        """Rows that one of these querysets, each of another model, points to by any of its fields."""
        rows_of = {rows.model: rows for rows in querysets}
        shown = Q(pk__in=[])
        for relation in self.model._meta.related_objects:
            if relation.related_model in rows_of:
                rows = rows_of[relation.related_model]
                shown |= Q(Exists(rows.filter(**{relation.field.name: OuterRef("pk")})))
        return self.filter(shown)


class PhotoQuerySet(StoredQuerySet):
    def showable(self):
        """Photos that wait for neither consent nor redaction."""
        return self.filter(is_withheld=False)

    def withheld(self):
        """Photos that may not be seen by the public, wherever they stand."""
        return self.filter(is_withheld=True)

    def published(self):
        return super().published().showable()


class Stored(models.Model):
    """A row that owns files in the storage.

    Files follow their row: save() and both ways to delete are the plainest places that no path
    of the ORM or the admin passes by. Signals would do the same out of sight.
    """

    # The fields that describe the file, in every subclass: they are only ever stored with it.
    FACTS = ()

    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = StoredQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        """Store a new file together with its facts; remove the one that it replaces."""
        if update_fields is not None and "file" in update_fields:
            update_fields = {*update_fields, *self.FACTS}
        with transaction.atomic():
            before = self.locked_row()
            super().save(*args, update_fields=update_fields, **kwargs)
            if before and before.file.name != self.file.name:
                before.remove_files_after_commit()

    def locked_row(self):
        """Return this row as the database holds it, locked, or None when it is new."""
        if self.pk is None:
            return None
        return type(self)._base_manager.select_for_update(no_key=True).filter(pk=self.pk).first()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.remove_files_after_commit()
            return super().delete(*args, **kwargs)

    delete.alters_data = True

    def file_names(self):
        """Return every name in the storage that may belong to this row."""
        return [self.file.name]

    def remove_files_after_commit(self):
        names = self.file_names()
        transaction.on_commit(lambda: [default_storage.delete(name) for name in names])


class Photo(Stored):
    """A picture with the words that stand for it. Its names in the storage cannot be guessed."""

    FACTS = ("width", "height", "variant_widths", "variants_due_at", "redacted_at")

    file = PhotoField(
        _("image file"),
        upload_to="photos/",
        help_text=_(
            "A JPEG, PNG, WebP, AVIF or GIF image of up to 25 MB. The site keeps what one sees and "
            "nothing else: place, time and camera are taken out before it is stored. Faces and "
            "signs in the picture stay, so please look at it once more with an adversary's eyes."
        ),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    variant_widths = models.JSONField(_("lighter copies"), default=list, editable=False)
    variants_due_at = models.DateTimeField(_("lighter copies due"), null=True, editable=False)
    alt = models.CharField(
        _("description"),
        max_length=300,
        help_text=_(
            "Tell in one sentence what the picture shows and why it is here, as you would on the "
            "telephone: “Two volunteers load rice sacks onto a lorry in the snow.” Blind readers "
            "hear it, readers with slow connections see it first, and search engines find it."
        ),
    )
    caption = models.CharField(
        _("caption"),
        max_length=500,
        blank=True,
        help_text=_(
            "Stands below the picture for everybody: who, where, when, as far as it is safe to say."
        ),
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Who took it or gave it to us, as they wish to be named: “Photo: LFNKR”."),
    )
    people_recognisable = models.BooleanField(
        _("people recognisable"),
        default=False,
        help_text=_(
            "Somebody who knows them could say who they are: by a face, clothes, a house, a name in "
            "the caption. The public then sees the photo only with a note of their consent, or once "
            "it has been redacted."
        ),
    )
    consent = models.TextField(
        _("consent"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Who agreed to what, when, and to whom they said so. Never public. Name people as the "
            "office knows them, not with their real names."
        ),
    )
    redacted_at = models.DateTimeField(_("redacted"), null=True, editable=False)
    is_withheld = models.GeneratedField(
        expression=Q(people_recognisable=True, redacted_at=None) & ~Q(consent__regex=r"\S"),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("kept from the public"),
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="photo_newest_first"),
            models.Index(fields=["file"], name="photo_by_name"),
            models.Index(
                fields=["variants_due_at"],
                condition=Q(variants_due_at__isnull=False),
                name="photo_variants_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                # alt itself is only modeltranslation's copy; NULL would satisfy the pattern alone.
                condition=Q(alt_en__isnull=False, alt_en__regex=r"\S"),
                name="photo_alt_not_blank",
                violation_error_message=_(
                    "Describe the picture in English for those who cannot see it."
                ),
            ),
        ]

    def __str__(self):
        return self.alt or ""

    @property
    def shown(self):
        """The photo itself if the public may see it, else None: for templates and feeds."""
        return None if self.is_withheld else self

    def widths_wanted(self):
        """Return the widths of the lighter copies: never larger than the photo, whose own width is
        among them when it is small, so that no browser has to blow up a copy."""
        smaller = [width for width in VARIANT_WIDTHS if width < self.width]
        return smaller + [self.width] * (self.width <= VARIANT_WIDTHS[-1])

    def variant_name(self, width, suffix):
        """Return the name in the storage of the copy in that width (pixels) and format."""
        return f"{self.file.name.rpartition('.')[0]}-{width}.{suffix}"

    def file_names(self):
        widths = self.widths_wanted()
        variants = [
            self.variant_name(width, suffix) for width in widths for suffix in VARIANT_FORMATS
        ]
        return [self.file.name, *variants]


class Document(Stored):
    """A PDF to read or print: a report, a form, a leaflet."""

    FACTS = ("size", "pages")

    file = DocumentField(
        _("PDF file"),
        upload_to="documents/",
        help_text=_(
            "A PDF of up to 25 MB without a password. Its author, attachments, scripts, comments and "
            "bookmarks are taken out before it is stored. Black bars over a text do not remove it: "
            "print such a page to a new PDF as an image first."
        ),
    )
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    pages = models.PositiveIntegerField(_("pages"), editable=False)
    title = models.CharField(
        _("title"),
        max_length=200,
        help_text=_(
            "What a reader chooses by: “Annual report 2013”. Size and number of pages are added."
        ),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="document_newest_first"),
            models.Index(fields=["file"], name="document_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(title_en__isnull=False, title_en__regex=r"\S"),
                name="document_title_not_blank",
                violation_error_message=_("Give the document an English title."),
            ),
        ]

    def __str__(self):
        return self.title or ""
