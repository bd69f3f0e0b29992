from django.core.management.base import BaseCommand
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donations.models import Telling
from donations.usage.telling import tell, tell_anew


class Command(BaseCommand):
    help = (
        "Tell the public what became known up to the end of the last month, on the page “How your"
        " donations are used”. The worker does this by itself; a second run changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anew",
            action="store_true",
            help=(
                "Forget what was told and add it up from the rows again, as after a change of the"
                " fiscal year. Whoever kept the old page may learn of single gifts from the"
                " difference: use it only when the sums are wrong."
            ),
        )

    def handle(self, *, anew, **options):
        telling = tell_anew() if anew else tell()
        if telling is None:
            telling = Telling.objects.latest("until")
            sentence = _("All was told already, up to %(day)s.")
        else:
            sentence = _("Told up to %(day)s: %(sums)s sums.")
        facts = {"day": date_format(telling.until), "sums": telling.sums.count()}
        self.stdout.write(sentence % facts)
