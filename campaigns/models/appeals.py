"""What is asked for: supplies, campaigns and their needs."""

from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.money import CurrencyField, MoneyField, check_money, money_text
from campaigns.quantities import (
    Unit,
    check_quantity,
    plain_number,
    quantity_text,
    weight_text,
)
from publishing.models import Publishable, PublishableQuerySet
from publishing.rich_text import RichTextField
from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS, search_fields

WIDE = models.DecimalField(max_digits=40, decimal_places=3)  # for products of three integers
QUANTITY = {"max_digits": 15, "decimal_places": 3}


def said(field):
    """The condition that a translated text, which may be NULL, is neither that nor blank."""
    return Q(**{f"{field}__isnull": False, f"{field}__regex": r"\S"})


class SupplyQuerySet(models.QuerySet):
    def published(self):
        """Supplies that a public campaign asks for."""
        asking = Need.objects.filter(campaign__in=Campaign.objects.published())
        return self.filter(Exists(asking.filter(supply=OuterRef("pk"))))


class Supply(models.Model):
    """A kind of thing, counted in one unit: clothing set / set, rice / kg."""

    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(
        _("unit"),
        max_length=5,
        choices=Unit,
        help_text=_("Cannot be changed once something asks for this supply."),
    )
    contains = models.TextField(
        _("what one of it contains"),
        blank=True,
        help_text=_("Like “upper and lower garment, shoes, underwear”. Shown to the public."),
    )
    photo = models.ForeignKey(
        "library.Photo",
        models.PROTECT,
        verbose_name=_("photo"),
        null=True,
        blank=True,
        related_name="supplies",
    )

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply")
        verbose_name_plural = _("supplies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_en"],
                name="supply_name_once",
                violation_error_message=_("There is a supply of this name already."),
            ),
        ]

    def __str__(self):
        return self.name or ""

    def clean(self):
        """Keep the unit of what is asked for somewhere. One query."""
        if self.pk and self.needs.exclude(supply__unit=self.unit).exists():
            raise ValidationError(
                {
                    "unit": gettext(
                        "Campaigns ask for it in the old unit. Make a new supply instead."
                    )
                }
            )


class Region(models.Model):
    """A part of the world as wide as may be told of a delivery: a province, never a village."""

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("As wide as a province or a country. Never a town: the public reads this."),
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_en"],
                name="region_name_once",
                violation_error_message=_("There is a region of this name already."),
            ),
        ]

    def __str__(self):
        return self.name or ""


NOT_SHOWN = [*SEARCH_COLUMNS, *in_all("asks_for")]


