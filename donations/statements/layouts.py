"""Which column of a statement is what, by the names in its header."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a column holds. Several columns may hold a payer's name or a note."""

    DAY = "day", _("day")
    PAYER = "payer", _("payer")
    EMAIL = "email", _("payer’s e-mail address")
    MONEY_IN = "in", _("money in")
    MONEY_OUT = "out", _("money out")
    AMOUNT = "amount", _("money in, or out with a minus")
    FEE = "fee", _("fee")
    CURRENCY = "currency", _("currency")
    BALANCE = "balance", _("balance after it")
    TRANSACTION_ID = "id", _("number of the transaction")
    REFERS_TO = "refers", _("number of the transaction that is refunded")
    NOTE = "note", _("note, purpose or other text")
    STATUS = "status", _("status: whether it counts")
    KIND = "kind", _("kind of transaction: whether it is a donation")


@dataclass(frozen=True)
class Layout:
    """How to read the rows below one header."""

    source: str  # whose account it is; rows are compared with earlier ones of the same source
    places: dict  # role -> positions of its columns
    order: str = ""  # of day and month; empty: decided from the whole column
    decimal: str = ""  # the sign before cents; empty: each number tells by itself
    currency: str = ""  # where no column tells it
    counting: tuple = ()  # (role, texts of that column, as `plain` writes them, that count)
    id_prefix: str = ""  # before ids that are unique among those of their source alone
    usual_order: str = ""  # told before; counts where the days themselves leave it open

    def texts(self, cells, role):
        """Return what stands in the columns of a role, but for empty cells."""
        places = self.places.get(role, ())
        return [cells[place] for place in places if place < len(cells) and cells[place]]

    def text(self, cells, role):
        return next(iter(self.texts(cells, role)), "")


@dataclass(frozen=True)
class Known:
    """A layout known by the names of its columns, whichever are there and in whatever order.

    `names` gives for each role lists of names; the first list of which a column is there is taken.
    """

    source: str
    title: str
    names: dict
    needs: tuple  # roles without which the file cannot be read
    told_by: tuple = ()  # names of columns that tell whose file it is
    order: str = ""
    decimal: str = ""
    currency: str = ""
    counting: tuple = ()
    id_prefix: str = ""

    def recognises(self, header):
        return all(name in header for name in self.told_by)

    def missing(self, header):
        """Return the names of columns without which the file cannot be read."""
        places = self.places(header)
        return [self.names[role][0][0] for role in self.needs if not places[role]]

    def layout_for(self, header):
        return Layout(
            self.source,
            self.places(header),
            self.order,
            self.decimal,
            self.currency,
            self.counting,
            self.id_prefix,
        )

    def places(self, header):
        return {role: _places(lists, header) for role, lists in self.names.items()}


def _places(lists, header):
    found = ([header.index(name) for name in names if name in header] for names in lists)
    return tuple(next(filter(None, found), ()))
