"""The languages that are spoken at events and by volunteers."""

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    CHINESE = "zh", _("Chinese")
    FRENCH = "fr", _("French")
    GERMAN = "de", _("German")
    SPANISH = "es", _("Spanish")
    RUSSIAN = "ru", _("Russian")
    THAI = "th", _("Thai")
    VIETNAMESE = "vi", _("Vietnamese")
    JAPANESE_SIGN = "jsl", _("Japanese Sign Language")


class LanguagesField(ArrayField):
    """Some languages, in the order of the list above; boxes to tick in every form."""

    def __init__(self, verbose_name=None, **kwargs):
        kwargs |= {"base_field": models.CharField(max_length=3, choices=Language), "default": list}
        super().__init__(verbose_name=verbose_name, **{"blank": True} | kwargs)

    def formfield(self, **kwargs):
        return forms.TypedMultipleChoiceField(
            choices=Language,
            coerce=str,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def language_names(codes):
    """Write languages as people read them: "Japanese, Korean"."""
    return ", ".join(str(Language(code).label) for code in Language.values if code in codes)
