import os
import sys
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.import_listing import import_listing
from news.listing import ListingError, read_listing

RESULTS = {
    "created": gettext_lazy("created"),
    "unchanged": gettext_lazy("unchanged"),
    "updated": gettext_lazy("updated"),
    "edited": gettext_lazy("kept: edited by staff"),
    "deleted": gettext_lazy("kept: deleted by staff"),
}


class Command(BaseCommand):
    help = gettext_lazy("Import the NGO's old home page, saved as UTF-8 text.")

    def add_arguments(self, parser):
        parser.add_argument("file", help=_("the old home page as text"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("do everything, report it, and write nothing")
        )

    def handle(self, *args, file, dry_run, **options):
        if hasattr(sys.stdout, "reconfigure"):  # a terminal that lacks a sign must not end the run
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            report = import_listing(
                read_listing(file),
                source_name=Path(file).name,
                progress=self.show_progress,
                dry_run=dry_run,
            )
        except ListingError as error:
            raise CommandError(_("%s Nothing was written.") % error) from None
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            message = _("The database refused the import (%s). Nothing was written.")
            raise CommandError(message % reason) from None
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted. Nothing was written.")) from None
        self.show(report)

    def show_progress(self, done, total):
        if self.stderr.isatty():
            bar = "#" * (30 * done // total)
            end = "\n" if done == total else "\r"
            self.stderr.write(f"[{bar:<30}] {done}/{total}", style_func=str, ending=end)

    def show(self, report):
        try:
            for lines in (results(report), flags(report), left_out(report), years(report)):
                self.stdout.write("\n".join(lines))
            if report.dry_run:
                self.stdout.write(_("This was a dry run: nothing was written."))
            self.stdout.flush()
        except BrokenPipeError:  # whoever reads along, like `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def results(report):
    """Count the items by result, and name those whose result an editor may wonder about."""
    for result, words in RESULTS.items():
        items = report.having(result)
        yield f"{words}: {len(items)}"
        if result not in ("created", "unchanged"):
            yield from (f"  {report.place(item.title_line)}  {item.title}" for item in items)
    yield _("refused: 0")  # a file with anything to refuse is refused as a whole
    if report.gone:
        yield _("no longer in the file, kept: %d") % len(report.gone)
        yield from (f"  {row.place}  {row.key}" for row in report.gone)


def flags(report):
    found = [flag for item in report.listing.items for flag in item.flags]
    yield _("flagged: %d") % len(found)
    yield from (f"  {report.place(flag.line)}  {flag.code}: {flag.sentence}" for flag in found)


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
