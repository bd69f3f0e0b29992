"""The NGO itself: how to reach it, and where else it is found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrganisationQuerySet(models.QuerySet):
    def the_one(self):
        """Return the NGO with its `links` fetched, or an empty one. Two queries at most."""
        return self.prefetch_related("links").first() or Organisation()

    def office_email(self):
        """Return the address that letters to the NGO go to. One query."""
        return self.values_list("email", flat=True).first() or settings.DEFAULT_FROM_EMAIL


class Organisation(models.Model):
    """The NGO. There is one row, and the office can neither add nor delete any."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200)
    representative = models.CharField(
        _("representative"), max_length=200, blank=True, help_text=_("Who speaks for us in public.")
    )
    address = models.TextField(
        _("postal address"), blank=True, help_text=_("Line by line, as on an envelope.")
    )
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, help_text=_("Like +81-3-3815-8127.")
    )
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_(
            "Shown to everybody, and messages of the contact form go there. While it is empty,"
            " they go to the address that the settings name as the sender of our e-mails."
        ),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="organisation_only_one",
                violation_error_message=_("There is one organisation. Change it instead."),
            ),
        ]

    def __str__(self):
        return self.name or ""

    @property
    def telephone_link(self):
        """The number as telephones dial it: "tel:+81338158127"."""
        return "tel:" + "".join(sign for sign in self.telephone if sign in "+0123456789")


class Link(models.Model):
    """A place elsewhere that visitors of ours may look for."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Account of ours on a social network")
        SITE = "site", _("Other web site of ours")
        PARTNER = "partner", _("Partner")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="links", default=1, editable=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ACCOUNT)
    label = models.CharField(_("label"), max_length=100, help_text=_("Like “Our Japanese site”."))
    url = models.URLField(_("address"), max_length=500)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links and accounts")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="link_leads_to_the_web",
                violation_error_message=_("Begin the address with https://"),
            ),
        ]

    def __str__(self):
        return self.label or ""
