"""The office of donations."""

from . import donors, gifts, pledges, terms

__all__ = ["donors", "gifts", "pledges", "terms"]
