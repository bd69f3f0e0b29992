"""How gifts may come, and what currencies were worth."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from donations.models import DayRate, PaymentMethod
from publishing.admin import KeepsRelated


@admin.register(PaymentMethod)
class PaymentMethodAdmin(KeepsRelated, TranslationAdmin):
    """What donors read after a pledge, in three languages."""

    list_display = ["name", "kind", "currencies", "takes_money", "takes_goods", "is_offered"]
    list_filter = ["is_offered"]
    fieldsets = [
        (None, {"fields": ["kind", "currencies", ("takes_money", "takes_goods"), "link",
                           ("is_offered", "position")]}),
        ("English", {"fields": ["name_en", "instructions_en"]}),
        ("日本語", {"fields": ["name_ja", "instructions_ja"], "classes": ["collapse"]}),
        ("한국어", {"fields": ["name_ko", "instructions_ko"], "classes": ["collapse"]}),
    ]  # fmt: skip

    def has_delete_permission(self, request, obj=None):
        """One that nobody shall choose any more loses its tick; gifts still name it."""
        return False


@admin.register(DayRate)
class DayRateAdmin(admin.ModelAdmin):
    """Rates as looked up. What was booked at one keeps it, however the rate is corrected."""

    list_display = ["day", "currency", "into", "plain_rate"]
    list_filter = ["currency", "into"]
    date_hierarchy = "day"
    show_full_result_count = False

    @admin.display(description=DayRate._meta.get_field("rate").verbose_name, ordering="rate")
    def plain_rate(self, obj):
        return f"{obj.rate.normalize():f}"
