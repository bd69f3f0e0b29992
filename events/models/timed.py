"""Something that happens on a day: at a time of the wall clock, or at no time known yet."""

from datetime import time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.zones import at


class Timed(models.Model):
    """Times stand as the wall clock shows them, in the zone of the event.

    So they stay right when a government moves a clock change between writing and the day.
    """

    day = models.DateField(_("day"))
    starts = models.TimeField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("In the event's time zone. Empty while only the day is known."),
    )
    ends = models.TimeField(_("to"), null=True, blank=True)
    ends_on = models.DateField(
        _("ends on another day"),
        null=True,
        blank=True,
        help_text=_("Only when it ends on a later day than it begins."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(starts__isnull=False),
                name="%(app_label)s_%(class)s_end_needs_start",
                violation_error_message=_("Say from when, or leave the end empty too."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("day")),
                name="%(app_label)s_%(class)s_last_day_after_first",
                violation_error_message=_("The day on which it ends lies before its day."),
            ),
            models.CheckConstraint(
                # Where `ends_on` is empty, the comparison alone would be neither true nor false.
                condition=Q(ends=None)
                | Q(ends__gt=F("starts"))
                | Q(ends_on__isnull=False, ends_on__gt=F("day")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_message=_(
                    "It ends before it starts. If it ends after midnight, say on which day."
                ),
            ),
        ]

    @property
    def last_day(self):
        return self.ends_on or self.day

    def starts_at(self, zone):
        """Return the moment it begins: midnight when only the day is known."""
        return at(self.day, self.starts or time.min, zone)

    def ends_at(self, zone):
        """Return the moment from which on it is over, as far as anybody knows."""
        if self.ends:
            return at(self.last_day, self.ends, zone)
        if self.starts and not self.ends_on:
            return at(self.day, self.starts, zone)
        return at(self.last_day + timedelta(days=1), time.min, zone)

    def overlaps(self, other, zone):
        """Say whether both go on at one moment; what only has a day is in nobody's way."""
        if not (self.starts and other.starts):
            return False
        ours, theirs = self.starts_at(zone), other.starts_at(zone)
        return ours == theirs or (ours < other.ends_at(zone) and theirs < self.ends_at(zone))
