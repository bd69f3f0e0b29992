from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.taking_away import take_away_second_factor


class Command(BaseCommand):
    help = (
        "Take the second factor from a person who has lost telephone, keys and recovery codes, sign"
        " them out everywhere and tell them by letter. For the last administrator; all others ask"
        " an administrator, who does it in the office."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, email, **options):
        person = User.objects.filter(email=User.normalize_email(email)).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {email}. Look for a mistyped letter.")
        if not take_away_second_factor(person):
            return self.stdout.write(f"{person.email} had no second factor. They are signed out.")
        self.stdout.write(
            f"{person.email} has no second factor any more and is signed out everywhere. At the"
            " next visit they sign in with the password alone and set up a new one."
        )
