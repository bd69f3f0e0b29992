"""The form by which colleagues paint over parts of a photo."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.redaction import read_boxes


class RedactionForm(forms.Form):
    """Boxes as numbers; a script of the page writes them for those who draw. Lock the photo first."""

    file_name = forms.CharField(widget=forms.HiddenInput)
    boxes = forms.CharField(
        label=gettext_lazy("Boxes"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Draw at least one box, or type its numbers.")},
        help_text=gettext_lazy(
            # xgettext:no-python-format
            "One box a line: left, top, width and height in percent of the photo. “40 25 12.5 15” "
            "begins at 40 % from the left and 25 % from the top."
        ),
    )

    def __init__(self, photo, *args, **kwargs):
        super().__init__(*args, initial={"file_name": photo.file.name}, **kwargs)
        self.photo = photo

    def clean_boxes(self):
        return read_boxes(self.cleaned_data["boxes"])

    def clean(self):
        """Refuse once what was drawn on a file that the photo no longer has."""
        if self.cleaned_data.get("file_name") != self.photo.file.name:
            self.data = self.data.copy()
            self.data["file_name"] = self.photo.file.name
            raise ValidationError(
                _(
                    "Nothing is redacted yet: somebody gave this photo another file meanwhile. Look "
                    "whether your boxes fit what you see now, then press the button again."
                )
            )
        return self.cleaned_data

    def drawn(self):
        """Return the boxes as far as they can be read, for the picture."""
        try:
            return read_boxes(self["boxes"].value() or "")
        except ValidationError:
            return []
