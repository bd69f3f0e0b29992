"""What becomes of a promise: made, confirmed, changed, cancelled, reminded of, lapsed.

Every act locks the pledge first and then the needs it touches, always in the same order. What is
refused raises ValidationError with a sentence, and writes nothing.
"""

import calendar
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import posting
from campaigns.models import Entry
from correspondence.letters import queue_letter

from .models import Donor, Instalment, Pledge, PledgeEntry, PledgeLine
from .promises import counted_lines, release

State = Pledge.State


def make(slip, *, donor, lines, **facts):
    """Keep a promise and queue the letter that asks to confirm it: both or neither, and once.

    `donor`, `lines` and `facts` are the fields of Donor, PledgeLine and Pledge. Of one slip the
    first pledge is returned again; while nobody confirmed it, it takes over what is said now.
    """
    before = Pledge.objects.filter(slip=slip).first()
    if before is None:
        try:
            with transaction.atomic():
                return _make(slip, donor, lines, facts)
        except IntegrityError:  # the same form arrived twice at the same moment
            before = Pledge.objects.get(slip=slip)
    return _say_anew(before, donor, lines, facts)


def _make(slip, donor, lines, facts):
    pledge = Pledge.objects.create(slip=slip, donor=Donor.objects.create(**donor), **facts)
    _add_lines(pledge, lines)
    queue_letter("donations.please_confirm", pledge, to=donor["email"], language=pledge.language)
    return pledge


@transaction.atomic
def _say_anew(pledge, donor, lines, facts):
    """Let a pledge that nobody confirmed say what its form says now. Who confirmed it decides."""
    pledge = locked(pledge)
    if pledge.state != State.UNCONFIRMED or _says(pledge, donor, lines, facts):
        return pledge
    moved = donor["email"] != pledge.donor.email
    Donor.objects.filter(pk=pledge.donor_id).update(**donor)
    pledge.lines.all().delete()
    _add_lines(pledge, lines)
    for name, value in facts.items():
        setattr(pledge, name, value)
    if moved:  # the letter that went to the wrong address must not confirm it
        pledge.token_version += 1
        queue_letter(
            "donations.please_confirm", pledge, to=donor["email"], language=pledge.language
        )
    pledge.save(update_fields=["token_version", *facts])
    return pledge


def _says(pledge, donor, lines, facts):
    """Say whether a pledge holds these very words."""
    same_donor = all(getattr(pledge.donor, name) == value for name, value in donor.items())
    same_facts = all(getattr(pledge, name) == value for name, value in facts.items())
    kept = [
        {name: getattr(row, name) for name in line}
        for row, line in zip(pledge.lines.order_by("pk"), lines, strict=False)
    ]
    return same_donor and same_facts and kept == lines and len(lines) == pledge.lines.count()


def _add_lines(pledge, lines, since=1):
    for line in lines:
        row = PledgeLine(pledge=pledge, since=since, **line)
        if row.need_id and not row.in_kind and row.need.campaign.currency != pledge.currency:
            raise ValidationError(
                _("“%(need)s” is counted in %(currency)s: promise it in that currency.")
                % {"need": row.need, "currency": row.need.campaign.currency}
            )
        row.save()


def locked(pledge):
    """Lock the pledge and return it anew, with its donor."""
    rows = Pledge.objects.select_for_update(of=["self"]).select_related("donor")
    return rows.get(pk=pledge.pk)


@transaction.atomic
def confirm(pledge, *, by_link=True):
    """Let a pledge count. Once is enough; ValidationError when it is over already.

    `by_link` says that the donor followed a link that was sent to the address, which proves it.
    """
    pledge = locked(pledge)
    if pledge.is_over:
        raise ValidationError(_("This pledge is over. Make a new one: we are glad of it."))
    if pledge.state != State.UNCONFIRMED:
        return pledge
    if by_link:
        pledge.donor = _proved(pledge.donor)
    pledge.state, pledge.confirmed_at = State.CONFIRMED, timezone.now()
    pledge.save(update_fields=["donor", "state", "confirmed_at"])
    first_due = timezone.localdate() + timedelta(days=settings.PLEDGE_DUE_DAYS)
    _open_instalment(pledge, 1, first_due)
    return pledge


def _proved(donor):
    """Return the donor who proved this address, with what was said last; the new row, if nobody."""
    now = timezone.now()
    known = Donor.objects.at(donor.email).exclude(pk=donor.pk).select_for_update().first()
    if known is None:
        donor.email_proved_at = donor.email_proved_at or now
        donor.save(update_fields=["email_proved_at"])
        return donor
    said = ["name", "language", "public_name", "shown", "may_write"]
    for name in [*said, *(["country"] if donor.country else [])]:
        setattr(known, name, getattr(donor, name))
    known.save(update_fields=[*said, "country"])
    donor.pledges.update(donor=known)
    donor.vanish()
    return known


def _open_instalment(pledge, number, due_on):
    instalment = Instalment.objects.create(pledge=pledge, number=number, due_on=due_on)
    promise(instalment)
    return instalment


def promise(instalment):
    """Let what the pledge promises each time stand in the ledgers of its needs."""
    for line in counted_lines(instalment):
        entry = posting.post(
            line.need,
            Entry.Kind.PLEDGED,
            promised_quantity(line),
            on=timezone.localdate(),
            by=None,
            amount=line.amount,
            currency=instalment.pledge.currency if line.amount is not None else "",
            of_donation=True,
        )
        PledgeEntry.objects.create(entry=entry, line=line, instalment=instalment)


def promised_quantity(line):
    """Return what a line promises in the unit of its need; money at the unit cost of today."""
    if line.quantity is not None:
        return line.quantity
    if line.need.is_money:
        return line.amount
    return posting.bought_by(line.amount, line.need.unit_cost)


