from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from library.models import Photo
from library.variants import make_due_variants


class Command(BaseCommand):
    help = "Make the lighter copies of all photos that lack them, as after a large import."

    def handle(self, **options):
        due = Photo.objects.filter(variants_due_at__lte=timezone.now())
        pks = list(due.values_list("pk", flat=True))
        make_due_variants(len(pks))
        made = Photo.objects.filter(pk__in=pks, variants_due_at=None).count()
        self.stdout.write(
            _("%(made)s of %(due)s photos have their lighter copies now.")
            % {"made": made, "due": len(pks)}
        )
