"""A page that gets another address takes along those below it, and all old addresses live."""

from contextlib import contextmanager

from django.db import transaction

from publishing.forms import address_of
from publishing.models import OldAddress
from publishing.search import SEARCH_COLUMNS

from .models import Page


@contextmanager
def move(page):
    """Save `page` within; where public pages below it stood, redirects stand afterwards.

    The page's own old address the newsroom's form remembers already.
    """
    with transaction.atomic():
        old = Page.objects.filter(pk=page.pk).first()
        public = Page.objects.published().below(old).defer(*SEARCH_COLUMNS) if old else []
        before = {row.pk: address_of(row) for row in public}
        yield
        if before and old.path != page.path:
            for row in Page.objects.filter(pk__in=before):
                OldAddress.objects.remember(before[row.pk], row)
