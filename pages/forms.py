"""What the office checks when staff write a page."""

from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm

from .models import Page


class PageForm(PublishableForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Fields are missing for those who may only look.
        if "slug" in self.fields:
            self.fields["slug"].error_messages |= {
                "required": _(
                    "Type the last word of the page's address, like “our-work”: letters of any"
                    " language and digits, with hyphens between them."
                ),
                "invalid": _(
                    "Use letters of any language, digits, hyphens and underscores; no blanks,"
                    " dots or slashes. Like “our-work” or “活動”."
                ),
            }
        if "parent" in self.fields:
            parent = self.fields["parent"]
            parent.queryset = Page.objects.in_tree_order().defer("body", "search")
            parent.label_from_instance = lambda page: f"/{page.path}/"
            parent.empty_label = _("nothing: it stands at the root")
