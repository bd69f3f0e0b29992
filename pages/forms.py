"""What the office checks when staff write a page."""

from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm
from publishing.search import SEARCH_COLUMNS

from .models import Page


class PageForm(PublishableForm):
    address_like = ("our-work", "活動")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:  # it is missing for those who may only look
            parent = self.fields["parent"]
            parent.queryset = Page.objects.in_tree_order().defer("body", *SEARCH_COLUMNS)
            parent.label_from_instance = lambda page: f"/{page.path}/"
            parent.empty_label = _("nothing: it stands at the root")
