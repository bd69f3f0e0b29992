import sys
from itertools import chain

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns import proof as proof_of_campaigns
from campaigns.models import Entry, Expense, Need
from donations import proof as proof_of_donations
from donations.models import Donation, Pledge
from donations.usage import proof as proof_of_usage


class Command(BaseCommand):
    help = (
        "Prove every sum and every equation of the ledger, of pledges, of donations and of what the"
        " public is told of them from their rows. Prints each discrepancy and exits 1 if there is one. Changes nothing; run it every"
        " night and after every restore."
    )

    def handle(self, **options):
        begins = not connection.in_atomic_block
        with transaction.atomic():
            if begins:  # one moment for all checks: nobody's entry comes between two of them
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self.prove()

    def prove(self):
        wrong = 0
        proofs = (proof_of_campaigns, proof_of_donations, proof_of_usage)
        for sentence in chain.from_iterable(proof.discrepancies() for proof in proofs):
            wrong += 1
            self.stderr.write(sentence)
        if wrong:
            self.stderr.write(_("The ledger is wrong in %(number)s places.") % {"number": wrong})
            sys.exit(1)
        self.stdout.write(
            _("The ledger is right: %(lines)s lines of %(needs)s needs, %(expenses)s expenses,"
              " %(pledges)s pledges, %(donations)s donations.")
            % {
                "lines": Entry.objects.count(),
                "needs": Need.objects.count(),
                "expenses": Expense.objects.count(),
                "pledges": Pledge.objects.count(),
                "donations": Donation.objects.count(),
            }
        )  # fmt: skip