@transaction.atomic
def instalment_for(pledge, on):
    """Return the instalment that a gift of this day keeps; None of a pledge that never counted.

    That is the oldest which is open; or the next of a monthly pledge, before its time, when it
    falls due within a month; or else the last. Who pays has confirmed: a pledge that waits for
    it counts from now on.
    """
    if pledge.state == State.UNCONFIRMED:
        pledge = confirm(pledge, by_link=False)
    pledge = locked(pledge)
    instalments = pledge.instalments.in_order()
    if waiting := instalments.open().first():
        return waiting
    if pledge.is_open and pledge.is_monthly:
        number, due_on = _next_of(pledge)
        if due_on <= months_after(on, 1):
            return _open_instalment(pledge, number, due_on)
    return instalments.last()


@transaction.atomic
def change(pledge, lines):
    """Let the donor promise something else instead; what was promised before is released.

    Raises ValidationError when part of it came already, or when the pledge is over.
    """
    pledge = locked(pledge)
    if pledge.is_over:
        raise ValidationError(_("This pledge is over. Make a new one: we are glad of it."))
    if pledge.state == State.UNCONFIRMED:
        pledge.lines.all().delete()
        _add_lines(pledge, lines)
        return pledge
    if pledge.has_come_in_part:
        raise ValidationError(
            _("Part of it has come already. Cancel the rest, and make a new pledge.")
        )
    newest = pledge.instalments.in_order().last()
    since = newest.number if newest.is_open else newest.number + 1
    if newest.is_open:
        release(newest)
    pledge.lines.standing().update(until=since - 1)
    _add_lines(pledge, lines, since=since)
    if newest.is_open:
        promise(newest)
    return pledge


@transaction.atomic
def cancel(pledge):
    """End a pledge by the donor's or the treasurer's wish. What came stays; the rest is released."""
    pledge = locked(pledge)
    if not pledge.is_over:
        end(pledge, State.CANCELLED, Instalment.State.CANCELLED)
    return pledge


def end(pledge, state, instalment_state):
    """Release what is still to come and close the pledge, which the caller has locked."""
    for instalment in pledge.instalments.open():
        leave(instalment, instalment_state)
    pledge.state, pledge.ended_at = state, timezone.now()
    pledge.save(update_fields=["state", "ended_at"])


def leave(instalment, state):
    """Take an instalment out of the public numbers."""
    release(instalment)
    instalment.state, instalment.left_at = state, timezone.now()
    instalment.save(update_fields=["state", "left_at"])


# What the calendar does. Each pledge is a transaction of its own, so that one in trouble holds up
# no other; all of it can run twice at once and twice a day.


def keep_time():
    """Remind, lapse and open what is due today; return how many pledges were touched."""
    return remind_late() + lapse_late() + open_next()


def remind_late():
    """Write once for each instalment that is late."""
    limit = timezone.localdate() - timedelta(days=settings.PLEDGE_REMIND_DAYS)
    late = Instalment.objects.open().filter(due_on__lte=limit, reminded_at=None)
    return sum(_remind(instalment) for instalment in late.select_related("pledge"))


@transaction.atomic
def _remind(instalment):
    pledge = locked(instalment.pledge)
    rows = Instalment.objects.open().filter(pk=instalment.pk, reminded_at=None)
    if not rows.update(reminded_at=timezone.now()):
        return 0
    if pledge.donor.email:
        queue_letter(
            "donations.reminder", instalment, to=pledge.donor.email, language=pledge.language
        )
    return 1


def lapse_late():
    """Let pledges of one time lapse whose reminder was sent long enough ago."""
    limit = timezone.now() - timedelta(days=settings.PLEDGE_LAPSE_DAYS)
    late = Pledge.objects.open().filter(rhythm=Pledge.Rhythm.ONCE)
    late = late.filter(
        instalments__state__in=Instalment.OPEN, instalments__reminded_at__lte=limit
    ).distinct()
    return sum(_lapse(pledge, limit) for pledge in late)


@transaction.atomic
def _lapse(pledge, limit):
    pledge = locked(pledge)
    if not pledge.is_open or not pledge.instalments.open().filter(reminded_at__lte=limit).exists():
        return 0
    end(pledge, State.LAPSED, Instalment.State.MISSED)
    return 1


def open_next():
    """Open the next instalment of each monthly pledge whose month has come."""
    monthly = Pledge.objects.open().filter(rhythm=Pledge.Rhythm.MONTHLY)
    return sum(_open_next(pledge) for pledge in monthly)


@transaction.atomic
def _open_next(pledge):
    pledge = locked(pledge)
    number, due_on = _next_of(pledge)
    if not pledge.is_open or timezone.localdate() < due_on:
        return 0
    for waiting in pledge.instalments.open():
        leave(waiting, Instalment.State.MISSED)
    if _is_given_up(pledge):
        end(pledge, State.LAPSED, Instalment.State.MISSED)
    else:
        _open_instalment(pledge, number, due_on)
    return 1


def _next_of(pledge):
    """Return (number, day on which it falls due) of the instalment after the last."""
    first, last = pledge.instalments.in_order().first(), pledge.instalments.in_order().last()
    return last.number + 1, months_after(first.due_on, last.number)


def _is_given_up(pledge):
    """Say whether so many instalments in a row did not come that none more is waited for."""
    newest = pledge.instalments.order_by("-number")[: settings.PLEDGE_MISSED_MOST]
    missed = [instalment.state == Instalment.State.MISSED for instalment in newest]
    return len(missed) == settings.PLEDGE_MISSED_MOST and all(missed)


def months_after(day, months):
    """Return the same day of a later month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )
