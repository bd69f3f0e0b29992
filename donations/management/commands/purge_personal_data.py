from django.core.management.base import BaseCommand

from donations.erasing import purge


class Command(BaseCommand):
    help = (
        "Forget what the settings say is kept no longer: pledges that nobody confirmed, and donors"
        " of whom nothing has been heard for years. No sum changes. The worker does it every hour."
    )

    def handle(self, **options):
        for what, count in purge().items():
            self.stdout.write(f"{what}: {count}")
