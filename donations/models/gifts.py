"""What really arrived, what it counts for, and at which rate. Posted once, never changed."""

import uuid
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pgtrigger
from babel.numbers import get_currency_precision
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import never_emptied
from campaigns.models import Entry
from campaigns.models.appeals import QUANTITY
from campaigns.money import CurrencyField, MoneyField, money_text

from .donors import Donor
from .pledges import Instalment, PaymentMethod, PledgeLine

WITHOUT_CENTS = ["JPY", "KRW"]
RATE_HOLDS = timedelta(days=31)  # a month's rate is near enough for a month's gifts


def whole(amount="amount", currency="currency"):
    """The condition that money of a currency without smaller unit has no digits after the point."""
    return Q(**{f"{amount}__isnull": True}) | ~Q(**{f"{currency}__in": WITHOUT_CENTS}) | Q(
        **{amount: Round(F(amount))}
    )  # fmt: skip


class DayRateQuerySet(models.QuerySet):
    def rate(self, currency, into, on):
        """Return how much of `into` one of `currency` is worth on a day. One query, or none.

        The newest rate of the month before counts; one of the opposite direction is turned round.
        Raises ValidationError that asks for the rate when there is none.
        """
        if currency == into:
            return Decimal(1)
        there = Q(currency=currency, into=into) | Q(currency=into, into=currency)
        found = self.filter(there, day__lte=on, day__gt=on - RATE_HOLDS).order_by("-day").first()
        if found is None:
            raise ValidationError(
                gettext("Enter the rate of %(currency)s in %(into)s of %(day)s, or of a day in the"
                     " month before. Then try again.")
                % {"currency": currency, "into": into, "day": date_format(on)}
            )  # fmt: skip
        if found.currency == currency:
            return found.rate
        return (1 / found.rate).quantize(Decimal("1e-10"))


class DayRate(models.Model):
    """What one unit of a currency was worth in another on a day, as staff looked it up."""

    day = models.DateField(_("day"))
    currency = CurrencyField()
    into = CurrencyField(verbose_name=_("in"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=20,
        decimal_places=10,
        help_text=_("How many of the second currency one of the first is worth, like 151.30."),
    )

    objects = DayRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "currency", "into"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "currency", "into"],
                name="rate_once_a_day",
                violation_error_message=_("There is a rate of this day already."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="rate_is_more_than_nothing",
                violation_error_message=_("Write a rate of more than nothing."),
            ),
            models.CheckConstraint(
                condition=~Q(currency=F("into")),
                name="rate_between_two_currencies",
                violation_error_message=_("Choose two different currencies."),
            ),
        ]

    def __str__(self):
        return f"{self.day}: 1 {self.currency} = {self.rate.normalize():f} {self.into}"


def converted(amount, rate, into):
    """Return money in another currency, in whole units of it."""
    unit = Decimal(1).scaleb(-get_currency_precision(into))
    return (amount * rate).quantize(unit, ROUND_HALF_UP)


class DonationQuerySet(models.QuerySet):
    def gifts(self):
        """What came, without the rows that take something back."""
        return self.filter(reverses=None)

    def without_mistakes(self):
        """Rows that tell what happened: neither void gifts nor the rows that made them void."""
        void = Donation.objects.filter(reverses=OuterRef("pk"), cause=Donation.Cause.VOID)
        return self.exclude(cause=Donation.Cause.VOID).exclude(Exists(void))

    def standing(self):
        """Gifts that were not void: what was refunded later did arrive."""
        return self.gifts().without_mistakes()

    def remaining(self):
        """Gifts that stand and of which not everything went back to its giver."""
        backs = Donation.objects.filter(reverses=OuterRef("pk")).order_by().values("reverses")
        went_back = Subquery(backs.values(sum=-Sum("amount")))
        return self.standing().exclude(amount__isnull=False, amount=Coalesce(went_back, Decimal(0)))

    def unthanked(self):
        """Gifts of known donors that remain and for which nobody has said thank you."""
        known = self.remaining().filter(donor__isnull=False, donor__erased_at=None)
        return known.filter(thanked_on=None)

    def without_receipt(self):
        """Gifts that stand, of donors with a name, for which no valid receipt was issued."""
        # Named as text: receipts know gifts, not the other way round.
        valid = apps.get_model("donations", "Receipt").objects.valid()
        return (
            self.remaining()
            .filter(~Exists(valid.filter(donation=OuterRef("pk"))), donor__isnull=False)
            .exclude(donor__name="")
        )

    def with_purpose(self):
        """Fetch what the gifts count for now; then `purpose` says it. One query for all of them."""
        return self.prefetch_related(
            Prefetch("allocations", Allocation.objects.standing().with_purpose())
        )

    def with_state(self):
        """Annotate `is_void` and `went_back`: how much of it went back to its giver."""
        backs = Donation.objects.filter(reverses=OuterRef("pk"))
        return self.annotate(
            is_void=Exists(backs.filter(cause=Donation.Cause.VOID)),
            went_back=Subquery(
                backs.order_by().values("reverses").annotate(sum=Sum("amount")).values("sum")
            ),
        )

    def with_kept(self):
        """Annotate `kept`: the amount less what went back, in the gift's own currency."""
        return self.annotate(kept=F("amount") + Coalesce(Sum("reversals__amount"), Decimal(0)))


