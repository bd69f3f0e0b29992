"""What donors promise: pledges with their lines, the instalments in which they fall due."""

import uuid
from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.acts import never_emptied
from campaigns.models import Entry
from campaigns.models.appeals import QUANTITY
from campaigns.money import CURRENCIES, CurrencyField, MoneyField, money_text
from campaigns.quantities import plain_number
from donations.references import new_reference, spaced

from .donors import Donor, bare_email


class PaymentMethodQuerySet(models.QuerySet):
    def offered(self):
        """Methods that donors may choose, in their order."""
        return self.filter(is_offered=True)

    def offered_for(self, currency):
        """Methods that donors may choose for this currency, in their order."""
        return self.offered().filter(Q(currencies=[]) | Q(currencies__contains=[currency]))


class PaymentMethod(models.Model):
    """A way in which gifts come: bank transfer, PayPal, post, in person. Staff write how."""

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        PAYPAL = "paypal", _("PayPal")
        POST = "post", _("By post")
        IN_PERSON = "in_person", _("In person")
        OTHER = "other", _("Another way")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    instructions = models.TextField(
        _("how to do it"),
        help_text=_(
            "What the donor reads after a pledge. Write {code} where the reference code shall"
            " stand and {amount} for the sum; without {code} it is added at the end."
        ),
    )
    link = models.CharField(
        _("link"),
        max_length=300,
        blank=True,
        help_text=_("An address that begins with https://; {code}, {sum} and {currency} work."),
    )
    currencies = ArrayField(
        models.CharField(max_length=3, choices=[(code, code) for code in CURRENCIES]),
        verbose_name=_("currencies"),
        default=list,
        blank=True,
        help_text=_("Like JPY,USD. Empty: for all of them."),
    )
    takes_goods = models.BooleanField(_("takes goods"), default=False)
    takes_money = models.BooleanField(_("takes money"), default=True)
    is_offered = models.BooleanField(_("offered to donors"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PaymentMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to give")
        verbose_name_plural = _("ways to give")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://"),
                name="way_to_give_link_is_safe",
                violation_error_message=_("A link begins with https://."),
            ),
            models.CheckConstraint(
                condition=Q(takes_goods=True) | Q(takes_money=True),
                name="way_to_give_takes_something",
                violation_error_message=_("Tick what comes this way: goods, money, or both."),
            ),
        ]

    def __str__(self):
        return self.name or ""

    def fits(self, currency, *, money, goods):
        """Say whether some of what is promised can come this way."""
        takes_money = self.takes_money and (not self.currencies or currency in self.currencies)
        return (money and takes_money) or (goods and self.takes_goods)


class PledgeQuerySet(models.QuerySet):
    def unconfirmed(self):
        return self.filter(state=Pledge.State.UNCONFIRMED)

    def open(self):
        """Confirmed pledges that are neither wholly fulfilled nor over."""
        return self.filter(state__in=Pledge.OPEN)

    def late(self):
        """Open pledges that were reminded of and still wait."""
        late = Instalment.objects.open().filter(pledge=OuterRef("pk"), reminded_at__isnull=False)
        return self.open().filter(Exists(late))

    def with_goods(self):
        """Pledges that promise goods."""
        lines = PledgeLine.objects.standing().filter(pledge=OuterRef("pk"), in_kind=True)
        return self.filter(Exists(lines))

    def with_lines(self):
        """With what they promise now in `standing_lines`, ready to be written. One query more."""
        lines = PledgeLine.objects.standing().with_place().order_by("pk")
        return self.prefetch_related(Prefetch("lines", lines, to_attr="standing_lines"))

    def reachable_at(self, email):
        """Pledges made with this address that are not cancelled, with their donors."""
        made = self.filter(donor__email=bare_email(email)).exclude(state=Pledge.State.CANCELLED)
        return made.select_related("donor")


