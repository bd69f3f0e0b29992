"""What we put on paper: receipts and yearly statements, as PDF. Knows no table of the database."""

from .receipts import Receipt, draw_receipts
from .sheet import Letterhead
from .signs import unprintable
from .statements import Gift, Section, Statement, draw_statement

__all__ = [
    "Gift",
    "Letterhead",
    "Receipt",
    "Section",
    "Statement",
    "draw_receipts",
    "draw_statement",
    "unprintable",
]
