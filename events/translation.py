"""Which texts of events stand in English, Japanese and Korean; and what has a history."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS

from .models import Event, Session, Shift


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "teaser", "text", "status_note", "place", "address", "directions",
              "organiser", "partners", "registration_note", "programme")  # fmt: skip
    required_languages = {"en": ("title",)}


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "text", "speakers", "room", "label")
    required_languages = {"en": ("title",)}


@register(Shift)
class ShiftTranslation(TranslationOptions):
    fields = ("job",)
    required_languages = ("en",)


KEPT = ["sequence", "revised_at"]
simple_history.register(
    Event,
    excluded_fields=[*KEPT, "private_sequence", "version", "over_at", *SEARCH_COLUMNS, "programme",
                     *in_all("programme")],
)  # fmt: skip
simple_history.register(Session, excluded_fields=KEPT)
