"""How gifts get into the books: what arrived is posted once, and taken back by rows that say so.

Every act locks the pledge first, then the needs in their order. What is refused raises
ValidationError with a sentence, and writes nothing.
"""

import uuid
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from campaigns import posting
from campaigns.days import check_day
from campaigns.models import Campaign, Entry, Need
from campaigns.money import check_money, money_text

from .models import Allocation, DayRate, Donation, Instalment, PledgeEntry, PledgeLine
from .models.gifts import converted
from .pledging import locked
from .promises import left_of, release_line, settle
from .receipts import void_receipt

Cause = Donation.Cause


@dataclass(frozen=True)
class Part:
    """What part of a gift counts for what. Neither need nor campaign: for general funds.

    `amount` is in the gift's currency, `quantity` of goods in the unit of the need; `settles` is how
    much of the pledge's `line` this fulfils, in what the line promises.
    """

    amount: Decimal | None = None
    quantity: Decimal | None = None
    need: Need | None = None
    campaign: Campaign | None = None
    line: PledgeLine | None = None
    settles: Decimal | None = None


# Proposals


def propose(instalment, amount, currency, on):
    """Return the parts by which money fulfils what is left of an instalment; the rest is general.

    Raises ValidationError that asks for an exchange rate where one is missing.
    """
    left = _money_left(instalment)
    rate = DayRate.objects.rate(instalment.pledge.currency, currency, on)
    wanted = {line: converted(rest, rate, currency) for line, rest in left.items()}
    pays_all = amount >= _enough(sum(wanted.values()), instalment.pledge.currency != currency)
    if pays_all and amount < sum(wanted.values()):
        wanted = shared(amount, wanted, currency)
    parts = []
    for line, rest in left.items():
        taken = min(wanted[line], amount)
        if taken <= 0:
            continue
        full = taken == wanted[line]
        settles = rest if full else min(rest, converted(taken, 1 / rate, line.pledge.currency))
        parts.append(Part(taken, None, line.need, line.campaign, line, settles))
        amount -= taken
    return parts


def _money_left(instalment):
    left = left_of(instalment)
    return {line: rest for line, rest in left.items() if rest > 0 and not line.in_kind}


def _enough(wanted, other_currency):
    """Rates differ from bank to bank, so a sum in another currency need not fit to the cent."""
    return wanted * (100 - settings.RATE_TOLERANCE) / 100 if other_currency else wanted


def shared(amount, wanted, currency):
    """Share a sum among those who want parts of it; the shares add up to it exactly."""
    left, shares = sum(wanted.values()), {}
    for key, want in wanted.items():
        shares[key] = converted(want, amount / left, currency)
        amount, left = amount - shares[key], left - want
    return shares


def settling(instalment, parts):
    """Return the parts of goods as they fulfil what the instalment promises of the same needs.

    Goods of which the pledge says only what they are come once, whatever they count for.
    """
    left = {line: rest for line, rest in left_of(instalment).items() if line.in_kind and rest > 0}
    return [_settling(part, left) for part in parts or [Part()]]


def _settling(part, left):
    for line, rest in left.items():
        counted = line.need_id is not None and line.quantity is not None
        if not counted or part.need == line.need:
            settles = min(rest, part.quantity) if counted else rest
            left[line] -= settles
            return replace(part, line=line, settles=settles)
    return part


# What arrives


@transaction.atomic
def book(*, by, received_on, parts=None, instalment=None, slip=None, **facts):
    """Post a gift with its allocations and return it. Of one slip the first is returned again.

    `facts` are fields of Donation. Without `parts` money follows the lines of the instalment; what
    no part takes counts for general funds.
    """
    slip = slip or uuid.uuid4()
    if before := Donation.objects.filter(slip=slip).first():
        return before
    check_day(received_on)
    if instalment:
        instalment.pledge = locked(instalment.pledge)
        facts = {"donor": instalment.pledge.donor} | facts
    donation = Donation(
        received_on=received_on, instalment=instalment, slip=slip, entered_by=by, **facts
    )
    _check(donation)
    if parts is None:
        parts = _default_parts(donation)
    donation.save()
    allocate(donation, _with_rest(donation, parts), by)
    if instalment:
        settle(instalment)
    return donation


