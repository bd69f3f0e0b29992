"""Volunteers: people with an account of their own, and the events that they are assigned to."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.languages import LanguagesField, language_names

from .programme import Event

ROLE = "volunteer"


class VolunteerQuerySet(models.QuerySet):
    def active(self):
        """Volunteers who may still sign in."""
        return self.filter(user__is_active=True)


class Volunteer(models.Model):
    """What is known of a volunteer besides name and e-mail address, which stand on the account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="volunteer"
    )
    languages = LanguagesField(_("languages"), help_text=_("Which you speak well enough to help."))
    skills = models.TextField(
        _("skills"),
        blank=True,
        max_length=1000,
        help_text=_("Like interpreting, driving, cooking, first aid, photography."),
    )
    mail_language = models.CharField(
        _("language of e-mails"),
        max_length=2,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("invited by"),
        null=True,
        editable=False,
        related_name="invited_volunteers",
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    # Stands in the signed address of the private calendar: a new one revokes all older addresses.
    calendar_version = models.UUIDField(default=uuid.uuid4, editable=False)
    events = models.ManyToManyField(
        Event, through="Assignment", verbose_name=_("events"), related_name="volunteers"
    )

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["user__name", "user__email"]

    def __str__(self):
        return str(self.user)

    @property
    def languages_text(self):
        return language_names(self.languages)

    def revoke_calendar(self):
        """Let no address of the private calendar that was ever given out work any more."""
        self.calendar_version = uuid.uuid4()
        self.save(update_fields=["calendar_version"])


class Assignment(models.Model):
    """A volunteer helps at an event, and so may know its private place."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="assignments")
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, verbose_name=_("volunteer"), related_name="assignments"
    )

    class Meta:
        verbose_name = _("assigned volunteer")
        verbose_name_plural = _("assigned volunteers")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "volunteer"],
                name="volunteer_once_per_event",
                violation_error_message=_("This volunteer is assigned to the event already."),
            ),
        ]

    def __str__(self):
        return str(self.volunteer)
