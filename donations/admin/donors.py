"""Donors as the treasurer knows them."""

from django.contrib import admin

from donations.models import Donor


@admin.register(Donor)
class DonorAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "country", "language"]
    search_fields = ["name", "email"]

    def has_delete_permission(self, request, obj=None):
        return False
