"""The office of campaigns."""

from . import appeals, expenses, ledger

__all__ = ["appeals", "expenses", "ledger"]
