"""Events and their sessions, and who may know what of them."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.languages import LanguagesField
from events.zones import check_zone
from publishing.models import Publishable, PublishableQuerySet
from publishing.rich_text import RichTextField
from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS, search_fields

from .timed import Timed

# What a calendar keeps of the past: people look back a season, not a decade.
KEPT_IN_CALENDARS = timedelta(days=366)
NOT_SHOWN = [*SEARCH_COLUMNS, *in_all("programme")]
OF_PAGES = [*in_all("text"), *in_all("directions"), "private_place", "private_directions",
            "private_notes"]  # fmt: skip


class MidnightAfter(Func):
    """The moment at which a day ends in a time zone. The database refuses a zone it does not know."""

    template = "((%(expressions)s)"
    arg_joiner = " + 1)::timestamp AT TIME ZONE "
    output_field = models.DateTimeField()


class EventQuerySet(PublishableQuerySet):
    def for_list(self):
        """With what a list shows of each event, and without the long texts."""
        return self.select_related("lead_photo").defer(*OF_PAGES, *NOT_SHOWN)

    def for_page(self):
        return self.select_related("lead_photo").defer(*NOT_SHOWN)

    def upcoming(self):
        """Events whose last day is not over yet, where they take place."""
        return self.filter(over_at__gt=timezone.now())

    def past(self):
        return self.filter(over_at__lte=timezone.now())

    def in_year(self, year):
        return self.filter(starts_on__year=year)

    def in_calendars(self):
        """What a subscribed calendar holds: all to come, and a year of what was."""
        return self.filter(over_at__gt=timezone.now() - KEPT_IN_CALENDARS)

    def soonest_first(self):
        return self.order_by("starts_on", "ends_on", "pk")

    def newest_first(self):
        """By the moment they became public: whoever follows a feed sees each one once."""
        return self.order_by("-published_at", "-pk")


class Event(Publishable):
    """Something that people come to: it spans days in one time zone."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        MOVED = "moved", _("Moved")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        allow_unicode=True,
        help_text=_("The last part of the event's address. A changed one leaves a redirect."),
    )
    teaser = models.TextField(
        _("teaser"),
        blank=True,
        help_text=_("Two or three sentences for lists, feeds and calendars. Plain text."),
    )
    text = RichTextField(_("text"), blank=True)
    lead_photo = models.ForeignKey(
        "library.Photo",
        models.PROTECT,
        verbose_name=_("photo"),
        null=True,
        blank=True,
        related_name="led_events",
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="Asia/Tokyo",
        validators=[check_zone],
        help_text=_("Of the place, like Asia/Tokyo. All times of the event are told in it."),
    )
    status = models.CharField(
        _("takes place"), max_length=10, choices=Status, default=Status.PLANNED
    )
    status_note = models.CharField(
        _("what the public is told about it"),
        max_length=300,
        blank=True,
        help_text=_("Why it is cancelled or moved, and what one may do instead."),
    )
    previously_on = models.DateField(
        _("first day it was announced for"),
        null=True,
        blank=True,
        help_text=_("Of a moved event, if its day changed."),
    )
    place = models.CharField(
        _("public place"),
        max_length=200,
        blank=True,
        help_text=_("Everybody reads it. If the place is a secret: a city, or nothing."),
    )
    address = models.CharField(_("public address"), max_length=300, blank=True)
    directions = models.TextField(_("public directions"), blank=True)
    online_link = models.URLField(
        _("public online link"),
        blank=True,
        help_text=_("Everybody reads it. A link for some belongs with the private place."),
    )
    private_place = models.CharField(
        _("private place"),
        max_length=300,
        blank=True,
        help_text=_("Name and address. Read by coordinators, and by volunteers of this event."),
    )
    private_directions = models.TextField(_("private directions"), blank=True)
    private_notes = models.TextField(
        _("notes for volunteers of this event"),
        blank=True,
        help_text=_("Whom to ask for, what to bring, what to keep silent about."),
    )
    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Whoever takes a shift learns the private place only after your yes."),
    )
    languages = LanguagesField(_("languages"))
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("An e-mail address or a telephone number, for everybody."),
    )
    organiser = models.CharField(
        _("organiser"), max_length=200, blank=True, help_text=_("Empty: we ourselves.")
    )
    partners = models.TextField(_("partners"), blank=True, help_text=_("One in each line."))
    takes_registrations = models.BooleanField(_("visitors may register"), default=False)
    capacity = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Empty: as many as come.")
    )
    registration_opens_on = models.DateField(
        _("registration from"), null=True, blank=True, help_text=_("Empty: from now on.")
    )
    registration_closes_on = models.DateField(
        _("registration until"),
        null=True,
        blank=True,
        help_text=_("The last day on which one may register. Empty: until it begins."),
    )
    registration_note = models.TextField(
        _("told to those who have a seat"),
        blank=True,
        help_text=_("Stands in their e-mail and on their own page: a link, what to bring."),
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # Kept by the database, whoever writes: migration 0002 has the rules.
    programme = models.TextField(blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    private_sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    over_at = models.GeneratedField(
        expression=MidnightAfter("ends_on", "zone"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    search, headline = search_fields(
        title="title", teaser="teaser place organiser programme", text="text"
    )
    search_date = "starts_on"
    search_label = _("Event")

    objects = EventQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_on", "-pk"]
        permissions = [
            ("submit_event", _("Can submit an event for review")),
            ("publish_event", _("Can publish and withdraw events")),
            ("see_private_event", _("Can see private places and notes of events")),
        ]
        indexes = [
            GinIndex(fields=["search"], name="event_search"),
            models.Index(fields=["over_at"], name="event_over", condition=Q(state="published")),
            models.Index(
                F("starts_on").desc(),
                F("id").desc(),
                name="event_published_newest",
                condition=Q(state="published"),
            ),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_on=None)
                | Q(registration_opens_on=None)
                | Q(registration_closes_on__gte=F("registration_opens_on")),
                name="event_registration_closes_after_opening",
                violation_error_message=_("Registration closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0),
                name="event_has_some_seats",
                violation_error_message=_("An event for nobody? Leave the seats empty."),
            ),
            models.CheckConstraint(
                condition=Q(previously_on=None) | Q(status="moved"),
                name="event_moved_if_announced_before",
                violation_error_message=_("Only a moved event was announced for another day."),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=["feed", "past", "registration"])
                & ~Q(slug__regex=r"^\d{4}$"),
                name="event_address_is_not_a_list",
                violation_error_message=_("This address belongs to a list. Add a word to it."),
            ),
        ]

    def __str__(self):
        return self.title or ""

    def get_absolute_url(self):
        return reverse("events:detail", args=[self.slug])

    @property
    def today(self):
        """The day it is where the event takes place."""
        return datetime.now(ZoneInfo(self.zone)).date()

    @property
    def is_over(self):
        """The rule of `past()`, for one row in hand."""
        return self.ends_on < self.today


class SessionQuerySet(models.QuerySet):
    def in_order(self):
        """By day and time; what has only a day stands first on it."""
        return self.order_by("day", F("starts").asc(nulls_first=True), "pk")


class Session(Timed):
    """One item of an event's programme."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        VOLUNTEERS = "volunteers", _("All volunteers")
        ASSIGNED = "assigned", _("Volunteers of this event")
        STAFF = "staff", _("Staff")

    class Outsiders(models.TextChoices):
        NOTHING = "nothing", _("Nothing")
        LABEL = "label", _("A label")
        CONTACT = "contact", _("A label, and “contact us”")

    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    text = RichTextField(_("text"), blank=True)
    speakers = models.TextField(_("speakers"), blank=True, help_text=_("One in each line."))
    room = models.CharField(_("room"), max_length=120, blank=True)
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    outsiders_see = models.CharField(
        _("all others see"),
        max_length=10,
        choices=Outsiders,
        default=Outsiders.NOTHING,
        help_text=_("Of what is not for everybody: never more than its day and the label."),
    )
    label = models.CharField(
        _("label for all others"),
        max_length=120,
        blank=True,
        help_text=_("Empty: “Private session”. The title stays unseen."),
    )
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    video_link = models.URLField(_("video"), blank=True)
    photos_link = models.URLField(_("photos"), blank=True)
    report = models.ForeignKey(
        "news.Article",
        models.PROTECT,
        verbose_name=_("report"),
        null=True,
        blank=True,
        related_name="reported_sessions",
        help_text=_("Shown as soon as the article is public."),
    )
    attendance = models.PositiveIntegerField(_("people who came"), null=True, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # Kept by the database, whoever writes: migration 0002 has the rules.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta(Timed.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["day", F("starts").asc(nulls_first=True), "pk"]

    def __str__(self):
        return self.title or ""
