"""Statements that are known by the names of their columns: PayPal, three banks, two systems.

All names are written as `sheets.plain` gives them.
"""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from .amounts import POINT
from .days import Order
from .layouts import Known, Role
from .sheets import plain

# The reports since 2018 say `TimeZone` and `Type`, older ones `Time Zone`, statements
# `Description`. What a donor typed may stand in any of five columns.
PAYPAL = Known(
    "paypal",
    "PayPal",
    {
        Role.DAY: [["date"]],
        Role.PAYER: [["name"]],
        Role.EMAIL: [["from email address"]],
        Role.AMOUNT: [["gross"]],
        Role.FEE: [["fee"]],
        Role.CURRENCY: [["currency"]],
        Role.TRANSACTION_ID: [["transaction id"]],
        Role.REFERS_TO: [["reference txn id"]],
        Role.NOTE: [
            ["note", "subject", "item title", "invoice number", "invoice id", "custom number"]
        ],
        Role.STATUS: [["status"]],
        Role.KIND: [["type"], ["description"]],
    },
    needs=(Role.DAY, Role.KIND, Role.CURRENCY, Role.AMOUNT, Role.TRANSACTION_ID),
    told_by=("date", "gross"),
)
GIVING_FUND = Known(
    "paypal-giving-fund",
    "PayPal Giving Fund",
    {
        Role.DAY: [["payout date"], ["donation date"]],
        Role.PAYER: [["donor first name", "donor last name"]],
        Role.EMAIL: [["donor email"]],
        Role.AMOUNT: [["gross amount"]],
        Role.FEE: [["total fees"]],
        Role.CURRENCY: [["currency code"]],
        Role.TRANSACTION_ID: [["transaction id"]],
        Role.NOTE: [["reference information", "program name"]],
    },
    needs=(Role.DAY, Role.CURRENCY, Role.AMOUNT, Role.TRANSACTION_ID),
    told_by=("payout date", "gross amount"),
)
MUFG = Known(
    "mufg",
    "MUFG",
    {
        Role.DAY: [["日付"]],
        Role.PAYER: [["摘要内容"]],
        Role.MONEY_IN: [["預かり金額"]],
        Role.MONEY_OUT: [["支払い金額"]],
        Role.NOTE: [["摘要", "メモ"]],
        Role.BALANCE: [["差引残高"]],
    },
    needs=(Role.DAY, Role.PAYER, Role.MONEY_IN),
    told_by=("摘要内容", "預かり金額"),
    order=Order.YMD,
    decimal=POINT,
    currency="JPY",
)
SMBC = Known(
    "smbc",
    "SMBC",
    {
        Role.DAY: [["年月日"]],
        Role.PAYER: [["お取扱内容", "お取り扱い内容"]],
        Role.MONEY_IN: [["お預入れ"]],
        Role.MONEY_OUT: [["お引出し"]],
        Role.NOTE: [["メモ"]],
        Role.BALANCE: [["残高"]],
    },
    needs=(Role.DAY, Role.PAYER, Role.MONEY_IN),
    told_by=("年月日", "お預入れ"),
    order=Order.YMD,
    decimal=POINT,
    currency="JPY",
)
RAKUTEN = Known(
    "rakuten",
    "Rakuten",
    {
        Role.DAY: [["取引日"]],
        Role.PAYER: [["入出金内容"], ["入出金先内容"]],
        Role.AMOUNT: [["入出金(円)"]],  # full-width brackets have become these
        Role.BALANCE: [["取引後残高(円)"], ["残高(円)"]],
    },
    needs=(Role.DAY, Role.PAYER, Role.AMOUNT),
    told_by=("取引日", "入出金(円)"),
    order=Order.YMD,
    decimal=POINT,
    currency="JPY",
)
GIVEWP = Known(
    "givewp",
    "GiveWP",
    {
        Role.DAY: [["donation date"]],
        Role.PAYER: [["first name", "last name"], ["company name"]],
        Role.EMAIL: [["email address"]],
        Role.AMOUNT: [["donation total"]],
        Role.CURRENCY: [["currency code"]],
        Role.TRANSACTION_ID: [["donation id"]],
        Role.NOTE: [["donor comment", "form title"]],
        Role.STATUS: [["donation status"]],
        Role.KIND: [["payment mode"]],  # test donations brought no money
    },
    needs=(Role.DAY, Role.CURRENCY, Role.AMOUNT),
    told_by=("donation id", "donation total"),
    counting=(
        (Role.STATUS, ("complete", "completed", "publish", "renewal")),
        (Role.KIND, ("live",)),
    ),
    id_prefix="GiveWP ",
)
CIVICRM = Known(
    "civicrm",
    "CiviCRM",
    {
        Role.DAY: [["date received"]],
        Role.PAYER: [["display name"], ["first name", "last name"]],
        Role.EMAIL: [["email"]],
        Role.AMOUNT: [["total amount"]],
        Role.FEE: [["fee amount"]],
        Role.CURRENCY: [["currency"]],
        Role.TRANSACTION_ID: [["transaction id"]],
        Role.NOTE: [["contribution source", "contribution note", "campaign title"]],
        Role.STATUS: [["contribution status"]],
        Role.KIND: [["financial type"]],
    },
    needs=(Role.DAY, Role.AMOUNT, Role.STATUS),
    told_by=("date received", "total amount"),
    decimal=POINT,
    counting=(
        (Role.STATUS, ("completed",)),
        (Role.KIND, ("donation", "campaign contribution")),
    ),
)


def known_layouts():
    """Return all of them; which of PayPal's types are donations, a setting tells."""
    types = tuple(plain(name) for name in settings.STATEMENT_DONATION_TYPES)
    counting = ((Role.STATUS, ("completed",)), (Role.KIND, types))
    paypal = replace(PAYPAL, counting=counting)
    return [paypal, GIVING_FUND, MUFG, SMBC, RAKUTEN, GIVEWP, CIVICRM]


def recognised(header):
    """Return the layout of a header whose columns are known by name, or None."""
    for known in known_layouts():
        if known.recognises(header) and not known.missing(header):
            return known.layout_for(header)
    return None


def hint_for(header):
    """Tell which column a known file lacks, or return ""."""
    for known in known_layouts():
        if known.recognises(header):
            lacking = ", ".join(f"“{name}”" for name in known.missing(header))
            return _("This looks like a file of %(source)s without the column %(columns)s."
                     " Download it again with that column.") % {
                "source": known.title, "columns": lacking
            }  # fmt: skip
    return ""