class Donation(models.Model):
    """Money or goods that really arrived, or a row that takes such a gift back.

    The figures of a posted row stay for ever. Whom it came from may be learnt late.
    """

    class Cause(models.TextChoices):
        VOID = "void", _("entered by mistake")
        REFUND = "refund", _("given back")
        CHARGEBACK = "chargeback", _("called back by the bank")

    donor = models.ForeignKey(
        Donor, models.PROTECT, verbose_name=_("donor"), null=True, blank=True,
        related_name="donations", help_text=_("Empty: nobody knows, or wants it known."),
    )  # fmt: skip
    instalment = models.ForeignKey(
        Instalment, models.PROTECT, verbose_name=_("pledge"), null=True, blank=True,
        related_name="donations",
    )  # fmt: skip
    received_on = models.DateField(_("day"))
    method = models.ForeignKey(
        PaymentMethod, models.PROTECT, verbose_name=_("how it came"), null=True, blank=True
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    currency = CurrencyField(blank=True)
    fee = MoneyField(
        _("fee"), default=0, help_text=_("What the bank or PayPal kept of it, in its currency.")
    )
    transaction_id = models.CharField(
        _("transaction id"), max_length=100, null=True, blank=True, unique=True,
        error_messages={"unique": _("A donation with this transaction id is booked already.")},
    )  # fmt: skip
    goods = models.CharField(
        _("which goods"), max_length=200, blank=True, help_text=_("Like “3 summer sets, new”.")
    )
    valuation = MoneyField(
        _("donor's own valuation"), null=True, blank=True,
        help_text=_("What the donor says the goods are worth; for the receipt alone."),
    )  # fmt: skip
    valuation_currency = CurrencyField(verbose_name=_("its currency"), blank=True)
    reverses = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("takes back"), null=True, blank=True,
        related_name="reversals", editable=False,
    )  # fmt: skip
    cause = models.CharField(_("because it was"), max_length=10, choices=Cause, blank=True)
    note = models.TextField(_("note (never public)"), blank=True)
    thanked_on = models.DateField(_("thanked"), null=True, blank=True)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("entered by"), null=True,
        editable=False, related_name="+",
    )  # fmt: skip
    slip = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        ordering = ["-received_on", "-pk"]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="donation_newest_first"),
            models.Index(fields=["reverses"], condition=Q(cause="void"), name="donation_void"),
            models.Index(
                fields=["-received_on", "-id"],
                condition=Q(reverses=None, thanked_on=None),
                name="donation_unthanked",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None, currency="", fee=0)
                | (Q(amount__isnull=False) & ~Q(currency="") & ~Q(amount=0) & Q(goods="")),
                name="donation_is_money_or_goods",
                violation_error_message=_("Enter an amount with its currency, or goods."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(reverses=None, amount__gt=0, fee__gte=0)
                | Q(reverses__isnull=False, amount__lt=0),
                name="donation_negative_only_to_reverse",
                violation_error_message=_("Only a row that takes back a gift is negative."),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, cause="") | (Q(reverses__isnull=False) & ~Q(cause="")),
                name="donation_reversed_for_a_cause",
                violation_error_message=_("Say why it is taken back."),
            ),
            models.CheckConstraint(
                condition=Q(valuation=None, valuation_currency="")
                | (Q(valuation__gt=0, amount=None) & ~Q(valuation_currency="")),
                name="donation_valuation_of_goods",
                violation_error_message=_("A valuation belongs to goods, and has a currency."),
            ),
            models.CheckConstraint(
                condition=whole() & whole("fee"),
                name="donation_in_whole_units",
                violation_error_message=_("This currency has no smaller unit."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="donation_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="donation_figures_stay", exclude=["donor", "goods", "note", "thanked_on"]
            ),
            never_emptied("donations_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.text}, {date_format(self.received_on)}"

    @property
    def is_money(self):
        return self.amount is not None

    @property
    def purpose(self):
        """What a gift that was fetched `with_purpose()` counts for, in words."""
        return "; ".join(dict.fromkeys(part.purpose for part in self.allocations.all()))

    @property
    def text(self):
        """What came, in words."""
        return money_text(self.amount, self.currency) if self.is_money else self.goods

    @property
    def fee_text(self):
        return money_text(self.fee, self.currency) if self.fee else ""

    @property
    def valuation_text(self):
        if self.valuation is None:
            return ""
        return money_text(self.valuation, self.valuation_currency)

    @property
    def state_text(self):
        """What became of a row `with_state()`, in words; "" for a gift that simply stands."""
        if self.reverses_id:
            return gettext("takes back No. %(number)s: %(cause)s") % {
                "number": self.reverses_id,
                "cause": self.get_cause_display(),
            }
        if self.is_void:
            return gettext("void")
        if self.went_back:
            return gettext("%(sum)s went back") % {
                "sum": money_text(-self.went_back, self.currency)
            }
        return ""


class AllocationQuerySet(models.QuerySet):
    def standing(self):
        """Rows that are neither reversed nor a reversal."""
        return self.filter(reverses=None, reversed_by=None)

    def with_purpose(self):
        """With all that is needed to say what it counts for. One query."""
        return self.select_related("donation", "need__supply", "need__campaign", "campaign")


class Allocation(models.Model):
    """What part of a donation counts for which need, campaign or for general funds.

    Money is in the donation's currency. For a need it stands beside the unit cost and the rate of
    that day and is posted in the need's ledger. `settles` tells how much of a promise this fulfils,
    in what the line of the pledge promises.
    """

    donation = models.ForeignKey(Donation, models.PROTECT, related_name="allocations")
    need = models.ForeignKey(
        "campaigns.Need", models.PROTECT, verbose_name=_("need"), null=True, blank=True,
        related_name="allocations",
    )  # fmt: skip
    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, verbose_name=_("campaign"), null=True, blank=True,
        related_name="allocations",
    )  # fmt: skip
    line = models.ForeignKey(
        PledgeLine, models.PROTECT, verbose_name=_("line of the pledge"), null=True, blank=True,
        related_name="allocations",
    )  # fmt: skip
    amount = MoneyField(_("amount"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), null=True, blank=True, **QUANTITY)
    unit_cost = MoneyField(_("cost of one"), null=True, blank=True)
    rate = models.DecimalField(
        _("rate"), max_digits=20, decimal_places=10, null=True, blank=True,
        help_text=_("How many of the campaign's currency one of the donation's was worth."),
    )  # fmt: skip
    settles = models.DecimalField(_("of the promise"), null=True, blank=True, **QUANTITY)
    entry = models.OneToOneField(
        Entry, models.PROTECT, verbose_name=_("entry"), null=True, blank=True,
        related_name="allocation",
    )  # fmt: skip
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    changed_on = models.DateField(
        _("changed on"), null=True, blank=True,
        help_text=_("Of what a refund changed: the day on which the money went back."),
    )  # fmt: skip

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need=None) | Q(campaign=None),
                name="allocation_for_one_purpose",
                violation_error_message=_(
                    "Money counts for a need or for a campaign, not for both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(need=None, entry=None) | Q(need__isnull=False, entry__isnull=False),
                name="allocation_to_a_need_is_posted",
                violation_error_message=_("What counts for a need stands in its ledger."),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) & (Q(amount=None) | Q(amount__gt=0))
                | Q(reverses__isnull=False) & (Q(amount=None) | Q(amount__lt=0)),
                name="allocation_negative_only_to_reverse",
                violation_error_message=_("Only a row that takes back another is negative."),
            ),
            models.CheckConstraint(
                condition=Q(line=None, settles=None) | Q(line__isnull=False, settles__isnull=False),
                name="allocation_settles_a_line",
                violation_error_message=_("Only what was promised can be settled."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="allocation_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            never_emptied("allocations_are_never_emptied"),
        ]

    def __str__(self):
        return f"{self.text}: {self.purpose}"

    @property
    def text(self):
        if self.amount is not None:
            return money_text(self.amount, self.donation.currency)
        return self.need.text_of(self.quantity) if self.need_id else self.donation.goods

    @property
    def purpose(self):
        """For what it counts: the need of a campaign, a campaign, or general funds."""
        if self.need_id:
            return f"{self.need} ({self.need.campaign})"
        return str(self.campaign) if self.campaign_id else gettext("general funds")

    @property
    def counted_text(self):
        """What stands of it in the ledger of its need, in words."""
        return self.need.text_of(self.quantity) if self.need_id else ""

    @property
    def rate_text(self):
        if self.rate in (None, 1):
            return ""
        return f"{self.rate.normalize():f} {self.need.campaign.currency}/{self.donation.currency}"
