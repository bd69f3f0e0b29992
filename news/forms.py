"""What the office checks when staff write an article."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm

LONGEST_TAG = 100  # letters, of both its name and its address


class ArticleForm(PublishableForm):
    def clean_tags(self):
        tags = self.cleaned_data["tags"]
        if too_long := [tag for tag in tags if len(tag) > LONGEST_TAG]:
            raise ValidationError(
                _("“%(tag)s…” is too long for a tag: write at most %(longest)s letters.")
                % {"tag": too_long[0][:40], "longest": LONGEST_TAG}
            )
        return tags
