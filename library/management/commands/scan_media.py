from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from library.scan import NoReader, delete_orphans, scan


class Command(BaseCommand):
    help = (
        "Look for private data in all stored files with exiftool and qpdf; exit 1 if there is any."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--delete-orphans",
            action="store_true",
            help="Delete files that no photo and no document owns, unless they are an hour young.",
        )

    def handle(self, *, delete_orphans, **options):
        try:
            report = scan()
        except NoReader as missing:
            raise CommandError(str(missing)) from missing
        self.tell(report)
        if delete_orphans and report.orphans:
            self.delete(report.orphans)
        if report.private or report.missing:
            raise CommandError(
                _("%(private)s findings in files, %(missing)s files missing.")
                % {"private": len(report.private), "missing": len(report.missing)}
            )

    def tell(self, report):
        for name, what in report.private:
            self.stdout.write(_("private: %(name)s: %(what)s") % {"name": name, "what": what})
        for name in report.missing:
            self.stdout.write(_("missing: %(name)s") % {"name": name})
        for name in report.orphans:
            self.stdout.write(_("belongs to nothing: %(name)s") % {"name": name})
        self.stdout.write(
            _("%(files)s files looked at, %(orphans)s belong to nothing.")
            % {"files": report.files, "orphans": len(report.orphans)}
        )

    def delete(self, names):
        young = delete_orphans(names)
        self.stdout.write(
            _("%(deleted)s files deleted, %(young)s left: they are less than an hour old.")
            % {"deleted": len(names) - len(young), "young": len(young)}
        )