def _check(donation):
    """Raise ValidationError for an impossible gift."""
    if donation.is_money:
        if donation.amount <= 0:
            raise ValidationError(_("Write a sum of more than nothing."))
        check_money(donation.amount, donation.currency)
        check_money(donation.fee, donation.currency)
        if donation.fee < 0:
            raise ValidationError(_("Write the fee as a positive number."))
        if donation.fee > donation.amount:
            raise ValidationError(_("The fee is a part of the sum: it cannot be more than that."))
    elif not donation.goods:
        raise ValidationError(_("Say what came: an amount of money, or which goods."))
    known = donation.transaction_id and Donation.objects.filter(
        transaction_id=donation.transaction_id
    )
    if known and known.exists():
        raise ValidationError(_("A donation with this transaction id is booked already."))


def _default_parts(donation):
    if donation.instalment is None or not donation.is_money:
        return []
    facts = donation.amount, donation.currency, donation.received_on
    return propose(donation.instalment, *facts)


def _with_rest(donation, parts):
    """Return the parts with what they leave over; ValidationError when they are more than came."""
    if not donation.is_money:
        return parts or [Part()]
    rest = donation.amount - sum(part.amount for part in parts)
    if rest < 0:
        raise ValidationError(
            _("%(came)s came, so no more than that can be given out: %(over)s too much.")
            % {
                "came": money_text(donation.amount, donation.currency),
                "over": money_text(-rest, donation.currency),
            }
        )
    return [*parts, Part(rest)] if rest else parts


def allocate(donation, parts, by):
    """Let the parts of a gift count. Locks the needs; the pledge must be locked."""
    needs = {need.pk: need for need in posting.lock([part.need for part in parts if part.need])}
    for part in parts:
        if part.need:
            part = replace(part, need=needs[part.need.pk])
        _allocate(donation, part, by)


def _allocate(donation, part, by):
    facts = _posted(donation, part, by) if part.need else {}
    allocation = Allocation.objects.create(
        donation=donation,
        need=part.need,
        campaign=part.campaign,
        line=part.line,
        settles=part.settles,
        amount=part.amount,
        **facts,
    )
    if part.line and part.line.need_id and part.settles:
        left = left_of(donation.instalment).get(part.line, Decimal(0))  # after this allocation
        share = part.settles / (part.settles + left) if left > 0 else Decimal(1)
        release_line(part.line, donation.instalment, share=share, by=by, allocation=allocation)
    return allocation


def _posted(donation, part, by, *, unit_cost=None, rate=None):
    """Post what counts for a need, and return the fields of the allocation that say how."""
    need, on = part.need, donation.received_on
    if part.amount is None:
        entry = posting.post(need, Entry.Kind.GIVEN, part.quantity, on=on, by=by, of_donation=True)
        return {"entry": entry, "quantity": part.quantity}
    currency = need.campaign.currency
    rate = rate or DayRate.objects.rate(donation.currency, currency, on)
    unit_cost = unit_cost or need.unit_cost
    money = converted(part.amount, rate, currency)
    quantity = money if need.is_money else posting.bought_by(money, unit_cost)
    entry = posting.post(
        need,
        Entry.Kind.FUNDED,
        quantity,
        on=on,
        by=by,
        amount=money,
        currency=currency,
        of_donation=True,
    )
    return {"entry": entry, "quantity": quantity, "unit_cost": unit_cost, "rate": rate}


# What is taken back


@transaction.atomic
def void(donation, *, by, note=""):
    """Take back a gift that was entered by mistake; its promise stands again unless it is over."""
    donation = _locked(donation)
    if donation.reversals.exists():
        raise ValidationError(_("This gift was taken back already, wholly or in part."))
    reversal = _take_back(donation, donation.amount, Cause.VOID, by, note, fee=donation.fee)
    for allocation in donation.allocations.standing():
        _promise_again(donation.instalment, allocation, by)
        _reverse(allocation, by, settles=allocation.settles)
    if donation.instalment:
        settle(donation.instalment)
    return reversal


