import os

from django.core.management.base import BaseCommand, CommandError

from lfnkr.demo.appeals import appeal_when_none
from lfnkr.demo.content import fill_when_empty
from lfnkr.demo.front_door import open_when_closed
from lfnkr.demo.giving import give_when_nobody_did
from lfnkr.demo.programme import invite_when_nothing_is_on
from lfnkr.demo.staff import make_sure_of_staff


class Command(BaseCommand):
    help = "Fill an empty site with demonstration content, and make an account for each staff role."

    def handle(self, **options):
        password = os.environ.get("DEMO_PASSWORD")
        if not password:
            raise CommandError(
                "Set DEMO_PASSWORD: load_demo makes accounts with that password, administrator"
                " included, so it is for demonstrations and never for the real site."
            )
        staff = make_sure_of_staff(password)
        if fill_when_empty(staff):
            self.stdout.write("Loaded the demonstration articles.")
        if open_when_closed(staff):
            self.stdout.write("Loaded the demonstration pages.")
        if appeal_when_none(staff):
            self.stdout.write("Loaded the demonstration campaigns.")
        if invite_when_nothing_is_on(staff):
            self.stdout.write("Loaded the demonstration events.")
        if give_when_nobody_did(staff):
            self.stdout.write("Loaded the demonstration's ways to give and pledges.")
        self.print_sign_ins(staff, password)

    def print_sign_ins(self, staff, password):
        self.stdout.write("")
        for row in [("Role", "Address", "Password")] + [
            (role, person.email, password) for role, person in staff.items()
        ]:
            self.stdout.write("  {:15}{:31}{}".format(*row))
