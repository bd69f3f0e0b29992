"""Visitors who want a seat. Their rows are kept as long as the event needs them, no longer."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .programme import Event

MOST_SEATS = 10
UNCONFIRMED_FOR = timedelta(days=7)


class RegistrationQuerySet(models.QuerySet):
    def seated(self):
        """Those who have their seats. Nobody else holds any."""
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self):
        """The waiting list, in its order."""
        return self.filter(state=Registration.State.WAITING).order_by("confirmed_at", "pk")

    def seats(self):
        """Count the seats of these. One query."""
        return self.aggregate(seats=Coalesce(Sum("seats"), 0))["seats"]

    def outdated(self):
        """Those of events that were over long ago, and those that nobody confirmed in a week."""
        now = timezone.now()
        over = Q(event__over_at__lt=now - timedelta(days=settings.REGISTRATIONS_KEEP_DAYS))
        State = Registration.State
        stale = Q(state=State.UNCONFIRMED, registered_at__lt=now - UNCONFIRMED_FOR)
        return self.filter(over | stale)


class Registration(models.Model):
    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("not confirmed yet")
        CONFIRMED = "confirmed", _("has a seat")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Empty for who called by telephone: they get no e-mail."),
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(
        _("state"), max_length=11, choices=State, default=State.UNCONFIRMED, editable=False
    )
    registered_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    # Stands in the signed link: a new one makes all older links useless.
    link_version = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["event", "state"], name="registration_of_event")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=MOST_SEATS),
                name="registration_for_some_seats",
                violation_error_message=_("From one seat to ten."),
            ),
            models.UniqueConstraint(
                fields=["event", "email"],
                condition=~Q(state="cancelled") & ~Q(email=""),
                name="registration_once_per_address",
                violation_error_message=_("This e-mail address is registered already."),
            ),
        ]

    def __str__(self):
        return self.name
