"""The office of donations."""

from . import donors, gifts, pledges, statement_rows, statements, terms

__all__ = ["donors", "gifts", "pledges", "statement_rows", "statements", "terms"]
