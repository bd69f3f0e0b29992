"""What the office checks when staff write an article."""

from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm


class ArticleForm(PublishableForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The field is missing for those who may only look.
        if "slug" in self.fields:
            self.fields["slug"].error_messages |= {
                "required": _(
                    "Type the last part of the article's address, like “winter-report-2024”:"
                    " letters of any language and digits, with hyphens between them."
                ),
                "invalid": _(
                    "Use letters of any language, digits, hyphens and underscores; no blanks,"
                    " dots or slashes. Like “winter-report-2024” or “冬の報告”."
                ),
            }
