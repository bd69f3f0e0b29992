"""Text in files that spreadsheets open: none of it shall give them an order."""

import re

ORDERS = tuple("=+-@\t\r")
NUMBER = re.compile(r"[+-]?[0-9.]+")


def inert(text):
    """Return text that no spreadsheet takes for a formula: one that looks like it begins with an '.

    Numbers stay numbers, below zero too.
    """
    is_order = text.startswith(ORDERS) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_order else text