class Pledge(models.Model):
    """A donor's promise. Counts nowhere before it is confirmed."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("unconfirmed")
        CONFIRMED = "confirmed", _("confirmed")
        PARTLY = "partly", _("partly fulfilled")
        FULFILLED = "fulfilled", _("fulfilled")
        CANCELLED = "cancelled", _("cancelled")
        LAPSED = "lapsed", _("lapsed")

    class Rhythm(models.TextChoices):
        ONCE = "once", _("once")
        MONTHLY = "monthly", _("every month")

    OPEN = (State.CONFIRMED, State.PARTLY)
    OVER = (State.FULFILLED, State.CANCELLED, State.LAPSED)

    reference = models.CharField(
        _("reference code"), max_length=8, unique=True, default=new_reference, editable=False
    )
    donor = models.ForeignKey(
        Donor, models.PROTECT, verbose_name=_("donor"), related_name="pledges"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.UNCONFIRMED, editable=False
    )
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm, default=Rhythm.ONCE)
    currency = CurrencyField()
    method = models.ForeignKey(
        PaymentMethod, models.PROTECT, verbose_name=_("way to give"), null=True, blank=True
    )
    message = models.TextField(_("message"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    token_version = models.PositiveSmallIntegerField(
        default=1,
        editable=False,
        help_text=_("Raised to make every private link that was sent before worthless."),
    )
    slip = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Names the form that was sent, so that pressing twice promises once."),
    )

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "-id"], name="pledge_by_state"),
            models.Index(fields=["made_at"], name="pledge_by_day"),
            models.Index(
                fields=["made_at"], condition=Q(state="unconfirmed"), name="pledge_unconfirmed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                # One that was cancelled before it was confirmed never counted.
                condition=Q(state="unconfirmed", confirmed_at=None)
                | Q(state="cancelled")
                | (~Q(state="unconfirmed") & Q(confirmed_at__isnull=False)),
                name="pledge_confirmed_at_a_moment",
                violation_error_message=_("Only a confirmed pledge has a moment of it."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["fulfilled", "cancelled", "lapsed"], ended_at__isnull=False)
                | (~Q(state__in=["fulfilled", "cancelled", "lapsed"]) & Q(ended_at=None)),
                name="pledge_ended_at_a_moment",
                violation_error_message=_("Only a pledge that is over has a moment of its end."),
            ),
        ]

    def __str__(self):
        return spaced(self.reference)

    @property
    def spaced_reference(self):
        return spaced(self.reference)

    @property
    def is_open(self):
        """The rule of `open()`, for one row in hand."""
        return self.state in self.OPEN

    @property
    def is_over(self):
        return self.state in self.OVER

    @cached_property
    def has_come_in_part(self):
        """Say whether some of what is awaited now has come already. One query, once."""
        return self.instalments.filter(state=Instalment.State.PARTLY).exists()

    def total_text(self, lines):
        """Write the money of these lines together; "" when they promise none."""
        amounts = [line.amount for line in lines if line.amount is not None]
        return money_text(sum(amounts), self.currency) if amounts else ""

    @property
    def is_monthly(self):
        return self.rhythm == self.Rhythm.MONTHLY


class PledgeLineQuerySet(models.QuerySet):
    def standing(self):
        """Lines that were not replaced by a later wish of the donor."""
        return self.filter(until=None)

    def of_instalment(self, number):
        """What the instalment of this number promises."""
        return self.filter(Q(until=None) | Q(until__gte=number), since__lte=number)

    def with_place(self):
        """With all that is needed to write them. One query."""
        return self.select_related("pledge", "need__supply", "need__campaign", "campaign")


class PledgeLine(models.Model):
    """What a pledge promises each time: money or goods; for a need, a campaign or general funds.

    Money is in the pledge's currency, which for a need is that of its campaign; a quantity is in
    the unit of the need, and beside money it is what the donor asked that money to buy.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="lines")
    need = models.ForeignKey(
        "campaigns.Need", models.PROTECT, verbose_name=_("need"), null=True, blank=True,
        related_name="pledge_lines",
    )  # fmt: skip
    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, verbose_name=_("campaign"), null=True, blank=True,
        related_name="pledge_lines",
    )  # fmt: skip
    in_kind = models.BooleanField(_("goods"), default=False)
    amount = MoneyField(_("money"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), null=True, blank=True, **QUANTITY)
    goods = models.CharField(_("which goods"), max_length=200, blank=True)
    comes = models.CharField(_("when they come"), max_length=80, blank=True)
    since = models.PositiveSmallIntegerField(
        _("from instalment"), default=1, editable=False, help_text=_("The first that promises it.")
    )
    until = models.PositiveSmallIntegerField(
        _("until instalment"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last that promised it, before the donor promised something else."),
    )

    objects = PledgeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a pledge")
        verbose_name_plural = _("lines of pledges")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need=None) | Q(campaign=None),
                name="pledge_line_for_one_purpose",
                violation_error_message=_("A line is for a need or for a campaign, not for both."),
            ),
            models.CheckConstraint(
                condition=Q(in_kind=False, amount__isnull=False, amount__gt=0, goods="")
                | Q(in_kind=True, amount=None),
                name="pledge_line_is_money_or_goods",
                violation_error_message=_("A line promises money or goods."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gt=0, need__isnull=False),
                name="pledge_line_quantity_of_a_need",
                violation_error_message=_("A quantity of more than nothing belongs to a need."),
            ),
            models.CheckConstraint(
                condition=Q(in_kind=False) | Q(quantity__isnull=False) | ~Q(goods=""),
                name="pledge_line_says_which_goods",
                violation_error_message=_("Say which goods will come."),
            ),
        ]

    def __str__(self):
        return f"{self.text}: {self.purpose}"

    @property
    def promised(self):
        """How much this line promises each time: money in the pledge's currency, or a quantity in
        the unit of the need; 1 for goods that nobody has counted yet."""
        return (self.quantity or Decimal(1)) if self.in_kind else self.amount

    @property
    def text(self):
        """What is promised each time, in words: "3 sets, US$30", "US$50", "20 knitted caps"."""
        parts = []
        if self.quantity is not None and not self.need.is_money:
            parts.append(self.need.text_of(self.quantity))
        if self.amount is not None:
            parts.append(money_text(self.amount, self.pledge.currency))
        if self.goods:
            parts.append(self.goods)
        return ", ".join(parts)

    def is_of(self, number):
        """The rule of `of_instalment()`, for one row in hand."""
        return self.since <= number and (self.until is None or number <= self.until)

    def text_of(self, part):
        """Write a part of what is promised: money, or a quantity of the need."""
        if not self.in_kind:
            return money_text(part, self.pledge.currency)
        return self.need.text_of(part) if self.need_id else plain_number(part)

    @property
    def purpose(self):
        """For what it is: the need of a campaign, a campaign, or general funds."""
        if self.need_id:
            return f"{self.need} ({self.need.campaign})"
        return str(self.campaign) if self.campaign_id else _("wherever it is needed most")


