"""Which texts of donations stand in English, Japanese and Korean; and what has a history."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from .models import PaymentMethod


@register(PaymentMethod)
class PaymentMethodTranslation(TranslationOptions):
    fields = ("name", "instructions")
    required_languages = {"en": ("name", "instructions")}


simple_history.register(PaymentMethod)
