"""The NGO as it stands on paper. The settings name this function for rooms that know no pages."""

from donations.paper import Letterhead

from .models import Organisation


def letterhead():
    """Return the NGO in the language of the moment. One query."""
    ours = Organisation.objects.first() or Organisation()
    names = ["name", "address", "telephone", "email", "representative"]
    return Letterhead(**{name: getattr(ours, name) or "" for name in names})
