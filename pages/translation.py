"""Which texts of the front door stand in English, Japanese and Korean; and what has a history."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from publishing.search import SEARCH_COLUMNS

from .models import Addressee, Link, Organisation, Page, Question, SampleLetter


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "teaser", "body", "says_besides")
    required_languages = ("en",)


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("question", "answer")
    required_languages = {"en": ("question", "answer")}


@register(SampleLetter)
class SampleLetterTranslation(TranslationOptions):
    fields = ("subject", "text")
    required_languages = ("en",)


@register(Addressee)
class AddresseeTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name", "address", "representative")
    required_languages = {"en": ("name",)}


@register(Link)
class LinkTranslation(TranslationOptions):
    fields = ("label",)
    required_languages = ("en",)


simple_history.register(Page, excluded_fields=["path", "says_besides", *SEARCH_COLUMNS])
