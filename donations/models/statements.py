"""Statements of banks and payment services: what they said, and what became of each row."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from campaigns.money import CurrencyField, MoneyField, money_text
from donations.statements.days import Order
from donations.statements.lines import Reason

from .gifts import Donation
from .layouts import StatementLayout
from .pledges import PaymentMethod, Pledge

# PayPal's words for money that was taken back, rather than given back.
CALLED_BACK = ("chargeback", "reversal")


class StatementFileQuerySet(models.QuerySet):
    def usual_order(self, header):
        """Return the order of day and month in the newest file with these columns, or ""."""
        newest = self.filter(header=list(header)).exclude(order="").order_by("-pk")
        return newest.values_list("order", flat=True).first() or ""

    def with_counts(self):
        """Annotate how many rows of each file wait, are booked and are left out."""
        State = StatementRow.State
        return self.annotate(
            waiting=_count_of(StatementRow.WAITING),
            booked=_count_of([State.BOOKED]),
            left_out=_count_of([State.LEFT_OUT]),
        )


def _count_of(states):
    """Return a count of a file's rows that is only taken for the files that are shown."""
    rows = StatementRow.objects.filter(file=OuterRef("pk"), state__in=states).order_by()
    counts = rows.values("file").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


class StatementFile(models.Model):
    """A statement whose rows were taken in. Of the file itself nothing is kept but its name."""

    name = models.CharField(_("file"), max_length=200)
    source = models.CharField(_("source"), max_length=40)
    layout = models.ForeignKey(
        StatementLayout, models.PROTECT, verbose_name=_("layout"), null=True, related_name="files"
    )
    header = ArrayField(models.TextField(), verbose_name=_("names of the columns"))
    order = models.CharField(_("how days are written"), max_length=5, choices=Order, blank=True)
    method = models.ForeignKey(
        PaymentMethod,
        models.PROTECT,
        verbose_name=_("way to give"),
        null=True,
        blank=True,
        help_text=_("What is booked from this file came this way."),
    )
    imported_at = models.DateTimeField(_("imported"), default=timezone.now, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("imported by"),
        null=True,
        editable=False,
        related_name="+",
    )

    objects = StatementFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-pk"]

    def __str__(self):
        return self.name


class StatementRowQuerySet(models.QuerySet):
    def waiting(self):
        """Rows for which somebody still has to decide."""
        return self.filter(state__in=StatementRow.WAITING)

    def matched(self):
        return self.filter(state=StatementRow.State.MATCHED)

    def booked(self):
        return self.filter(state=StatementRow.State.BOOKED)

    def unmatched_refunds(self):
        return self.filter(state=StatementRow.State.UNMATCHED, amount__lt=0).exclude(refers_to="")

    def with_places(self):
        """With all that a list shows of them. No further query a row."""
        return self.select_related(
            "file", "pledge__donor", "refunds__donor", "donation__donor", "settled_by"
        )

    def erase(self):
        """Forget who paid and what was written; every figure stays. Return how many rows."""
        return self.update(payer="", email="", note="", reason_text="")


