"""Campaigns with what they need, the ledger of what became of it, and the money spent."""

from .appeals import Campaign, CampaignPhoto, Need, Region, Supply
from .expenses import Expense
from .ledger import Entry, EntryDetail

__all__ = [
    "Campaign",
    "CampaignPhoto",
    "Entry",
    "EntryDetail",
    "Expense",
    "Need",
    "Region",
    "Supply",
]
