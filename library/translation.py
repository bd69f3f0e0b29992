"""Which words of the library exist in every language. English is required, the others may wait."""

from modeltranslation.translator import TranslationOptions, register

from library.models import Document, Photo


@register(Photo)
class PhotoTranslation(TranslationOptions):
    fields = ("alt", "caption")
    required_languages = {"en": ("alt",)}


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = {"en": ("title",)}
