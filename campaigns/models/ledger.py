"""The ledger: what was promised, came, was bought, left and arrived. Nothing in it is ever changed."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.acts import never_emptied
from campaigns.money import CurrencyField, MoneyField

from .appeals import QUANTITY, Need, Region


class EntryQuerySet(models.QuerySet):
    def in_order(self):
        """In the order of entry, which is what counts; days may lie back."""
        return self.order_by("pk")

    def standing(self):
        """Lines that are neither reversed nor a reversal."""
        return self.filter(reverses=None, reversed_by=None)


class Entry(models.Model):
    """One line in a need's ledger. A mistake is reversed by one further line that names it."""

    class Kind(models.TextChoices):
        PLEDGED = "pledged", _("pledged")
        RELEASED = "released", _("released from a pledge")
        FUNDED = "funded", _("funded with money")
        GIVEN = "given", _("goods received")
        PURCHASED = "purchased", _("purchased")
        DISPATCHED = "dispatched", _("dispatched")
        DELIVERED = "delivered", _("delivered")
        LOST_IN_STORE = "lost_in_store", _("lost in store")
        LOST_ON_THE_WAY = "lost_on_the_way", _("lost on the way")
        RETURNED = "returned", _("taken back")
        TRANSFERRED_IN = "transferred_in", _("transferred in")
        TRANSFERRED_OUT = "transferred_out", _("transferred out")

    need = models.ForeignKey(Need, models.PROTECT, verbose_name=_("need"), related_name="entries")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    happened_on = models.DateField(_("day"))
    amount = MoneyField(
        _("money"),
        null=True,
        blank=True,
        help_text=_("What a purchase cost, or the money behind a pledge or a gift."),
    )
    currency = CurrencyField(blank=True)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("reverses"),
        null=True,
        blank=True,
        related_name="reversed_by",
    )
    came_from = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("came from"),
        null=True,
        blank=True,
        related_name="went_to",
        help_text=_("Of a transfer: the line by which it left the other need."),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    of_donation = models.BooleanField(
        _("of a donation"),
        default=False,
        editable=False,
        help_text=_("It is taken back where the donation is, and not in the ledger."),
    )
    slip = models.UUIDField(
        _("slip"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Names the form that was sent, so that pressing twice enters once."),
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["need", "kind", "happened_on"],
                include=["quantity", "amount"],
                name="entry_sums",
            ),
            models.Index(
                fields=["need", "kind"],
                include=["amount"],
                condition=Q(quantity=0),
                name="entry_sums_before_a_price",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, quantity__gt=0)
                | Q(reverses__isnull=False, quantity__lt=0)
                # Money for what has no price yet counts as money and as nothing else.
                | Q(quantity=0, amount__isnull=False, kind__in=["pledged", "released", "funded"]),
                name="entry_negative_only_to_reverse",
                violation_error_message=_("Only a line that reverses another may be negative."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None, currency="") | (Q(amount__isnull=False) & ~Q(currency="")),
                name="entry_money_has_a_currency",
                violation_error_message=_("An amount of money has a currency."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(kind__in=["pledged", "released", "funded", "purchased"]),
                name="entry_money_only_where_it_flows",
                violation_error_message=_("Goods that move cost no money here."),
            ),
            models.CheckConstraint(
                condition=Q(came_from=None) ^ Q(kind="transferred_in", reverses=None),
                name="entry_transfer_has_two_ends",
                violation_error_message=_("What is transferred in came from another need."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="entry_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            never_emptied("entries_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.need.text_of(self.quantity)}"


class EntryDetail(models.Model):
    """What may be learnt late or must be erasable, beside the line that stays as it is."""

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="detail", editable=False
    )
    private_place = models.CharField(
        _("place (never public)"),
        max_length=200,
        blank=True,
        help_text=_(
            "Only campaigners and auditors read it. Leave it out where you can. Emptied, it is"
            " forgotten in the history as well."
        ),
    )
    private_note = models.TextField(
        _("note (never public)"),
        blank=True,
        help_text=_("Emptied, it is forgotten in the history as well."),
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        verbose_name=_("region (public)"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What the public may learn later, with the month and with others' deliveries."),
    )
    people_reached = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    report = models.ForeignKey(
        "news.Article",
        models.SET_NULL,
        verbose_name=_("report"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The article that tells of it; the campaign's page leads there."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("detail of an entry")
        verbose_name_plural = _("details of entries")

    def __str__(self):
        return str(self.entry)
