"""The people who work with the site, and their roles."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import acts_admin  # noqa: F401 - registers the audit trail
from .forms import PersonChangeForm, PersonCreationForm, PersonPasswordForm
from .models import User

# Roles are made by migrations and mean the same everywhere; nobody edits them by hand.
admin.site.unregister(Group)

# What one may do oneself, somebody else decides; and nobody locks themselves out.
OTHERS_DECIDE = ["is_active", "is_staff", "is_superuser", "groups"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = PersonPasswordForm
    change_user_password_template = "admin/accounts/person_password.html"
    add_form_template = "admin/accounts/person_add_form.html"
    list_display = ["email", "name", "roles", "is_staff", "is_active", "last_login"]
    list_filter = ["groups", "is_staff", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["-is_active", "email"]
    show_full_result_count = False
    filter_horizontal = []
    readonly_fields = ["last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (
            gettext_lazy("What this person may do"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser"]},
        ),
        (gettext_lazy("Dates"), {"fields": ["last_login", "joined_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "is_staff", "groups", "password1", "password2"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj):
        names = [group.name for group in obj.groups.all()]
        return ", ".join(names + [_("superuser")] * obj.is_superuser)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs |= {"label": gettext_lazy("Roles"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    # Who may what

    def has_delete_permission(self, request, obj=None):
        """People who leave are made inactive: their work keeps their name."""
        return False

    def has_change_permission(self, request, obj=None):
        """Only a superuser changes a superuser: whose e-mail one may change, one may become."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if obj and obj.pk == request.user.pk:
            return [*fields, *OTHERS_DECIDE]
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    # The first password

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change and form.wants_link:
            send_password_link(obj, request)
            text = _("%(person)s gets an e-mail with a link to choose a password.")
            self.message_user(request, text % {"person": obj.email}, messages.SUCCESS)


def send_password_link(user, request):
    """Queue an e-mail with a link to choose a password, as "forgotten password" does."""
    form = PasswordResetForm({"email": user.email})
    form.full_clean()
    form.save(
        domain_override=settings.SITE_URL.partition("://")[2],
        use_https=settings.SITE_URL.startswith("https://"),
        subject_template_name="registration/welcome_subject.txt",
        email_template_name="registration/welcome_email.html",
    )