class InstalmentQuerySet(models.QuerySet):
    def open(self):
        """Instalments of which something is still to come."""
        return self.filter(state__in=Instalment.OPEN)

    def in_order(self):
        return self.order_by("number")


class Instalment(models.Model):
    """One time at which a pledge falls due. A pledge that is given once has one of them.

    Only the instalments that are open stand in the public numbers: a monthly pledge opens one
    after the other, and what was missed leaves before the next one comes.
    """

    class State(models.TextChoices):
        OPEN = "open", _("awaited")
        PARTLY = "partly", _("part came")
        PAID = "paid", _("came")
        OVERPAID = "overpaid", _("more came than was promised")
        MISSED = "missed", _("did not come")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.OPEN, State.PARTLY)

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    left_at = models.DateTimeField(
        _("left the numbers"),
        null=True,
        blank=True,
        help_text=_("When what was still to come was released: cancelled, or waited for in vain."),
    )

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["pledge", "number"]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["open", "partly"]),
                name="instalment_open_by_day",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "number"],
                name="instalment_number_once",
                violation_error_message=_("The pledge has this instalment already."),
            ),
        ]

    def __str__(self):
        return f"{self.pledge}, {self.number}"

    @property
    def is_open(self):
        """The rule of `open()`, for one row in hand."""
        return self.state in self.OPEN


class PledgeEntry(models.Model):
    """Why a line stands in a need's ledger: which promise it counts, or releases.

    `allocation` is the gift that fulfilled it; a release without one was cancelled or lapsed.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="promise")
    line = models.ForeignKey(PledgeLine, models.PROTECT, related_name="entries")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="entries")
    allocation = models.ForeignKey(
        "donations.Allocation", models.PROTECT, null=True, related_name="releases"
    )

    class Meta:
        verbose_name = _("entry of a pledge")
        verbose_name_plural = _("entries of pledges")
        triggers = [
            pgtrigger.Protect(
                name="promise_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            never_emptied("promises_are_never_emptied"),
        ]

    def __str__(self):
        return str(self.entry)
