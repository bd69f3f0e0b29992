"""Visitors who want seats: registering, confirming by link and button, cancelling, moving up.

Seats are given when somebody confirms, in that order, under a lock on the event: so there are never
more than it has, and whoever types a wrong address holds nobody else's seat.
"""

import uuid

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from correspondence.guard import GuardedForm

from . import links
from .letters import send
from .models import Event, Registration
from .models.registrations import MOST_SEATS
from .projection import tell

State = Registration.State
PURPOSE = "registration"


class Refused(Exception):
    """What was asked for does not go; the text says why and what to do."""


class RegistrationForm(GuardedForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Tell us under which name we shall expect you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Without your e-mail address you cannot confirm."),
            "invalid": gettext_lazy(
                "This is not a whole e-mail address. One is like name@example.org."
            ),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        initial=1,
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={
            "min_value": gettext_lazy("At least one seat."),
            "max_value": gettext_lazy("At most %(limit_value)s seats; for a group, write to us."),
            "invalid": gettext_lazy("How many seats? A number like 2."),
            "required": gettext_lazy("How many seats? A number like 2."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our e-mails"), choices=settings.LANGUAGES
    )

    def __init__(self, event, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        self.initial["language"] = get_language()

    def clean_name(self):
        """Return the name on one line, as a list wants it."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        invalid = ValidationError(self.fields["email"].error_messages["invalid"])
        if not email.isprintable() or '"' in email:
            raise invalid
        try:
            email.rpartition("@")[2].encode("idna")  # as the mail server will be asked
        except UnicodeError as error:
            raise invalid from error
        return email

    def clean_seats(self):
        seats, capacity = self.cleaned_data["seats"], self.event.capacity
        if capacity and seats > capacity:
            raise ValidationError(_("There are only %(seats)s seats.") % {"seats": capacity})
        return seats


def refuse_unless_open(event):
    """Raise Refused with the reason when nobody can register for this event now."""
    told = tell([event], programme=False)[0]
    if told.registration == "open":
        return
    day = told.registration_opens_on if told.registration == "later" else told.last_day_to_register
    raise Refused(
        {
            "later": _("Registration begins on %(day)s."),
            "closed": _("Registration closed on %(day)s. Write to us if you still want to come."),
            "": _("One cannot register for this event."),
        }[told.registration]
        % {"day": date_format(day)}
    )


@transaction.atomic
def register(event, *, name, email, seats, language):
    """Keep a registration and queue the e-mail by which it is confirmed. Raises Refused.

    Who is registered already gets the e-mail about that again, and the page tells nobody so.
    """
    event = locked(event.pk)
    refuse_unless_open(event)
    registration = event.registrations.filter(email=email).exclude(state=State.CANCELLED).first()
    if registration is None:
        registration = Registration.objects.create(
            event=event, name=name, email=email, seats=seats, language=language
        )
    write_to(registration)
    return registration


@transaction.atomic
def enter(registration):
    """Keep a registration that somebody gave to staff: with a seat, or on the waiting list."""
    event = locked(registration.event_id)
    registration.event = event
    give_seats(registration, free_seats(event))
    registration.save()
    if registration.email:
        write_to(registration)


@transaction.atomic
def confirm(registration):
    """Give the seats if so many are left, else a place on the waiting list. Raises Refused."""
    event = locked(registration.event_id)
    registration = event.registrations.get(pk=registration.pk)
    if registration.state != State.UNCONFIRMED:
        return registration  # pressed twice
    if not event.is_public or event.status == Event.Status.CANCELLED:
        raise Refused(_("This event does not take place."))
    if event.is_over:
        raise Refused(_("This event is over."))
    give_seats(registration, free_seats(event))
    registration.save(update_fields=["state", "confirmed_at"])
    write_to(registration)
    return registration


@transaction.atomic
def cancel(registration):
    """Give the seats back; the next who wait get them."""
    event = locked(registration.event_id)
    registration = event.registrations.get(pk=registration.pk)
    registration.state = State.CANCELLED
    registration.save(update_fields=["state"])
    move_up(event)
    return registration


@transaction.atomic
def fill(event):
    """Move up who waits, after somebody changed how many seats there are."""
    move_up(locked(event.pk))


def move_up(event):
    """Give free seats to those who wait, in their order; too many at once are passed over."""
    if not event.is_public or event.is_over or event.status == Event.Status.CANCELLED:
        return
    free = free_seats(event)
    for registration in event.registrations.waiting():
        if free is None or registration.seats <= free:
            registration.state = State.CONFIRMED
            registration.save(update_fields=["state"])
            write_to(registration)
            free = free if free is None else free - registration.seats


def locked(pk):
    """Return the event, which nobody else registers for until the end of the transaction."""
    return Event.objects.select_for_update(of=["self"]).select_related("lead_photo").get(pk=pk)


def free_seats(event):
    """Return how many seats are free, or None when there are as many as come. One query."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - event.registrations.seated().seats())


def give_seats(registration, free):
    fits = free is None or registration.seats <= free
    registration.state = State.CONFIRMED if fits else State.WAITING
    registration.confirmed_at = timezone.now()


def renew_link(registration):
    """Make every link that was sent useless, and send a new one."""
    registration.link_version = uuid.uuid4()
    registration.save(update_fields=["link_version"])
    write_to(registration)


def write_to(registration):
    """Queue the e-mail that says how it stands, with the link to confirm and to cancel."""
    send(
        "registration",
        registration.language,
        registration.email,
        lambda: str(SUBJECTS[registration.state]),
        registration=registration,
        event=lambda: tell([registration.event])[0],
        note=lambda: registration.event.registration_note,
        path=lambda: link_of(registration),
        state=registration.state,
        event_path=lambda: registration.event.get_absolute_url(),
    )


SUBJECTS = {
    State.UNCONFIRMED: gettext_lazy("Please confirm your registration"),
    State.CONFIRMED: gettext_lazy("Your seat is reserved"),
    State.WAITING: gettext_lazy("You are on the waiting list"),
    State.CANCELLED: gettext_lazy("Your registration is cancelled"),
}


def link_of(registration):
    """Return the path by which its owner sees, confirms and cancels it."""
    token = links.token_of(PURPOSE, registration.pk, registration.link_version)
    return reverse("events:registration", args=[token])


def registration_behind(token):
    """Return the registration of a link, None when it is kept no longer. Raises links.Revoked."""
    rows = Registration.objects.select_related("event__lead_photo")
    return links.row_behind(PURPOSE, token, rows, "link_version")


def forget_outdated():
    """Delete what is kept no longer; return how many."""
    return Registration.objects.outdated().delete()[0]
