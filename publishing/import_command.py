"""What all import commands share: the dry run, the progress bar, the report and how they fail."""

import os
import sys
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Act

from .imports import ImportRefused

RESULTS = {
    "created": gettext_lazy("created"),
    "unchanged": gettext_lazy("unchanged"),
    "updated": gettext_lazy("updated"),
    "edited": gettext_lazy("kept: edited by staff"),
    "deleted": gettext_lazy("kept: deleted by staff"),
}


class ImportCommand(BaseCommand):
    """Calls `self.imported(file, progress=, dry_run=, ...)` and prints `self.lines(report)`."""

    def add_arguments(self, parser):
        parser.add_argument("file", help=self.file_help)
        parser.add_argument(
            "--dry-run", action="store_true", help=_("do everything, report it, and write nothing")
        )

    def handle(self, *args, file, dry_run, **options):
        if hasattr(sys.stdout, "reconfigure"):  # a terminal that lacks a sign must not end the run
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            report = self.imported(file, progress=self.show_progress, dry_run=dry_run, **options)
        except ImportRefused as error:
            raise CommandError(_("%s Nothing was written.") % error) from None
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            message = _("The database refused the import (%s). Nothing was written.")
            raise CommandError(message % reason) from None
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted. Nothing was written.")) from None
        if not report.dry_run:
            Act.objects.note(Act.Action.DID, detail=self.__module__.rpartition(".")[2])
        self.show(report)

    def show_progress(self, done, total):
        if self.stderr.isatty():
            bar = "#" * (30 * done // total)
            end = "\n" if done == total else "\r"
            self.stderr.write(f"[{bar:<30}] {done}/{total}", style_func=str, ending=end)

    def show(self, report):
        try:
            for lines in self.lines(report):
                self.stdout.write("\n".join(lines))
            if report.dry_run:
                self.stdout.write(_("This was a dry run: nothing was written."))
            self.stdout.flush()
        except BrokenPipeError:  # whoever reads along, like `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def results(outcomes):
    """Count (result, place, title) by result, and name those that an editor may wonder about."""
    outcomes = list(outcomes)
    counted = Counter(result for result, _place, _title in outcomes)
    for result, words in RESULTS.items():
        yield f"{words}: {counted[result]}"
        if result not in ("created", "unchanged"):
            yield from (f"  {place}  {title}" for r, place, title in outcomes if r == result)


def flags(found):
    """Name each (place, reason, sentence) that was put into the queue."""
    found = list(found)
    yield _("flagged: %d") % len(found)
    yield from (f"  {place}  {reason}: {sentence}" for place, reason, sentence in found)
