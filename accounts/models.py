"""The people who work with the site. Donors and visitors never have an account."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from correspondence.models import Use

from .acts import Act


class UserManager(BaseUserManager):
    """Make users and superusers from an e-mail address and a password."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.model.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        Act.objects.note(Act.Action.ROLES, user)
        return user

    def get_by_natural_key(self, email):
        return self.get(email=self.model.normalize_email(email))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address. Left people are made inactive, never deleted."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody with this e-mail address has an account already.")},
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(
        _("may enter the office"),
        default=False,
        help_text=_(
            "Lets this person sign in to these pages. What they may do there, roles decide."
        ),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Take the tick away when somebody leaves. Their work keeps their name."),
    )
    groups = models.ManyToManyField(  # Django's own, under our word
        Group,
        verbose_name=_("roles"),
        blank=True,
        related_name="user_set",
        related_query_name="user",
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # Of the page on which they last signed in; letters to them are written in it.
    language = models.CharField(
        max_length=2, choices=settings.LANGUAGES, blank=True, editable=False
    )
    # How often all their sessions were ended; part of what each session is checked against.
    times_shut_out = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        ]

    @classmethod
    def normalize_email(cls, email):
        """Return the address in small letters: one person, one account, however it was typed."""
        return email.strip().lower()

    def __str__(self):
        return self.name or self.email

    def clean(self):
        self.email = self.normalize_email(self.email)

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    def _get_session_auth_hash(self, secret=None):
        """Return what a session must know to go on: it ends with the password, or when shut out."""
        known = f"{self.password} {self.times_shut_out}"
        return salted_hmac("accounts.session", known, secret=secret, algorithm="sha256").hexdigest()

    def end_sessions(self):
        """Sign this person out everywhere, at once; browsers known before count as new ones."""
        type(self).objects.filter(pk=self.pk).update(times_shut_out=F("times_shut_out") + 1)
        self.refresh_from_db(fields=["times_shut_out"])


class Try(Use):
    """How often somebody tried to get in within one hour; tries.py counts. Logged: no crash forgets."""
