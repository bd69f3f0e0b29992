"""Statements to test with: made of a few cells, in the columns of PayPal or of a bank."""

import itertools
from pathlib import Path

from donations.import_statement import import_statement, layouts_told
from donations.models import StatementRow
from donations.statements.reading import read_statement

FILES = Path(__file__).parent / "data" / "statements"
ids = itertools.count(1)


def csv(header, *rows):
    return "\n".join([header, *rows]).encode()


def paypal_row(amount="30.00", *, note="", name="Ada Example", number=None, day="2026-07-03",
               kind="Donation Payment", status="Completed", currency="USD", fee="0.00", refers="",
               email="ada@donor.example"):  # fmt: skip
    number = number or f"X{next(ids)}"
    cells = [day, name, kind, status, currency, amount, fee, number, refers, note, email]
    return ",".join(f'"{cell}"' for cell in cells)


def paypal(*rows):
    header = (
        "Date,Name,Type,Status,Currency,Gross,Fee,Transaction ID,Reference Txn ID,Note,"
        "From Email Address"
    )
    return csv(header, *rows)


def rakuten(*rows):
    """Make a bank's file of (day, amount, payer), without a balance."""
    return csv("取引日,入出金(円),入出金内容", *(",".join(row) for row in rows))


def take_in(content, name="statement.csv", **options):
    return import_statement(read_statement(content, name, layouts_told()), **options)


def make_row(content, **options):
    """Take in a file of one row and return that row."""
    take_in(content, **options)
    return StatementRow.objects.latest("pk")
