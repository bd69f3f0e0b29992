from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.import_listing import import_listing
from news.listing import read_listing
from publishing.import_command import ImportCommand, flags, results


class Command(ImportCommand):
    help = gettext_lazy("Import the NGO's old home page, saved as UTF-8 text.")
    file_help = gettext_lazy("the old home page as text")

    def imported(self, file, *, progress, dry_run, **options):
        return import_listing(
            read_listing(file), source_name=Path(file).name, progress=progress, dry_run=dry_run
        )

    def lines(self, report):
        yield results(
            (outcome.result, report.place(outcome.item.title_line), outcome.item.title)
            for outcome in report.outcomes
        )
        yield refused_and_gone(report)
        yield flags(
            (report.place(flag.line), flag.code, flag.sentence)
            for item in report.listing.items
            for flag in item.flags
        )
        yield left_out(report)
        yield years(report)


def refused_and_gone(report):
    yield _("refused: 0")  # a file with anything to refuse is refused as a whole
    if report.gone:
        yield _("no longer in the file, kept: %d") % len(report.gone)
        yield from (f"  {row.place}  {row.key}" for row in report.gone)


def left_out(report):
    yield _("left out: %d lines") % len(report.listing.left_out)
    for left in report.listing.left_out:
        yield f"  {report.place(left.line)}  “{left.raw.strip()}” {left.sentence}"


def years(report):
    """Sum up the file by year, so that it can be compared with a count by hand."""
    items = report.listing.items
    for section, words in (("dated", _("published")), ("highlight", _("past highlights"))):
        counted = Counter(item.date.year for item in items if item.section == section)
        text = ", ".join(f"{year}: {count}" for year, count in sorted(counted.items()))
        yield f"{words}: {counted.total()} ({text})"
    undated = sum(item.section == "undated" for item in items)
    yield _("drafts without a date: %d") % undated
