"""What the office checks when staff write an event."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.forms import ReportField
from publishing.forms import PublishableForm

from .copying import MOST_WEEKS
from .models import Session


class EventForm(PublishableForm):
    address_like = ("winter-concert-2026", "冬の音楽会")


class SessionForm(forms.ModelForm):
    report = ReportField()

    class Meta:
        model = Session
        fields = ["report"]  # the office names all others, by language

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["report"].kept = self.instance.report


class PartsFormSet(BaseInlineFormSet):
    """Refuses parts of another event, and those that somebody deleted meanwhile."""

    def clean(self):
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("Something in this form was deleted meanwhile. Open the event anew.")
            )
        super().clean()


class CopyForm(forms.Form):
    """Where the copies of an event go: to one day, or to the same weekday of the next weeks."""

    starts_on = forms.DateField(
        label=gettext_lazy("One copy, whose first day is"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("Or a copy in each of the next weeks, so many"),
        required=False,
        min_value=1,
        max_value=MOST_WEEKS,
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned["starts_on"]) == bool(cleaned["weeks"]):
            raise ValidationError(_("Fill in one of the two: a day, or a number of weeks."))
        return cleaned
