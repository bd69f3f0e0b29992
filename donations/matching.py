"""Which pledge a row of a statement pays, and which donation it gives back."""

from .models import Donation, Pledge, StatementRow
from .statements.codes import Codes
from .statements.lines import BETWEEN_TEXTS

State = StatementRow.State


def codes():
    """Return all reference codes that were given out. Two queries."""
    given_out = Pledge.objects.values_list("reference", "pk")
    awaited = Pledge.objects.open() | Pledge.objects.unconfirmed()
    return Codes(given_out.iterator(), awaited.values_list("reference", flat=True).iterator())


def match(rows, known_codes=None):
    """Fill in state, pledge and refunded donation of rows that count. Few queries, and no write."""
    if known_codes is None and not all(row.is_refund for row in rows):
        known_codes = codes()
    originals = refunded_by([row for row in rows if row.is_refund])
    for row in rows:
        if row.is_refund:
            row.refunds = originals.get(row.refers_to)
            row.state = refund_state(row)
        else:
            row.state, row.pledge_id = pledge_for(row, known_codes)


def refund_state(row):
    """Return the state of a refund: one that is not called so, as in other languages, is proposed.

    Money held back for a while refers to its donation just as a refund does.
    """
    if row.refunds is None:
        return State.UNMATCHED
    return State.MATCHED if row.is_called_refund else State.PROPOSED


def refunded_by(refunds):
    """Return {transaction id: gift} of the gifts that some rows give back. One query, or none."""
    ids = {row.refers_to for row in refunds if row.refers_to}
    if not ids:
        return {}
    return {
        gift.transaction_id: gift
        for gift in Donation.objects.gifts().filter(transaction_id__in=ids)
    }


def pledge_for(row, known_codes):
    """Return the state of a row and the pledge whose code it names; two codes are a proposal too."""
    texts = [row.payer, *row.note.split(BETWEEN_TEXTS)]
    exact = known_codes.exact_in(*texts)
    if len(exact) == 1:
        return State.MATCHED, exact[0]
    near = exact or known_codes.near_in(*texts)
    return (State.PROPOSED, near[0]) if near else (State.UNMATCHED, None)


def match_again(rows):
    """Look once more for pledges and donations of rows without match; return how many were found.

    A pledge may have been made, or a gift booked, since the statement came.
    """
    rows, found = rows.filter(state=State.UNMATCHED), []
    known_codes = codes() if rows.filter(amount__gt=0).exists() else None
    for chunk in chunks(rows.order_by("pk")):
        match(chunk, known_codes)
        found += [row for row in chunk if row.state != State.UNMATCHED]
    for row in found:
        # Somebody may settle a row meanwhile: what is decided stays.
        unsettled = StatementRow.objects.filter(pk=row.pk, state=State.UNMATCHED)
        unsettled.update(state=row.state, pledge=row.pledge_id, refunds=row.refunds_id)
    return len(found)


def chunks(rows, size=1000):
    """Yield lists of rows in the order of their primary keys, without holding all at once."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:size]):
        yield chunk
        last = chunk[-1].pk
