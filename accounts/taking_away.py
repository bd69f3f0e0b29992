"""Help for who has lost telephone, keys and recovery codes."""

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.db import transaction

from .letters import tell


@transaction.atomic
def take_away_second_factor(person, request=None):
    """Remove all that a person signs in with besides the password; return how many there were.

    They are signed out everywhere and told by letter. `request` is of whoever does it in the office.
    """
    factors = list(Authenticator.objects.filter(user=person).select_for_update())
    for factor in factors:
        factor.delete()
        signals.authenticator_removed.send(
            sender=Authenticator, request=request, user=person, authenticator=factor
        )
    person.end_sessions()
    if factors:
        tell("accounts.factors_taken_away", person)
    return len(factors)
