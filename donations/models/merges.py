"""What becomes of donors' rows: merged when one person had two, named in public when they agreed."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .donors import Donor
from .gifts import Donation


class Merge(models.Model):
    """Which donor's rows went to which other donor. Numbers alone, so that erasing finds no name.

    With them a merge that was wrong can be explained, and taken apart by hand.
    """

    kept = models.ForeignKey(
        Donor, models.PROTECT, verbose_name=_("donor"), related_name="merges", editable=False
    )
    gone = models.BigIntegerField(_("number of the donor that is no more"), unique=True)
    pledges = ArrayField(models.BigIntegerField(), verbose_name=_("pledges that moved"))
    donations = ArrayField(models.BigIntegerField(), verbose_name=_("donations that moved"))
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("merge of donors")
        verbose_name_plural = _("merges of donors")
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="merge_is_never_deleted", operation=pgtrigger.Delete),
            # A donor who is kept may be merged into a third one later: then `kept` follows.
            pgtrigger.ReadOnly(name="merge_record_stays", exclude=["kept"]),
        ]

    def __str__(self):
        return _("Donor No. %(gone)s became No. %(kept)s") % {
            "gone": self.gone,
            "kept": self.kept_id,
        }


class NameOnWallQuerySet(models.QuerySet):
    def published(self):
        """Names of donors who agreed, who gave what is not gone, and who are still called so."""
        called = Case(
            When(donor__public_name="", then=F("donor__name")), default=F("donor__public_name")
        )
        left = Donation.objects.standing().with_kept().filter(Q(kept__gt=0) | Q(amount=None))
        agreed = self.exclude(donor__shown=Donor.Shown.NOTHING).filter(name=called)
        return agreed.filter(Exists(left.filter(donor=OuterRef("donor"))))


class NameOnWall(models.Model):
    """The name of a donor that the treasurer has read and lets stand on the page of thanks.

    A donor who takes another name, or none, is off the page until somebody has read that too.
    """

    donor = models.OneToOneField(
        Donor, models.CASCADE, verbose_name=_("donor"), related_name="on_wall"
    )
    name = models.CharField(_("name as it was read"), max_length=120)
    read_on = models.DateField(_("read"), default=timezone.localdate)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+"
    )

    objects = NameOnWallQuerySet.as_manager()

    class Meta:
        verbose_name = _("name on the page of thanks")
        verbose_name_plural = _("names on the page of thanks")

    def __str__(self):
        return self.name
