"""The lists of campaigns."""

from django.urls import reverse


def list_addresses():
    return [reverse("campaigns:index"), reverse("campaigns:finished")]
