"""Which texts of the newsroom stand in English, Japanese and Korean.

History is registered here, after the language columns exist; registered on the model it would
not see them.
"""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from publishing.search import SEARCH_COLUMNS

from .models import Article, Category


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = ("title", "teaser", "body", "content_warning")
    required_languages = ("en",)


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


simple_history.register(
    Article, excluded_fields=["sort_on", *SEARCH_COLUMNS], m2m_fields=["categories"]
)
