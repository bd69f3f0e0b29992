"""Who gives, what was promised, what really came, and for what it counts."""

from .donors import Donor
from .gifts import Allocation, DayRate, Donation
from .layouts import StatementLayout
from .lost_links import LostLink
from .merges import Merge, NameOnWall
from .pledges import Instalment, PaymentMethod, Pledge, PledgeEntry, PledgeLine
from .receipts import Receipt
from .statements import StatementFile, StatementRow
from .usage import Telling, ToldRow, ToldSum

__all__ = [
    "Allocation",
    "DayRate",
    "Donation",
    "Donor",
    "Instalment",
    "Merge",
    "NameOnWall",
    "LostLink",
    "PaymentMethod",
    "Pledge",
    "PledgeEntry",
    "PledgeLine",
    "Receipt",
    "StatementFile",
    "StatementLayout",
    "StatementRow",
    "Telling",
    "ToldRow",
    "ToldSum",
]
