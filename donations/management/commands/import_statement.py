from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.money import CURRENCIES
from donations.import_statement import KNOWN, import_statement, layouts_told
from donations.models import StatementLayout, StatementRow
from donations.statements.days import Order
from donations.statements.known import hint_for
from donations.statements.layouts import Role
from donations.statements.reading import HeaderUnknown, OrderUnknown, read_statement
from donations.statements.sheets import header_of, plain
from library.uploads import FILE_LIMIT
from publishing.import_command import ImportCommand
from publishing.imports import ImportRefused

EXAMPLE = "--layout name=Shinkin day=取引日 in=お預り金額 payer=お取引内容 currency=JPY order=ymd"


class Command(ImportCommand):
    help = gettext_lazy("Take in the rows of a bank's or PayPal's statement. Nothing is booked.")
    file_help = gettext_lazy("the statement as CSV, or a ZIP of several")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--order",
            choices=Order.values,
            default="",
            help=_("how days are written, where they can be read in several ways"),
        )
        parser.add_argument(
            "--layout",
            nargs="+",
            default=[],
            metavar="WHAT=COLUMN",
            help=_("which column of an unknown file is what, needed once: %s") % EXAMPLE,
        )

    def imported(self, file, *, progress, dry_run, order, layout, **options):
        content, name, told = content_of(file), Path(file).name, None
        try:
            statement = read_statement(content, name, layouts_told(order))
        except HeaderUnknown as unknown:
            told = layout_for(unknown, layout, order)
            statement = read_statement(content, name, layouts_told(order, told))
        except OrderUnknown as unknown:
            raise ImportRefused(order_unknown(unknown)) from None
        return import_statement(statement, layout=told, progress=progress, dry_run=dry_run)

    def lines(self, report):
        left_out = (f"  {report.name}:{line}  {why}" for line, why in report.left_out)
        yield [*counts(report), *left_out]


def content_of(file):
    """Return the bytes of a file; raise ImportRefused where they cannot be read."""
    try:
        with open(file, "rb") as opened:
            content = opened.read(FILE_LIMIT + 1)
    except OSError as error:
        raise ImportRefused(
            _("%(file)s cannot be read (%(reason)s).") % {"file": file, "reason": error.strerror}
        ) from None
    if len(content) > FILE_LIMIT:
        raise ImportRefused(
            _("%(file)s is larger than 25 MB. Import it in parts, or as a ZIP.") % {"file": file}
        )
    return content


def counts(report):
    """Count the rows by what became of them; every line of the file is in one of these."""
    for state in StatementRow.State:
        if state != StatementRow.State.BOOKED:
            yield f"{state.label}: {report.counts[state]}"
    yield _("already known: %d") % report.counts[KNOWN]


def order_unknown(unknown):
    return _("The days can be read in several ways (%(examples)s). Say which with %(options)s.") % {
        "examples": ", ".join(unknown.examples[:3]),
        "options": ", ".join(f"--order {order}" for order in unknown.orders),
    }


# A layout from words of the command line


def layout_for(unknown, told, order=""):
    """Return the StatementLayout that WHAT=COLUMN words tell; raise ImportRefused with what lacks."""
    if not told:
        columns = ", ".join(f"“{cell}”" for cell in unknown.cells if cell)
        hint = hint_for(header_of(unknown.cells))
        raise ImportRefused(
            hint
            or _("Nobody has said yet which of the columns %(columns)s is what. Import the file once"
                 " in the office, or say it here: %(example)s.")
            % {"columns": columns, "example": EXAMPLE}
        )  # fmt: skip
    words = [word.partition("=")[::2] for word in told]
    facts, roles = {"order": order} | facts_in(words), roles_in(words)
    header = header_with(roles, unknown)
    columns = [roles.get(name, "") for name in header]
    layout = StatementLayout(header=list(header), columns=columns, **facts)
    try:
        layout.full_clean(exclude=[] if facts["order"] else ["order"])
    except ValidationError as error:
        sentences = "; ".join(
            f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()
        )
        raise ImportRefused(sentences.replace("__all__: ", "")) from None
    if not facts["order"]:
        raise ImportRefused(
            _("Say how days are written, like order=ymd; there are %(orders)s.")
            % {"orders": ", ".join(Order.values)}
        )
    return layout


def facts_in(words):
    facts = {name: value for name, value in words if name in ("name", "order", "decimal")}
    for name, field in (("counts", "statuses"), ("donations", "kinds")):
        facts[field] = [value for word, value in words if word == name]
    currencies = [value for name, value in words if is_currency(name, value)]
    return facts | ({"currency": currencies[-1]} if currencies else {})


def is_currency(name, value):
    return name == "currency" and value in CURRENCIES


def roles_in(words):
    """Return {column: role}; raise ImportRefused for a word that is none of ours."""
    others = {"name", "order", "decimal", "counts", "donations"}
    unknown = [name for name, _value in words if name not in {*Role.values, *others}]
    if unknown:
        raise ImportRefused(
            _("“%(word)s” is none of the words %(words)s.")
            % {"word": unknown[0], "words": ", ".join([*Role.values, *sorted(others)])}
        )
    return {
        plain(value): name
        for name, value in words
        if name not in others and not is_currency(name, value)
    }


def header_with(roles, unknown):
    """Return the header in which all told columns stand; raise ImportRefused when there is none."""
    headers = [header_of(cells) for _line, cells in unknown.sheet.first_rows()]
    fitting = [header for header in headers if set(roles) <= set(header)]
    if not fitting:
        named = Counter(name for header in headers for name in header)
        lacking = next((name for name in roles if not named[name]), next(iter(roles), ""))
        raise ImportRefused(_("The file has no column “%(name)s”.") % {"name": lacking})
    return fitting[0]
