"""The office of donations."""

from . import donors, gifts, pledges, receipts, statement_rows, statements, terms

__all__ = ["donors", "gifts", "pledges", "receipts", "statement_rows", "statements", "terms"]
