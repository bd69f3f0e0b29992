"""Who asked for lost links. What is sent, and whether, is decided when the letter is written."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# As long as the outbox tries to send a letter.
KEPT = timedelta(days=4)


class LostLinkQuerySet(models.QuerySet):
    def forget_past(self):
        """Delete the wishes whose letter was written or given up by now."""
        return self.filter(asked_at__lte=timezone.now() - KEPT).delete()


class LostLink(models.Model):
    """A wish to get the links to one's pledges once more.

    Answering it asks nothing about the address, so that neither words nor time tell whether it is
    known here.
    """

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    objects = LostLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lost link")
        verbose_name_plural = _("lost links")
        indexes = [models.Index(fields=["asked_at"], name="lost_link_oldest")]

    def __str__(self):
        return str(self.pk)
