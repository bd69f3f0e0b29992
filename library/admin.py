"""Where colleagues look after photos and documents."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from library.models import Document, Photo

THUMBNAIL_WIDTH, PREVIEW_WIDTH = 120, 480  # pixels


class StoredAdmin(TranslationAdmin):
    """A list of 50 a page, and a form that begins with what is known of the file."""

    list_filter = ["uploaded_at"]
    list_per_page = 50

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[1:]  # nothing is known of a file not chosen yet


@admin.register(Photo)
class PhotoAdmin(StoredAdmin):
    list_display = ["thumbnail", "alt", "credit", "uploaded_at"]
    list_display_links = ["thumbnail", "alt"]
    search_fields = [
        "alt_en", "alt_ja", "alt_ko", "caption_en", "caption_ja", "caption_ko", "credit",
    ]  # fmt: skip
    search_help_text = _("Searches descriptions and captions in all languages, and credits.")
    readonly_fields = ["preview", "dimensions", "lighter_copies", "uploaded_at"]
    fieldsets = [
        (_("The stored photo"), {"fields": readonly_fields}),
        (None, {"fields": ["file", "alt_en", "caption_en", "credit"]}),
        (_("Japanese"), {"classes": ["collapse"], "fields": ["alt_ja", "caption_ja"]}),
        (_("Korean"), {"classes": ["collapse"], "fields": ["alt_ko", "caption_ko"]}),
    ]

    @admin.display(description=_("photo"))
    def thumbnail(self, photo):
        return image(photo, THUMBNAIL_WIDTH)

    @admin.display(description=_("preview"))
    def preview(self, photo):
        return image(photo, PREVIEW_WIDTH)

    @admin.display(description=_("width and height"))
    def dimensions(self, photo):
        return _("%(width)s × %(height)s pixels") % {"width": photo.width, "height": photo.height}

    @admin.display(description=_("lighter copies"))
    def lighter_copies(self, photo):
        if not photo.variant_widths:
            return _("They are being made; until then everybody gets the full picture.")
        widths = ", ".join(str(width) for width in photo.variant_widths)
        return _("%(widths)s pixels wide") % {"widths": widths}


def image(photo, width):
    """Return an <img> of that width in pixels, at most; of the lightest copy where there is one."""
    width = min(width, photo.width)
    smallest = photo.variant_widths[:1]
    name = photo.variant_name(smallest[0], "webp") if smallest else photo.file.name
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        photo.file.storage.url(name),
        width,
        max(1, round(photo.height * width / photo.width)),
        photo.alt,
    )


@admin.register(Document)
class DocumentAdmin(StoredAdmin):
    list_display = ["title", "readable_size", "pages", "uploaded_at"]
    search_fields = ["title_en", "title_ja", "title_ko"]
    search_help_text = _("Searches the titles in all languages.")
    readonly_fields = ["readable_size", "pages", "uploaded_at"]
    fieldsets = [
        (_("The stored document"), {"fields": readonly_fields}),
        (None, {"fields": ["title_en", "file"]}),
        (_("Japanese"), {"classes": ["collapse"], "fields": ["title_ja"]}),
        (_("Korean"), {"classes": ["collapse"], "fields": ["title_ko"]}),
    ]

    @admin.display(description=_("size"), ordering="size")
    def readable_size(self, document):
        return filesizeformat(document.size)
