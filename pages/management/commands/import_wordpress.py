from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.wordpress import reasons
from pages.wordpress.importer import import_wordpress
from publishing.import_command import ImportCommand, flags, results


class Command(ImportCommand):
    help = gettext_lazy("Import the export file of the NGO's old WordPress site.")
    file_help = gettext_lazy("the export file, as WordPress writes it (XML)")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--uploads",
            metavar="FOLDER",
            help=_("the old site's folder wp-content/uploads, for pictures and documents"),
        )

    def imported(self, file, *, progress, dry_run, uploads, **options):
        return import_wordpress(file, uploads=uploads, progress=progress, dry_run=dry_run)

    def lines(self, report):
        yield results(
            (result, report.place(line), title) for result, line, title in report.outcomes
        )
        yield refused(report)
        yield flags((report.place(line), *flag) for line, *flag in report.flags)
        yield left_out(report)
        yield changed(report)


def refused(report):
    yield _("files taken into the library: %d") % report.files_taken
    yield _("refused: %d") % len(report.refused)
    yield from (f"  {reason}" for reason in report.refused)


def left_out(report):
    yield _("left out: %d items") % len(report.left_out)
    counted = Counter(left.code for left in report.left_out)
    for code, count in sorted(counted.items()):
        yield f"  {count} × {reasons.LEFT_OUT[code]}"
    for left in report.left_out:
        yield f"  {report.place(left.line)}  {left.words}: {left.sentence}"
    yield _("left out: %d comments (they hold addresses)") % report.survey.comments


def changed(report):
    lines = report.survey.export.lines
    if lines.removed:
        found = {"count": lines.removed, "line": report.place(lines.first_removed)}
        yield _("control signs taken out: %(count)d, first in %(line)s") % found
    for login, count in report.survey.unknown_authors():
        found = {"login": login or _("none"), "count": count}
        yield _("no author line, for the export does not name “%(login)s”: %(count)d") % found
    yield _("different from the old site: %d") % len(report.notes)
    yield from (f"  {report.place(line)}  {sentence}" for line, sentence in report.notes)
