"""The demonstration's accounts, one per role, all with the same password."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User

# Nobody can own these addresses: the domain .example is reserved for examples.
ADDRESSES = {
    "editor": "editor@lfnkr.example",
    "publisher": "publisher@lfnkr.example",
    "campaigner": "campaigner@lfnkr.example",
    "treasurer": "treasurer@lfnkr.example",
    "coordinator": "coordinator@lfnkr.example",
    "auditor": "auditor@lfnkr.example",
    "volunteer": "volunteer@lfnkr.example",
    "administrator": "administrator@lfnkr.example",
}


@transaction.atomic
def make_sure_of_staff(password):
    """Make the accounts, or let them in again with this password; return them by role."""
    encoded = encode(password)
    return {role: make_sure_of(role, email, encoded) for role, email in ADDRESSES.items()}


def encode(password):
    """Return the hash the accounts have already when it fits, else a new one.

    One hash stands for all of them, for each costs half a second at every start.
    """
    stored = User.objects.filter(email__in=ADDRESSES.values()).values_list("password", flat=True)
    fitting = (encoded for encoded in set(stored) if check_password(password, encoded))
    return next(fitting, None) or make_password(password)


def make_sure_of(role, email, encoded):
    is_administrator = role == "administrator"
    person, _created = User.objects.update_or_create(
        email=email,
        defaults={
            "name": role.capitalize(),
            "password": encoded,
            "is_active": True,
            "is_staff": role != "volunteer",  # who signs in at /schedule/, not in the office
            "is_superuser": is_administrator,
        },
    )
    if not is_administrator:
        person.groups.add(Group.objects.get(name=role))
    return person
