"""What the office checks when staff write an article."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm

LONGEST_TAG = 100  # letters, of both its name and its address


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

    def clean_tags(self):
        tags = self.cleaned_data["tags"]
        if too_long := [tag for tag in tags if len(tag) > LONGEST_TAG]:
            raise ValidationError(
                _("“%(tag)s…” is too long for a tag: write at most %(longest)s letters.")
                % {"tag": too_long[0][:40], "longest": LONGEST_TAG}
            )
        return tags
