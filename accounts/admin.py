"""The people who work with the site, and their roles."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import acts_admin  # noqa: F401 - registers the audit trail
from .forms import PersonChangeForm, PersonCreationForm, PersonPasswordForm
from .models import User
from .sessions import AsksAgain, make_sure
from .taking_away import take_away_second_factor

# Roles are made by migrations and mean the same everywhere; nobody edits them by hand.
admin.site.unregister(Group)
# What allauth keeps: the one address of a person stands with the person, secrets nowhere.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)

# What one may do oneself, somebody else decides; and nobody locks themselves out.
OTHERS_DECIDE = ["is_active", "is_staff", "is_superuser", "groups"]


@admin.register(User)
class PersonAdmin(AsksAgain, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = PersonPasswordForm
    change_user_password_template = "admin/accounts/person_password.html"
    add_form_template = "admin/accounts/person_add_form.html"
    list_display = ["email", "name", "roles", "is_staff", "has_factor", "is_active", "last_login"]
    list_filter = ["groups", "is_staff", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["-is_active", "email"]
    show_full_result_count = False
    filter_horizontal = []
    readonly_fields = ["second_factor", "last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password", "second_factor"]}),
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
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        people = super().get_queryset(request).prefetch_related("groups")
        return people.annotate(has_factor=Exists(factors))

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj):
        names = [group.name for group in obj.groups.all()]
        return ", ".join(names + [_("superuser")] * obj.is_superuser)

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_factor(self, obj):
        return obj.has_factor

    @admin.display(description=gettext_lazy("Second factor"))
    def second_factor(self, obj):
        """Say whether there is one, with the way to take it away from who has lost it."""
        if not obj.has_factor:
            return _("Not set up yet.")
        address = reverse("admin:accounts_user_take_away", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("Lost? Take it away"))

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

    # The second factor

    def get_urls(self):
        view = self.admin_site.admin_view(self.take_away)
        take_away = path("<int:pk>/second-factor/", view, name="accounts_user_take_away")
        return [take_away, *super().get_urls()]

    def take_away(self, request, pk):
        """Ask once, then take the second factor from somebody who has lost it. For superusers."""
        if not request.user.is_superuser:
            raise PermissionDenied
        make_sure(request, filled_in=request.method == "POST")
        person = get_object_or_404(User, pk=pk)
        if request.method == "POST":
            take_away_second_factor(person, request)
            self.log_change(request, person, _("Second factor taken away."))
            text = _("%(person)s has no second factor any more, is signed out, and gets a letter.")
            self.message_user(request, text % {"person": person}, messages.SUCCESS)
            return redirect("admin:accounts_user_change", pk)
        title = _("Take away a second factor")
        context = {"title": title, "person": person, "opts": self.opts}
        context |= self.admin_site.each_context(request)
        return render(request, "admin/accounts/take_away.html", context)

    # Passwords

    def user_change_password(self, request, id, form_url=""):
        make_sure(request, filled_in=request.method == "POST")
        return super().user_change_password(request, id, form_url)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            obj.end_sessions()
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
