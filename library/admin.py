"""Where colleagues look after photos and documents."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from library.forms import RedactionForm
from library.models import Document, Photo
from library.redaction import redact

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
    list_display = ["thumbnail", "alt", "credit", "for_the_public", "uploaded_at"]
    list_display_links = ["thumbnail", "alt"]
    search_fields = [
        "alt_en", "alt_ja", "alt_ko", "caption_en", "caption_ja", "caption_ko", "credit",
    ]  # fmt: skip
    list_filter = [
        ("is_withheld", admin.BooleanFieldListFilter),
        "people_recognisable",
        "uploaded_at",
    ]
    search_help_text = _("Searches descriptions and captions in all languages, and credits.")
    readonly_fields = ["preview", "dimensions", "lighter_copies", "uploaded_at", "redacted_at"]
    fieldsets = [
        (_("The stored photo"), {"fields": readonly_fields}),
        (None, {"fields": ["file", "alt_en", "caption_en", "credit"]}),
        (_("People in the picture"), {"fields": ["people_recognisable", "consent"]}),
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

    @admin.display(description=_("public may see it"), boolean=True, ordering="is_withheld")
    def for_the_public(self, photo):
        return not photo.is_withheld

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell_withheld(self, request, Photo.objects.withheld().filter(pk=obj.pk))

    def get_urls(self):
        view = self.admin_site.admin_view(self.redact_view)
        return [
            path("<int:pk>/redact/", view, name="library_photo_redact"),
            *super().get_urls(),
        ]

    @transaction.atomic
    def redact_view(self, request, pk):
        """Show the photo with boxes over it; on the word "redact", paint them for good."""
        photo = get_object_or_404(Photo.objects.select_for_update(no_key=True), pk=pk)
        if not self.has_change_permission(request, photo):
            raise PermissionDenied
        form = RedactionForm(photo, request.POST or None)
        if request.method == "POST" and form.is_valid() and "redact" in request.POST:
            redact(photo, form.cleaned_data["boxes"])
            self.log_change(request, photo, gettext("Redacted."))
            self.message_user(request, gettext("The photo is redacted. The one before is deleted."))
            return HttpResponseRedirect(reverse("admin:library_photo_change", args=[pk]))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Redact a photo"),
            "opts": self.opts,
            "photo": photo,
            "form": form,
            "grid": range(10, 100, 10),
        }
        return TemplateResponse(request, "admin/library/photo/redact.html", context)


def tell_withheld(model_admin, request, photos):
    """Say of each photo why the public does not see it, and what to do. One query."""
    for photo in photos:
        sentence = format_html(
            gettext(
                "The public does not see the photo “{photo}”: people are recognisable on it. "
                "Note their consent, or redact it."
            ),
            photo=format_html(
                '<a href="{}">{}</a>',
                reverse("admin:library_photo_change", args=[photo.pk]),
                photo,
            ),
        )
        model_admin.message_user(request, sentence, messages.WARNING)


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
