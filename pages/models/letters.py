"""Letters that visitors fill in and send themselves, and to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .tree import Page, PagePart


class SampleLetter(models.Model):
    """A letter that visitors fill in, to print or to send themselves. Nothing of it is stored.

    A word in braces, like {your name}, is a blank to fill in; {addressee} fills itself.
    """

    page = models.OneToOneField(Page, models.CASCADE, related_name="letter")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(
        _("text"),
        help_text=_(
            "Plain text. What stands in braces is a blank that the visitor fills in, under the"
            " name you give it: {your name}, {your city}. {addressee} becomes the addressee's"
            " name. Keep it under 1,500 characters: some mail programs cut longer ones off."
        ),
    )

    class Meta:
        verbose_name = _("sample letter")
        verbose_name_plural = _("sample letters")

    def __str__(self):
        return self.subject


class Addressee(PagePart):
    """Somebody in office whom the sample letter of a page can go to."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="addressees")
    name = models.CharField(
        _("name or office"),
        max_length=200,
        help_text=_("Like “The Consul General of China”."),
    )
    address = models.TextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    class Meta(PagePart.Meta):
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")

    def __str__(self):
        return self.name
