"""Which texts of campaigns stand in English, Japanese and Korean; and what has a history."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS

from .models import Campaign, Need, Region, Supply


@register(Supply)
class SupplyTranslation(TranslationOptions):
    fields = ("name", "contains")
    required_languages = {"en": ("name",)}


@register(Region)
class RegionTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Campaign)
class CampaignTranslation(TranslationOptions):
    fields = ("title", "teaser", "story", "asks_for")
    required_languages = {"en": ("title",)}


@register(Need)
class NeedTranslation(TranslationOptions):
    fields = ("purpose", "target_source", "target_reason")


simple_history.register(
    Campaign, excluded_fields=[*SEARCH_COLUMNS, "asks_for", *in_all("asks_for")]
)
simple_history.register(Need, excluded_fields=["formula_kg"])
simple_history.register(Supply)
