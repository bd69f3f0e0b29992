"""File fields with one gate: whatever is saved through them was rebuilt by a cleaner first."""

from django import forms
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from library.cleaning import CleanFile
from library.images import clean_image
from library.pdfs import clean_pdf
from library.uploads import OversizedUpload


class CleanFieldFile(FieldFile):
    """A stored file that went through the cleaner of its field, and never changes afterwards."""

    def save(self, name, content, save=True):
        """Clean and store `content` under a name of its own; raise Refused. `name` is dropped."""
        clean = self.field.cleaned(content)
        for fact, value in clean.facts.items():
            setattr(self.instance, fact, value)
        super().save(clean.name, clean, save)

    save.alters_data = True

    def open(self, mode="rb"):
        if mode != "rb":
            raise ValueError("A stored file never changes. Give the object a new file instead.")
        return super().open(mode)


class CleanFormField(forms.FileField):
    """Cleans the upload while the form is checked, so that a refusal stands beside the field."""

    default_error_messages = {
        "empty": _(
            "This file is empty; perhaps it was not copied to the end. Open it on your computer to see "
            "whether it is whole, and choose it again."
        )
    }

    def __init__(self, *, cleaned, accept, **kwargs):
        self.cleaned = cleaned
        self.accept = accept
        super().__init__(**kwargs)

    def to_python(self, data):
        if isinstance(data, OversizedUpload):
            raise forms.ValidationError(data.refusal)
        upload = super().to_python(data)
        return upload and self.cleaned(upload)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": self.accept}


class CleanFileField(models.FileField):
    """The base of both: `clean_content` turns bytes into a CleanFile or raises Refused."""

    attr_class = CleanFieldFile
    clean_content = None
    accept = ""

    def cleaned(self, content):
        """Return `content` as a CleanFile; what a form has cleaned already is not cleaned twice."""
        if isinstance(content, CleanFile):
            return content
        content.seek(0)
        original = content.read()
        return type(self).clean_content(
            original if isinstance(original, bytes) else original.encode()
        )

    def get_prep_value(self, value):
        # update() and bulk_update() pass by pre_save(), which cleans and stores.
        if isinstance(value, File) and not getattr(value, "_committed", False):
            raise TypeError("update() cannot clean a file. Save the object itself.")
        return super().get_prep_value(value)

    def formfield(self, **kwargs):
        own = {
            "form_class": CleanFormField,
            "cleaned": self.cleaned,
            "accept": self.accept,
            "max_length": None,  # the upload's own name is dropped, so it may be of any length
        }
        return super().formfield(**own | kwargs)


class PhotoField(CleanFileField):
    # An iPhone turns HEIC into JPEG by itself when a form asks for JPEG and not for HEIC.
    accept = "image/jpeg,image/png,image/webp,image/avif,image/gif"
    clean_content = staticmethod(clean_image)


class DocumentField(CleanFileField):
    accept = "application/pdf"
    clean_content = staticmethod(clean_pdf)
