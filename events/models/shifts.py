"""Shifts: a job at an event that needs some volunteers, and who takes it."""

import uuid

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.languages import LanguagesField, language_names

from .people import Volunteer
from .programme import Event
from .timed import Timed


class ShiftQuerySet(models.QuerySet):
    def with_numbers(self):
        """Annotate how many hold a place (`held`), of whom so many still wait for a yes
        (`asked`), and how many stand on the waiting list (`waiting`)."""
        State = Duty.State

        def count(*states):
            return Count("duties", filter=Q(duties__state__in=states))

        return self.annotate(
            held=count(State.TAKEN, State.ASKED),
            asked=count(State.ASKED),
            waiting=count(State.WAITING),
        )

    def open_to_volunteers(self):
        """Shifts of public events that are not over."""
        events = Event.objects.published().upcoming().exclude(status=Event.Status.CANCELLED)
        return self.filter(event__in=events)

    def with_gaps(self):
        """Shifts to come that lack people. Needs `with_numbers()`."""
        return self.filter(held__lt=F("needed"))

    def in_order(self):
        return self.order_by("day", F("starts").asc(nulls_first=True), "pk")


class Shift(Timed):
    event = models.ForeignKey(Event, models.CASCADE, related_name="shifts")
    job = models.CharField(_("job"), max_length=200)
    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        help_text=_("Read only by those who hold the shift, and by coordinators."),
    )
    needed = models.PositiveSmallIntegerField(_("people needed"), default=1)
    languages = LanguagesField(_("languages wanted"))
    notes = models.TextField(
        _("notes"),
        blank=True,
        help_text=_("Read only by those who hold the shift, and by coordinators."),
    )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # Kept by the database, whoever writes: migration 0005 has the rules.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta(Timed.Meta):
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        permissions = [("take_shift", _("Can take shifts"))]
        ordering = ["day", F("starts").asc(nulls_first=True), "pk"]
        constraints = [
            *Timed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(needed__gt=0),
                name="shift_needs_somebody",
                violation_error_message=_("A shift needs at least one person."),
            ),
        ]

    def __str__(self):
        return self.job or ""

    @property
    def languages_text(self):
        return language_names(self.languages)

    def has_begun(self):
        """Say whether it is too late to take or give back. The event is loaded."""
        return self.starts_at(self.event.zone) <= timezone.now()


class Duty(models.Model):
    """A volunteer's part in a shift: a place, a place that waits for a yes, or a place in the queue."""

    class State(models.TextChoices):
        TAKEN = "taken", _("taken")
        ASKED = "asked", _("waits for the coordinator's yes")
        WAITING = "waiting", _("on the waiting list")
        REFUSED = "refused", _("refused")

    HOLDING = (State.TAKEN, State.ASKED)

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="duties")
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, verbose_name=_("volunteer"), related_name="duties"
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)

    class Meta:
        verbose_name = _("volunteer on a shift")
        verbose_name_plural = _("volunteers on shifts")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"],
                name="volunteer_once_per_shift",
                violation_error_message=_("This volunteer is on the shift already."),
            ),
        ]

    def __str__(self):
        return f"{self.volunteer}: {self.shift}"
