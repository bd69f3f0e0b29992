"""Days on which something happened."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

EARLIEST = date(1990, 1, 1)  # before it there was nothing of ours: 0207 is 2007, mistyped


def check_day(day):
    """Raise ValidationError for a day to come, and for one of another age."""
    if day > timezone.localdate():
        raise ValidationError(
            _("%(day)s has not come yet: enter what happened, once it has.")
            % {"day": date_format(day)}
        )
    check_age(day)


def check_age(day):
    """Raise ValidationError for a day before there was anything of ours."""
    if day < EARLIEST:
        raise ValidationError(_("This day lies too far back. Look at the year."))
