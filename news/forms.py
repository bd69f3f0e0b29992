"""What the office checks when staff write an article, and how another room names one."""

from urllib.parse import unquote, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from publishing.forms import PublishableForm

from .models import Article

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


class ReportField(forms.CharField):
    """A published article, by the address that the browser shows above it."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            label=_("report"),
            widget=forms.TextInput(attrs={"class": "vTextField"}),
            help_text=_(
                "The address of the published article that tells of it, like /news/rice-arrives/."
                " It can be added later."
            ),
            **kwargs,
        )

    kept = None  # the article that is stored; it may stay when it is no longer public

    def prepare_value(self, value):
        if isinstance(value, int):  # the number of the article that is stored
            value = Article.objects.filter(pk=value).first()
        return value.get_absolute_url() if isinstance(value, Article) else value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            slug = unquote(urlsplit(text).path).strip("/").rpartition("/")[2]
        except ValueError:
            slug = ""
        article = Article.objects.published().filter(slug=slug).first()
        if article is None and self.kept and self.kept.slug == slug:
            return self.kept
        if article is None:
            raise ValidationError(
                _("No published article has this address. Open it and copy the address from there.")
            )
        return article