class StatementRow(models.Model):
    """One row of a statement. Its figures stay; what becomes of it is decided once."""

    class State(models.TextChoices):
        MATCHED = "matched", _("matched")
        PROPOSED = "proposed", _("proposed: look first")
        UNMATCHED = "unmatched", _("no match")
        BOOKED = "booked", _("booked")
        LEFT_OUT = "out", _("discarded")

    WAITING = (State.MATCHED, State.PROPOSED, State.UNMATCHED)

    file = models.ForeignKey(
        StatementFile, models.CASCADE, verbose_name=_("statement"), related_name="rows"
    )
    number = models.PositiveIntegerField(_("line"))
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    day = models.DateField(_("day"), null=True)
    amount = MoneyField(_("amount"), null=True)
    currency = CurrencyField(blank=True)
    fee = MoneyField(_("fee"), default=0)
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    note = models.TextField(_("note"), blank=True)
    transaction_id = models.CharField(_("transaction id"), max_length=100, blank=True)
    refers_to = models.CharField(_("refunds the transaction"), max_length=100, blank=True)
    kind = models.CharField(_("kind of transaction"), max_length=100, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State)
    reason = models.CharField(_("reason"), max_length=15, choices=Reason, blank=True)
    reason_text = models.CharField(_("reason in words"), max_length=200, blank=True)
    pledge = models.ForeignKey(
        Pledge,
        models.PROTECT,
        verbose_name=_("pledge"),
        null=True,
        blank=True,
        related_name="statement_rows",
    )
    refunds = models.ForeignKey(
        Donation,
        models.PROTECT,
        verbose_name=_("refunds"),
        null=True,
        blank=True,
        related_name="refund_rows",
    )
    donation = models.OneToOneField(
        Donation,
        models.PROTECT,
        verbose_name=_("donation"),
        null=True,
        blank=True,
        related_name="statement_row",
    )
    slip = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("settled by"),
        null=True,
        editable=False,
        related_name="+",
    )

    objects = StatementRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a statement")
        verbose_name_plural = _("rows of statements")
        ordering = ["-file", "number", "pk"]
        indexes = [
            models.Index(fields=["-file", "number", "id"], name="row_newest_file_first"),
            models.Index(
                fields=["-file", "number", "id"],
                condition=Q(state__in=["matched", "proposed", "unmatched"]),
                name="row_waiting",
            ),
            models.Index(fields=["payer"], condition=Q(state="booked"), name="row_booked_by_payer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="booked", donation__isnull=False)
                | (~Q(state="booked") & Q(donation=None)),
                name="row_booked_with_its_donation",
                violation_error_message=_("A booked row belongs to its donation."),
            ),
            models.CheckConstraint(
                condition=(Q(state="out") & ~Q(reason="")) | (~Q(state="out") & Q(reason="")),
                name="row_discarded_with_a_reason",
                violation_error_message=_("Say why the row is no donation."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["matched", "proposed"])
                | Q(pledge__isnull=False)
                | Q(refunds__isnull=False),
                name="row_matched_with_something",
                violation_error_message=_("Say with which pledge or donation the row is matched."),
            ),
            models.CheckConstraint(
                condition=Q(state="out")
                | (Q(day__isnull=False, amount__isnull=False) & ~Q(amount=0) & ~Q(currency="")),
                name="row_that_counts_has_money",
                violation_error_message=_("A row without day or amount cannot count."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="booked_row_is_never_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__donation__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="row_figures_stay",
                fields=["file", "number", "fingerprint", "day", "amount", "currency", "fee",
                        "transaction_id", "refers_to", "kind"],
            ),
        ]  # fmt: skip

    def __str__(self):
        line = _("line %(number)d") % {"number": self.number}
        return f"{line}, {date_format(self.day)}, {self.money}" if self.day else str(line)

    @property
    def money(self):
        if self.amount is None or not self.currency:
            return ""
        return money_text(self.amount, self.currency)

    @property
    def is_waiting(self):
        """The rule of `waiting()`, for one row in hand."""
        return self.state in self.WAITING

    @property
    def is_refund(self):
        return self.amount is not None and self.amount < 0

    @property
    def is_called_back(self):
        """Whether the bank took the money, rather than we gave it back."""
        return any(word in self.kind.casefold() for word in CALLED_BACK)

    @property
    def is_called_refund(self):
        return self.is_called_back or "refund" in self.kind.casefold()

    @property
    def is_matched(self):
        return self.state in (self.State.MATCHED, self.State.PROPOSED)

    @property
    def can_be_taken_up(self):
        """Whether it was discarded, though it tells of money that came or was given back."""
        if self.state != self.State.LEFT_OUT or not (self.day and self.amount and self.currency):
            return False
        return self.amount > 0 or bool(self.reason == Reason.BY_HAND and self.refers_to)

    @property
    def fee_text(self):
        return money_text(self.fee, self.currency)

    @property
    def match_text(self):
        """What the row became, or may become: its donation, gift or pledge, or why it is nothing."""
        if self.state == self.State.LEFT_OUT:
            return self.why
        found = self.donation or self.refunds or self.pledge
        return " · ".join(str(part) for part in (found, found and found.donor) if part)

    @property
    def why(self):
        """Why it is left out, with what stands in the file."""
        if self.reason == Reason.BY_HAND:
            return self.reason_text or self.get_reason_display()
        words = self.get_reason_display()
        return f"{words} (“{self.reason_text}”)" if self.reason_text else words