class CampaignQuerySet(PublishableQuerySet):
    def for_list(self):
        """With what a list shows of each campaign, and without the story."""
        return self.select_related("lead_photo").defer("story", *NOT_SHOWN)

    def for_page(self):
        return self.select_related("lead_photo").defer(*NOT_SHOWN)

    def open(self, today=None):
        """Campaigns that still ask: begun or not, their last day has not passed."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today or timezone.localdate()))

    def finished(self):
        """Campaigns whose last day has passed."""
        return self.filter(ends_on__lt=timezone.localdate())

    def featured(self):
        return self.filter(is_featured=True)

    def not_featured(self):
        return self.filter(is_featured=False)

    def begun_first(self, today=None):
        """Those that already ask, the newest first; then those that will."""
        will = Q(starts_on__gt=today or timezone.localdate())
        return self.order_by(Case(When(will, then=1), default=0), "-starts_on", "-pk")

    def newest_first(self):
        """By the moment they became public: whoever follows a feed sees each one once."""
        return self.order_by("-published_at", "-pk")


class Campaign(Publishable):
    """An appeal with a story, dates, a currency and one or more needs."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        allow_unicode=True,
        help_text=_("The last part of the campaign's address. A changed one leaves a redirect."),
    )
    teaser = models.TextField(
        _("teaser"),
        blank=True,
        help_text=_("Two or three sentences for lists, feeds and shared links. Plain text."),
    )
    story = RichTextField(
        _("story"),
        blank=True,
        help_text=_("For whom, why, and what a gift does. Name no place and no person."),
    )
    lead_photo = models.ForeignKey(
        "library.Photo",
        models.PROTECT,
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        related_name="led_campaigns",
    )
    photos = models.ManyToManyField(
        "library.Photo", through="CampaignPhoto", verbose_name=_("further photos")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: as long as there is need.")
    )
    currency = CurrencyField(help_text=_("In which its costs and sums of money are told."))
    is_featured = models.BooleanField(
        _("featured"), default=False, help_text=_("Shows the campaign on the front page.")
    )
    delay_days = models.PositiveSmallIntegerField(
        _("days before a delivery is told"),
        default=60,
        help_text=_(
            "The public learns of a delivery only by region and month, and not before so many days"
            " have passed since the end of that month."
        ),
    )
    smallest_told = models.PositiveSmallIntegerField(
        _("smallest number told"),
        default=10,
        help_text=_(
            "Deliveries of fewer pieces, to fewer people or of less than so many people's rice of"
            " one month are told only together with others, so that no single shelter shows."
        ),
    )

    asks_for = models.TextField(
        _("what it asks for, kept by the database for the search"), blank=True, editable=False
    )
    search, headline = search_fields(title="title", teaser="teaser asks_for", text="story")
    search_date = "starts_on"
    search_label = _("Campaign")

    objects = CampaignQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-pk"]
        permissions = [
            ("submit_campaign", _("Can submit a campaign for review")),
            ("publish_campaign", _("Can publish and withdraw campaigns")),
        ]
        indexes = [
            GinIndex(fields=["search"], name="campaign_search"),
            models.Index(
                F("starts_on").desc(),
                F("id").desc(),
                name="campaign_published_newest",
                condition=Q(state="published"),
            ),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(smallest_told__gte=2),
                name="campaign_never_tells_of_one",
                violation_error_message=_("Never tell of a single person: at least 2."),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=["feed", "finished"]),
                name="campaign_address_is_not_a_list",
                violation_error_message=_("This address belongs to a list. Add a word to it."),
            ),
        ]

    def __str__(self):
        return self.title or ""

    def get_absolute_url(self):
        return reverse("campaigns:detail", args=[self.slug])

    @property
    def is_finished(self):
        """The rule of `finished()`, for one row in hand."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def has_begun(self):
        return self.starts_on <= timezone.localdate()

    def photos_in_order(self):
        """Return the further photos that the public may see. One query."""
        return self.photos.showable().order_by("campaignphoto__position", "campaignphoto__pk")

    @property
    def days_left(self):
        """Days until the last one, which counts as 0; None without a last day or after it."""
        if self.ends_on is None or self.is_finished:
            return None
        return (self.ends_on - timezone.localdate()).days


class CampaignPhoto(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    photo = models.ForeignKey("library.Photo", models.PROTECT, verbose_name=_("photo"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "photo"],
                name="photo_once_per_campaign",
                violation_error_message=_("This photo stands in the campaign already."),
            ),
        ]

    def __str__(self):
        return str(self.photo)


# What each kind of entry adds to, and takes from, what is in stock and on the way.
IN_STOCK = (
    {"given", "purchased", "returned", "transferred_in"},
    {"transferred_out", "dispatched", "lost_in_store"},
)
ON_THE_WAY = ({"dispatched"}, {"delivered", "returned", "lost_on_the_way"})
PLEDGED = ({"pledged"}, {"released"})
RECEIVED = ({"funded", "given"}, set())
DELIVERED = ({"delivered"}, set())


# Goods reach even the farthest shelter in some two weeks. After twice that, somebody should ask.
USUAL_WAY = timedelta(days=30)


def balance(kinds, of="quantity", **where):
    """Return the expression that adds up a need's entries: what `kinds` add less what they take.

    `of` is the field that is added up; `where` narrows the entries.
    """
    adds, takes = kinds
    # Named as text: entries know needs, not the other way round.
    entries = apps.get_model("campaigns", "Entry").objects.order_by()
    lines = entries.filter(need=OuterRef("pk"), kind__in=sorted(adds | takes), **where)
    signed = Case(When(kind__in=sorted(takes), then=-F(of)), default=F(of)) if takes else F(of)
    return Coalesce(Subquery(lines.values("need").values(total=Sum(signed))), Decimal(0))


class NeedQuerySet(models.QuerySet):
    def with_quantities(self):
        """Annotate `pledged`, `received`, `delivered`, `in_stock` and `on_the_way`, in the unit
        of the need, from the ledger and from nothing else; and, in its campaign's currency, the
        money that was pledged and received before anybody knew what one costs.

        Each is added up from the index `entry_sums` alone, and only for the rows that are read."""
        money = {"of": "amount", "quantity": 0}
        return self.annotate(
            pledged=balance(PLEDGED),
            received=balance(RECEIVED),
            delivered=balance(DELIVERED),
            in_stock=balance(IN_STOCK),
            on_the_way=balance(ON_THE_WAY),
            pledged_money=balance(PLEDGED, **money),
            received_money=balance(RECEIVED, **money),
        )

    def late_on_the_way(self):
        """Needs with goods that left over `USUAL_WAY` ago, of which nobody has said that they
        arrived, came back or were lost. Annotates how many: `late`. What left first arrives first."""
        dispatched, ended = ON_THE_WAY
        long_ago = timezone.localdate() - USUAL_WAY
        left = Q(entries__kind__in=dispatched, entries__happened_on__lt=long_ago)
        told = Q(entries__kind__in=ended)

        def total(lines):
            return Coalesce(Sum("entries__quantity", filter=lines), Decimal(0))

        moved = self.filter(entries__kind__in=dispatched | ended)
        return moved.annotate(late=total(left) - total(told)).filter(late__gt=0)

    def without_cost(self):
        """Needs of a supply of which nobody has said yet what one costs."""
        return self.filter(supply__isnull=False, unit_cost=None)


# A target that differs from its formula by more than this share is no rounding any more.
ROUNDING = Decimal("0.05")


class Need(models.Model):
    """What a campaign asks for: a quantity of one supply, or a sum of money for a purpose."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="needs")
    supply = models.ForeignKey(
        Supply,
        models.PROTECT,
        verbose_name=_("supply"),
        null=True,
        blank=True,
        related_name="needs",
        help_text=_("Empty: this need is a sum of money."),
    )
    purpose = models.CharField(
        _("purpose of the money"),
        max_length=120,
        blank=True,
        help_text=_("Of a sum of money, like “Rescue of six people”. Empty for a supply."),
    )
    target = models.DecimalField(
        _("target"),
        **QUANTITY,
        help_text=_("In the unit of the supply, or in the campaign's currency."),
    )
    unit_cost = MoneyField(
        _("cost of one"),
        null=True,
        blank=True,
        help_text=_("In the campaign's currency. Leave empty while nobody knows."),
    )
    quoted_on = models.DateField(_("cost quoted on"), null=True, blank=True)
    grams_a_day = models.PositiveIntegerField(_("grams a person a day"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    formula_kg = models.GeneratedField(
        expression=Cast("grams_a_day", WIDE) * F("people") * F("days") / Decimal(1000),
        output_field=WIDE,
        db_persist=True,
    )
    target_source = models.CharField(
        _("where the target comes from"),
        max_length=300,
        blank=True,
        help_text=_("Like “List of the shelters, October 2006”. Shown to the public."),
    )
    target_reason = models.CharField(
        _("why the target is not what the formula gives"),
        max_length=300,
        blank=True,
        help_text=_("Needed when they differ by more than a rounding. Shown to the public."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "supply"],
                name="supply_once_per_campaign",
                violation_error_message=_("The campaign asks for this supply already."),
            ),
            models.CheckConstraint(
                condition=(Q(supply=None) & said("purpose_en"))
                | (Q(supply__isnull=False) & ~said("purpose_en")),
                name="need_is_supply_or_money",
                violation_error_message=_(
                    "Choose a supply, or leave it empty and say what the money is for."
                ),
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0, target__lt=10**12),
                name="need_target_possible",
                violation_error_message=_("Ask for more than nothing, and for what there can be."),
            ),
            models.CheckConstraint(
                condition=Q(unit_cost=None, quoted_on=None)
                | Q(unit_cost__isnull=False, unit_cost__gt=0, quoted_on__isnull=False),
                name="need_cost_has_a_day",
                violation_error_message=_("Enter a cost with the day it was quoted, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(supply__isnull=False) | Q(unit_cost=None, grams_a_day=None),
                name="need_of_money_has_no_cost",
                violation_error_message=_("A sum of money has neither unit cost nor formula."),
            ),
            models.CheckConstraint(
                condition=Q(grams_a_day=None, people=None, days=None)
                | Q(  # of NULL alone a range would say neither yes nor no, and the row would pass
                    grams_a_day__isnull=False,
                    people__isnull=False,
                    days__isnull=False,
                    grams_a_day__range=(1, 100_000),
                    people__range=(1, 10**7),
                    days__range=(1, 10**5),
                ),
                name="need_formula_is_whole",
                violation_error_message=_(
                    "A formula has possible grams a person a day, people and days: all or none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(formula_kg=None)
                | said("target_reason_en")
                | Q(
                    target__gte=F("formula_kg") * (1 - ROUNDING),
                    target__lte=F("formula_kg") * (1 + ROUNDING),
                ),
                name="need_target_follows_formula_or_says_why",
                violation_error_message=_(
                    "The target is not what the formula gives. Change one of them, or say why."
                ),
            ),
        ]

    def __str__(self):
        return str(self.supply) if self.supply_id else self.purpose or ""

    @property
    def is_money(self):
        return self.supply_id is None

    @property
    def unit(self):
        """The unit of its quantities, or "" for a sum of money. The supply must be loaded."""
        return self.supply.unit if self.supply_id else ""

    def text_of(self, quantity):
        """Write a quantity of this need: "50 sets", "2 t", "US$3,000.00"."""
        if self.is_money:
            return money_text(quantity, self.campaign.currency)
        return quantity_text(quantity, self.unit)

    def text_with(self, quantity, money):
        """Write a quantity and, beside it, money that came before anybody knew what one costs."""
        if not money:
            return self.text_of(quantity)
        return gettext("%(quantity)s, and %(money)s towards more") % {
            "quantity": self.text_of(quantity),
            "money": money_text(money, self.campaign.currency),
        }

    @property
    def computed(self):
        """What the formula gives in kg, also before it is saved; None without a whole formula."""
        if not (self.grams_a_day and self.people and self.days):
            return None
        return Decimal(self.grams_a_day * self.people * self.days) / 1000

    @property
    def follows_formula(self):
        """The rule of the constraint, for one row in hand: the target is a rounding, or free."""
        if self.computed is None or self.target is None:
            return True
        return abs(self.target - self.computed) <= self.computed * ROUNDING

    @property
    def formula_text(self):
        """The formula with its working: "500 g × 133 people × 30 days = 1,995 kg"; or ""."""
        if self.computed is None:
            return ""
        people = ngettext("%(number)s person", "%(number)s people", self.people)
        days = ngettext("%(number)s day", "%(number)s days", self.days)
        return (
            " × ".join(
                [
                    f"{plain_number(self.grams_a_day)} g",
                    people % {"number": plain_number(self.people)},
                    days % {"number": plain_number(self.days)},
                ]
            )
            + f" = {weight_text(self.computed)}"
        )

    @property
    def rounding_text(self):
        """How the target differs from its formula: "rounded up by 5 kg"; or ""."""
        if self.computed is None or self.target in (None, self.computed):
            return ""
        if not self.follows_formula:
            return ""
        by = weight_text(abs(self.target - self.computed))
        if self.target > self.computed:
            return gettext("rounded up by %(by)s") % {"by": by}
        return gettext("rounded down by %(by)s") % {"by": by}

    def checked(self, quantity):
        """Return the quantity; ValidationError when there cannot be such of this need."""
        if not self.is_money:
            return check_quantity(quantity, self.unit)
        if quantity <= 0:
            raise ValidationError(gettext("Write a sum of more than nothing."))
        check_money(quantity, self.campaign.currency)
        return quantity

    def clean(self):
        if self.target is not None and (self.is_money or self.supply):
            try:
                self.checked(self.target)
            except ValidationError as error:
                raise ValidationError({"target": error}) from error
        if self.quoted_on and self.quoted_on > timezone.localdate():
            raise ValidationError({"quoted_on": gettext("This day has not come yet.")})
        if self.unit_cost is not None:
            if self.unit_cost <= 0:
                raise ValidationError(
                    {"unit_cost": gettext("Write a cost of more than nothing, or leave it empty.")}
                )
            try:
                check_money(self.unit_cost, self.campaign.currency)
            except ValidationError as error:
                raise ValidationError({"unit_cost": error}) from error
        if self.grams_a_day and self.unit != Unit.KG:
            raise ValidationError(
                {"grams_a_day": gettext("Only what is weighed has a formula of grams.")}
            )
