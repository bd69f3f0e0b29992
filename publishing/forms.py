"""What the office checks when staff write about something publishable."""

from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .found import language_in
from .models import OldAddress, Publishable, bare
from .steps import was_public

LONGEST_PATH = 2000  # bytes; a longer one does not fit into the index that makes paths unique


class PublishableForm(forms.ModelForm):
    """Keeps two editors from overwriting each other, and what is public from becoming unborn."""

    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)
    address_like = ("winter-report-2024", "冬の報告")  # the last part of an address, for sentences

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # it is missing for those who may only look
            self.fields["slug"].error_messages |= self.how_to_write_an_address()
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.changed_at.isoformat()
            self.initial |= getattr(self.instance, "texts_of_version", {})

    def how_to_write_an_address(self):
        latin, other = self.address_like
        return {
            "required": _(
                "Type the last part of the address, like “%(latin)s”: letters of any language"
                " and digits, with hyphens between them."
            )
            % {"latin": latin},
            "invalid": _(
                "Use letters of any language, digits, hyphens and underscores; no blanks,"
                " dots or slashes. Like “%(latin)s” or “%(other)s”."
            )
            % {"latin": latin, "other": other},
        }

    def clean_published_at(self):
        moment = self.cleaned_data["published_at"]
        if was_public(self.instance) and (moment is None or moment > timezone.now()):
            raise ValidationError(
                _(
                    "This has been public already, so its moment stays in the past."
                    " To hide it, withdraw it; for an event to come, write a new one."
                )
            )
        if self.instance.is_scheduled and moment is None:
            raise ValidationError(
                _("Say from when on this is public, or take it off the schedule first.")
            )
        return moment

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            self.refuse_to_overwrite()
        return cleaned

    def refuse_to_overwrite(self):
        """Refuse once what was changed since this form was opened; saving it again is a decision.

        The row stays locked until the form is saved, so two forms cannot pass side by side.
        """
        rows = type(self.instance)._base_manager.select_for_update()
        changed_at = rows.values_list("changed_at", flat=True).get(pk=self.instance.pk)
        if self.cleaned_data.get("seen_at") == changed_at.isoformat():
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_at")] = changed_at.isoformat()
        raise ValidationError(self.overwrite_warning())

    def overwrite_warning(self):
        opts = self.instance._meta
        latest = self.instance.history.select_related("history_user").first()
        sentence = _(
            "Nothing is saved yet: {who} changed this while you were writing. What you typed is"
            " still below. {history}, add it to yours, then save again; yours then replaces it."
        )
        return format_html(
            sentence,
            who=(latest and latest.history_user) or _("somebody"),
            history=format_html(
                '<a href="{}" target="_blank">{}</a>',
                reverse(
                    f"admin:{opts.app_label}_{opts.model_name}_history", args=[self.instance.pk]
                ),
                _("Look at what they changed (in a new tab)"),
            ),
        )


class OldAddressForm(forms.ModelForm):
    """An old path, and the page of ours that it shall lead to, given by its address."""

    leads_to = forms.CharField(
        label=gettext_lazy("Leads to"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy(
            "Open the page that visitors shall find and paste its address here,"
            " like /news/winter-report/. It may be a draft; until it is public, visitors find nothing."
        ),
    )

    class Meta:
        model = OldAddress
        fields = ["path"]
        widgets = {"path": forms.TextInput(attrs={"class": "vTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.target:
            self.initial["leads_to"] = address_of(self.instance.target)

    def clean_path(self):
        path = bare(path_in(self.cleaned_data["path"]))
        row = row_at(path)
        if row and row.is_public:
            raise ValidationError(
                _("This is the address of “%(title)s” now, so nobody would be led on from it.")
                % {"title": row}
            )
        return path

    def clean_leads_to(self):
        row = row_at(path_in(self.cleaned_data["leads_to"]))
        if row is None:
            raise ValidationError(
                _(
                    "No page with this address. Open the page, and copy what the browser shows above."
                )
            )
        return row

    def clean(self):
        cleaned = super().clean()
        if row := cleaned.get("leads_to"):
            self.instance.content_type = ContentType.objects.get_for_model(row)
            self.instance.object_id = row.pk
            self.instance.goes_to = ""
        return cleaned


def address_of(row):
    """Return the path of a row as old addresses are written: decoded, without language."""
    with translation.override(settings.LANGUAGE_CODE):
        return unquote(urlsplit(row.get_absolute_url()).path)


def path_in(text):
    """Return the path in what somebody pasted: without host, query and language, decoded.

    Raises ValidationError for what is no address.
    """
    try:
        path = unquote(urlsplit(text.strip()).path)
    except ValueError as error:  # like "http://[old"
        raise ValidationError(
            _("This is no address. Copy what the browser shows above the page.")
        ) from error
    if len(path.encode()) > LONGEST_PATH:
        raise ValidationError(_("This address is too long for any browser. Copy it once more."))
    language = language_in(path)
    return path.removeprefix(f"/{language}") if language else path


def row_at(path):
    """Return the publishable row whose page stands at this path, public or not, or None.

    Works for every kind whose address is made of its own fields, as `/news/<slug>/` is.
    """
    with translation.override(settings.LANGUAGE_CODE):
        try:
            facts = resolve(f"{bare(path)}/").kwargs
        except Resolver404:
            return None
    rows = [row_with(facts, model) for model in Publishable.__subclasses__()]
    return next((row for row in rows if row and bare(address_of(row)) == bare(path)), None)


def row_with(facts, model):
    """Return the first row with these facts; None when the model knows no such facts."""
    names = {field.name for field in model._meta.get_fields()}
    return model.objects.filter(**facts).first() if facts and facts.keys() <= names else None
