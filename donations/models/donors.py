"""Who gives. All that names a donor stands here, and erasing blanks it while every sum stays."""

from babel import Locale
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def country_choices():
    """Return (code, name) of each country in the page's language, in the order of its letters."""
    names = Locale.parse(get_language() or settings.LANGUAGE_CODE).territories
    countries = [
        (code, name) for code, name in names.items() if code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(countries, key=lambda country: country[1])


# Babel's territories that nobody lives in: outlying Oceania, unions, the unknown.
NO_COUNTRIES = {"QO", "EU", "EZ", "UN", "ZZ", "XA", "XB"}


class DonorQuerySet(models.QuerySet):
    def proved(self):
        """Donors who have shown that the address is theirs."""
        return self.filter(email_proved_at__isnull=False)

    def with_gifts(self):
        """Annotate `gift_count`, how many stand, and `last_gift_on`."""
        # Named as text: gifts know donors, not the other way round.
        gifts = apps.get_model("donations", "Donation").objects.standing().order_by()
        mine = gifts.filter(donor=OuterRef("pk")).values("donor")
        return self.annotate(
            gift_count=Coalesce(Subquery(mine.annotate(count=Count("pk")).values("count")), 0),
            last_gift_on=Subquery(mine.annotate(last=Max("received_on")).values("last")),
        )

    def alike(self):
        """Donors who share their e-mail address or their name with another one.

        Reads all donors twice, whatever is asked for of them; nothing else grows with them.
        """
        donors = self.annotate(upper_name=Upper("name"))
        return donors.filter(
            Q(upper_name__in=_shared(Upper("name"))) | Q(email__in=_shared(F("email")))
        )

    def at(self, email):
        """Those who proved this address; one at most."""
        return self.proved().filter(email=bare_email(email))


def _shared(what):
    """Return what more than one donor has of a text, without the empty one."""
    donors = Donor.objects.order_by().annotate(shared=what).exclude(shared="")
    counted = donors.values("shared").annotate(donors=Count("pk"))
    return counted.filter(donors__gt=1).values("shared")


def bare_email(email):
    """Return an address in small letters: one person, one donor, however it was typed."""
    return email.strip().lower()


class Donor(models.Model):
    """Somebody who promised or gave something. May be without a name, and without an address."""

    class Shown(models.TextChoices):
        NOTHING = "nothing", _("Nothing: I stay anonymous")
        NAME = "name", _("My name, but not the amount")
        NAME_AND_AMOUNT = "amount", _("My name and the amount")

    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    email_proved_at = models.DateTimeField(
        _("address proved"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When somebody followed a link that was sent there."),
    )
    address = models.TextField(
        _("postal address"), blank=True, help_text=_("Only where a receipt needs it.")
    )
    country = models.CharField(_("country"), max_length=2, blank=True, choices=country_choices)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    public_name = models.CharField(
        _("name in public"), max_length=80, blank=True, help_text=_("Empty: as the name says.")
    )
    shown = models.CharField(
        _("what the public may see"), max_length=10, choices=Shown, default=Shown.NOTHING
    )
    may_write = models.BooleanField(
        _("may be written to"),
        default=False,
        help_text=_("Agreed to news by e-mail. Letters about a pledge need no such consent."),
    )
    note = models.TextField(_("note (never public)"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    history = HistoricalRecords()
    objects = DonorQuerySet.as_manager()

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(email_proved_at__isnull=False),
                name="donor_of_a_proved_address_once",
                violation_error_message=_("Another donor has proved this address. Merge the two."),
            ),
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")),
                name="donor_email_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
            models.CheckConstraint(
                condition=Q(email_proved_at=None) | ~Q(email=""),
                name="donor_proved_an_address",
                violation_error_message=_("Only an address can be proved."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    name="",
                    email="",
                    address="",
                    country="",
                    public_name="",
                    shown="nothing",
                    may_write=False,
                    note="",
                ),
                name="donor_erased_whole",
                violation_error_message=_("Of an erased donor nothing is kept but the number."),
            ),
        ]

    def __str__(self):
        return self.name or _("Donor No. %(number)s") % {"number": self.pk}

    def clean(self):
        self.email = bare_email(self.email)

    def vanish(self):
        """Delete the row and its history, in which deleting writes everything once more."""
        number = self.pk
        self.delete()
        Donor.history.filter(id=number).delete()

    @property
    def name_in_public(self):
        """What the public may call this donor; "" for one who stays anonymous."""
        return "" if self.shown == self.Shown.NOTHING else self.public_name or self.name
