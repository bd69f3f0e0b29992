"""Volunteers, as coordinators invite them and look for help."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from events.languages import Language
from events.models import Assignment, Duty, Volunteer
from events.volunteers import end, invite, send_invitation

PROFILE = ["mail_language", "languages", "skills"]


class InvitationForm(forms.ModelForm):
    """Whom to invite. The account is made with the e-mail, both or neither."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("An invitation goes there, with a link to choose a password."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Volunteer
        fields = PROFILE

    def clean_email(self):
        email = User.normalize_email(self.cleaned_data["email"])
        user = User.objects.filter(email=email).first()
        if user and Volunteer.objects.filter(user=user).exists():
            raise ValidationError(_("This person is a volunteer already."))
        if user and not user.is_active:
            raise ValidationError(
                _("This person's account was closed. Ask an administrator to open it again first.")
            )
        return email


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("languages")
    parameter_name = "speaks"

    def lookups(self, request, model_admin):
        return Language.choices

    def queryset(self, request, queryset):
        if self.value() in Language.values:
            return queryset.filter(languages__contains=[self.value()])
        return queryset


@admin.register(Volunteer)
class VolunteerAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "languages_text", "skills", "shifts_to_come", "last_seen",
                    "is_active"]  # fmt: skip
    list_filter = [LanguageFilter, "user__is_active"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "skills"]
    search_help_text = gettext_lazy("A name, an e-mail address or a skill.")
    show_full_result_count = False
    readonly_fields = ["name", "email", "invited_by", "invited_at", "last_seen", "is_active"]
    fields = ["name", "email", "languages", "skills", "mail_language", "invited_by", "invited_at",
              "last_seen", "is_active"]  # fmt: skip
    actions = ["invite_again", "let_in_no_more"]

    def get_queryset(self, request):
        held = Q(duties__state__in=Duty.HOLDING, duties__shift__event__over_at__gt=timezone.now())
        return super().get_queryset(request).annotate(to_come=Count("duties", filter=held))

    @admin.display(description=gettext_lazy("name"), ordering="user__name")
    def name(self, obj):
        return str(obj)

    @admin.display(description=gettext_lazy("e-mail address"), ordering="user__email")
    def email(self, obj):
        return obj.user.email

    @admin.display(description=gettext_lazy("languages"))
    def languages_text(self, obj):
        return obj.languages_text

    @admin.display(description=gettext_lazy("shifts to come"), ordering="to_come")
    def shifts_to_come(self, obj):
        return obj.to_come or ""

    @admin.display(description=gettext_lazy("signed in last"), ordering="user__last_login")
    def last_seen(self, obj):
        return obj.user.last_login or _("never yet")

    @admin.display(description=gettext_lazy("active"), boolean=True)
    def is_active(self, obj):
        return obj.user.is_active

    # Inviting

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **kwargs | ({} if obj else {"form": InvitationForm}))

    def get_fields(self, request, obj=None):
        if obj:
            return self.fields
        return ["email", "name", *PROFILE]

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        facts = {name: form.cleaned_data[name] for name in PROFILE}
        invited = invite(
            form.cleaned_data["email"], form.cleaned_data["name"], request.user, **facts
        )
        obj.pk, obj.user = invited.pk, invited.user

    def log_addition(self, request, obj, message):
        obj.refresh_from_db()
        return super().log_addition(request, obj, message)

    def response_add(self, request, obj, post_url_continue=None):
        text = _("{person} gets an e-mail with an invitation.")
        self.message_user(request, format_html(text, person=obj.user.email), messages.SUCCESS)
        return self.response_post_save_add(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Who leaves is let in no more; what they did keeps their name."""
        return False

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["change"])
    def invite_again(self, request, queryset):
        rows = queryset.active().select_related("user")
        for volunteer in rows:
            send_invitation(volunteer)
        count = len(rows)
        text = ngettext("%d invitation is on its way.", "%d invitations are on their way.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Let in no more (what they did keeps their name)"),
        permissions=["change"],
    )
    def let_in_no_more(self, request, queryset):
        rows = queryset.select_related("user")
        for volunteer in rows:
            end(volunteer)
        count = len(rows)
        text = ngettext(
            "%d volunteer is let in no more.", "%d volunteers are let in no more.", count
        )
        self.message_user(request, text % count, messages.SUCCESS)


class AssignmentInline(admin.TabularInline):
    """Who helps at the event, and so may know its private place."""

    model = Assignment
    autocomplete_fields = ["volunteer"]
    extra = 0
    verbose_name_plural = gettext_lazy("volunteers who may know the private place")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("volunteer__user")
