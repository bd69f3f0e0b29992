"""The audit trail: who did what to what, and when. Never a value, never an address of a machine.

What a field held before stands in the history of its row, which can be purged; here it does not
stand, so nothing here ever has to be erased.
"""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def never_emptied(name):
    """Return the trigger that refuses TRUNCATE, which no trigger on rows would see."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
    )


def acting():
    """Return who is signed in where this runs, or None: a stranger, a command, the worker."""
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user and user.is_authenticated else None


def is_personal(model):
    """Say whether rows of this kind are about people outside, or are people."""
    return model._meta.label_lower in settings.PERSONAL_DATA


class ActManager(models.Manager):
    def note(self, action, about=None, *, by=None, fields=(), detail=""):
        """Write down one act, in the transaction of what it did. `about`: a row, or a model."""
        act = self.model.of(action, about, by=by, fields=fields, detail=detail)
        return self.bulk_create([act])[0]


class Act(models.Model):
    """One thing that somebody did. The database refuses to change it or to take it away."""

    class Action(models.TextChoices):
        SIGNED_IN = "signed-in", _("signed in")
        REFUSED = "refused", _("was refused at the door")
        LOCKED_OUT = "locked-out", _("was locked out")
        SIGNED_OUT = "signed-out", _("signed out")
        FACTOR_ADDED = "factor-added", _("added a second factor")
        FACTOR_REMOVED = "factor-removed", _("removed a second factor")
        PASSWORD = "password", _("changed a password")
        ROLES = "roles", _("changed what somebody may do")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        PUBLISHED = "published", _("published")
        WITHDREW = "withdrew", _("withdrew")
        DID = "did", _("did")
        VIEWED = "viewed", _("looked at personal data")
        EXPORTED = "exported", _("took out a file")
        FORBIDDEN = "forbidden", _("tried what they may not")

    at = models.DateTimeField(_("moment"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        related_name="acts",
        help_text=_("Nobody: a stranger, or a command on the server."),
    )
    action = models.CharField(_("what"), max_length=20, choices=Action)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, verbose_name=_("kind"), null=True, related_name="+"
    )
    object_id = models.CharField(_("number"), max_length=40, blank=True)
    name = models.CharField(
        _("name at that time"), max_length=200, blank=True, help_text=_("Not of people.")
    )
    fields = ArrayField(models.CharField(max_length=100), verbose_name=_("fields"), default=list)
    detail = models.CharField(_("more exactly"), max_length=200, blank=True)

    objects = ActManager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        default_permissions = ["view"]
        indexes = [
            models.Index(fields=["at"], name="act_day"),
            models.Index(fields=["actor", "-id"], name="act_person"),
            models.Index(fields=["action", "-id"], name="act_action"),
            models.Index(fields=["content_type", "object_id"], name="act_object"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="act_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            never_emptied("acts_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.get_action_display()} {self.what}".strip()

    @classmethod
    def of(cls, action, about=None, *, by=None, fields=(), detail=""):
        """Return an act, not yet saved, by `by` or by whoever is signed in where this runs."""
        act = cls(action=action, actor=by or acting(), detail=detail[:200])
        act.fields = [str(field)[:100] for field in fields]
        if about is not None:
            act.content_type = ContentType.objects.get_for_model(about)
        if isinstance(about, models.Model):
            act.object_id = str(about.pk)[:40]
            act.name = "" if is_personal(about) else str(about)[:200]
        return act

    @property
    def what(self):
        """Name what it was done to, as it was called then. No query once the kinds are known."""
        if not self.content_type_id:
            return ""
        kind = ContentType.objects.get_for_id(self.content_type_id).name
        number = _("No. %(number)s") % {"number": self.object_id} if self.object_id else ""
        return " ".join(filter(None, (kind, number, self.name and f"“{self.name}”")))