@transaction.atomic
def give_back(donation, amount, *, cause, by, on, fee=0, note="", transaction_id=None):
    """Post that money went back to its giver, wholly or in part; the promise stays kept.

    What remains counts for the same purposes as before, in the same shares.
    """
    donation = _locked(donation)
    if not donation.is_money:
        raise ValidationError(_("Only money can be given back here. Enter the goods as lost."))
    check_day(on)
    kept = donation.amount + (donation.reversals.aggregate(sum=Sum("amount"))["sum"] or 0)
    check_money(amount, donation.currency)
    if not 0 < amount <= kept:
        raise ValidationError(
            _("%(kept)s of this gift are left, so %(asked)s cannot go back.")
            % {
                "kept": money_text(kept, donation.currency),
                "asked": money_text(amount, donation.currency),
            }
        )
    reversal = _take_back(
        donation, amount, cause, by, note, fee=fee, on=on, transaction_id=transaction_id
    )
    standing = list(donation.allocations.standing().select_related("need", "campaign", "line"))
    for allocation in standing:
        _reverse(allocation, by, settles=allocation.settles and Decimal(0), changed_on=on)
    _allocate_anew(donation, standing, kept - amount, by, changed_on=on)
    return reversal


def _locked(donation):
    """Lock a gift and its pledge, and return it anew; ValidationError for what is no gift."""
    if donation.instalment_id:
        pledge = locked(donation.instalment.pledge)
    donation = Donation.objects.select_for_update(of=["self"]).get(pk=donation.pk)
    if donation.reverses_id:
        raise ValidationError(_("This row takes a gift back. It cannot be taken back itself."))
    if donation.instalment_id:
        donation.instalment = Instalment.objects.get(pk=donation.instalment_id)
        donation.instalment.pledge = pledge
    needs = Need.objects.filter(allocations__donation=donation)
    posting.lock(needs)
    return donation


def _take_back(donation, amount, cause, by, note, *, fee=0, on=None, transaction_id=None):
    void_receipt(donation, cause)
    return Donation.objects.create(
        donor_id=donation.donor_id,
        instalment=donation.instalment,
        method_id=donation.method_id,
        received_on=on or donation.received_on,
        amount=None if amount is None else -amount,
        currency=donation.currency,
        fee=-fee,
        goods=donation.goods,
        transaction_id=transaction_id,
        reverses=donation,
        cause=cause,
        note=note,
        entered_by=by,
    )


def _reverse(allocation, by, *, settles, changed_on=None):
    """Take an allocation back by the row that names it, and its entry likewise."""
    entry = posting.reverse(allocation.entry, by=by) if allocation.entry_id else None
    return Allocation.objects.create(
        donation_id=allocation.donation_id,
        need_id=allocation.need_id,
        campaign_id=allocation.campaign_id,
        line_id=allocation.line_id,
        amount=None if allocation.amount is None else -allocation.amount,
        quantity=None if allocation.quantity is None else -allocation.quantity,
        unit_cost=allocation.unit_cost,
        rate=allocation.rate,
        settles=None if settles is None else -settles,
        entry=entry,
        reverses=allocation,
        changed_on=changed_on,
    )


def _promise_again(instalment, allocation, by):
    """Let stand again what an allocation fulfilled, unless nobody waits for it any more."""
    if instalment is None or instalment.left_at:
        return
    for release in allocation.releases.filter(entry__reverses=None).select_related("entry"):
        PledgeEntry.objects.create(
            entry=posting.reverse(release.entry, by=by),
            line_id=release.line_id,
            instalment=instalment,
            allocation=allocation,
        )


def _allocate_anew(donation, allocations, kept, by, *, changed_on):
    """Let what was kept count for the purposes of these allocations, in their shares."""
    if not kept:
        return
    wanted = {allocation: allocation.amount for allocation in allocations}
    for allocation, amount in shared(kept, wanted, donation.currency).items():
        if not amount:
            continue
        part = Part(amount, None, allocation.need, allocation.campaign, allocation.line)
        terms = {"unit_cost": allocation.unit_cost, "rate": allocation.rate}
        Allocation.objects.create(
            donation=donation,
            need_id=allocation.need_id,
            campaign_id=allocation.campaign_id,
            line_id=allocation.line_id,
            settles=allocation.line_id and Decimal(0),
            amount=amount,
            changed_on=changed_on,
            **(_posted(donation, part, by, **terms) if allocation.need_id else {}),
        )
