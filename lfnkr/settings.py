"""All settings, read strictly from the environment. docs/running.md explains each variable."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def required(read, name, example):
    """Return `read(name)`; end the start with one line when it is missing, empty or malformed."""
    try:
        value = read(name)
    except (ImproperlyConfigured, ValueError):
        value = None
    if not value:
        sys.exit(f"{name} is missing or malformed. Set it like this: {name}={example}")
    return value


def switch(name, default):
    """Return an on/off variable; anything but on and off ends the start."""
    value = env.str(name, default="on" if default else "off")
    if value not in ("on", "off"):
        sys.exit(f"{name} is malformed. Set it like this: {name}=on or {name}=off")
    return value == "on"


def web_address(name):
    """Return scheme and host of this site, without a slash at the end; ValueError otherwise."""
    parts = urlsplit(env.str(name))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise ValueError(name)
    return parts.geturl()


def database(name):
    """Return the connection settings of a PostgreSQL address; ValueError for any other database."""
    if urlsplit(env.str(name)).scheme not in ("postgres", "postgresql"):
        raise ValueError(name)
    connection = env.db_url(name)
    if not connection["NAME"]:
        raise ValueError(name)
    return connection


def minutes(name, default):
    """Return a whole number of minutes, one or more; anything else ends the start."""
    value = env.str(name, default=str(default))
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= 60 * 24 * 30):
        sys.exit(f"{name} is malformed. Set it like this: {name}={default}")
    return int(value)


def header_name(name):
    """Return the name of an HTTP header, or ""; anything else ends the start."""
    value = env.str(name, default="")
    if value and not (value.isascii() and value.replace("-", "").isalnum()):
        sys.exit(f"{name} is malformed. Set it like this: {name}=X-Real-IP")
    return value


# The site and its secrets

SECRET_KEY = required(env.str, "SECRET_KEY", "at-least-50-random-characters")
DEBUG = switch("DEBUG", default=False)
ALLOWED_HOSTS = required(env.list, "ALLOWED_HOSTS", "www.example.org,example.org")
SITE_URL = required(web_address, "SITE_URL", "https://www.example.org")

# Rooms, in the order of their imports: a room knows those above it, never those below.

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, which it extends
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_prose_editor",
    "pgtrigger",
    "simple_history",
    "taggit",
    "lfnkr",
    "correspondence",
    "library",
    "accounts",
    "publishing",
    "news",
    "campaigns",
    "donations",
    "events",
    "pages",
]

MIDDLEWARE = [
    # Headers of every answer, also of those that the next lines give by themselves
    "publishing.middleware.NothingForOthers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "publishing.middleware.ReadOrSend",
    "publishing.middleware.NoSuchAddress",
    "publishing.middleware.OnlyUtf8",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "publishing.middleware.CompressPublicPages",
    "publishing.middleware.ConditionalGetOrHead",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "publishing.middleware.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.Door",  # Django's own, which asks for more
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "publishing.middleware.OldAddresses",
    "publishing.middleware.GonePages",
    "accounts.trail.Trail",  # the last: it answers pages of the office itself
]

ROOT_URLCONF = "lfnkr.urls"
WSGI_APPLICATION = "lfnkr.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "publishing.context_processors.site",
                "pages.furniture.furniture",
            ],
        },
    },
]

# Data

DATABASES = {"default": required(database, "DATABASE_URL", "postgres://user:password@host/name")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# To start two parallel workers takes ten times longer than the list that they would help with. And
# left to choose, PostgreSQL would plan some prepared statements (publishing/rows.py) anew each time.
# A search of common words sorts tens of thousands of rows, which shall not go through a file.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan -c work_mem=16MB"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var/media"))()
MEDIA_URL = "/media/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var/static"))()
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# An upload waits in memory until it has been cleaned: its original bytes never touch a disk.
FILE_UPLOAD_HANDLERS = ["library.uploads.MemoryOnlyUploadHandler"]

# People

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Of these the audit trail notes who looked at them, and keeps no names: kinds, and pages of events.
PERSONAL_DATA = [
    "accounts.user",
    "correspondence.contactmessage",
    "correspondence.outgoingemail",
    "donations.donation",
    "donations.donor",
    "donations.pledge",
    "donations.receipt",
    "donations.statementrow",
    "events.assignment",
    "events.duty",
    "events.registration",
    "events.volunteer",
    "events.event/door",
    "events.event/roster",
]
LOGIN_URL = "account_login"

# The door. Tries are counted by accounts/tries.py: allauth would do so in one process only.

STAFF_SECOND_FACTOR = switch("STAFF_SECOND_FACTOR", default=True)
SESSION_COOKIE_AGE = 60 * minutes("SESSION_IDLE_MINUTES", default=120)
SURE_FOR_MINUTES = 15  # who showed who they are is asked again after that, before dangerous acts
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up, but allauth checks it
ACCOUNT_EMAIL_VERIFICATION = "none"  # who sets a password came by a link to that address
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, too
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * SURE_FOR_MINUTES
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgainForm",
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is one address, that of the invitation
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # half a minute, for telephones whose clock is wrong
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.CodeForm",
    "reauthenticate": "accounts.sign_in_forms.CodeAgainForm",
    "activate_totp": "accounts.sign_in_forms.SetUpAppForm",
    "authenticate_webauthn": "accounts.sign_in_forms.KeyForm",
    "reauthenticate_webauthn": "accounts.sign_in_forms.KeyAgainForm",
    "add_webauthn": "accounts.sign_in_forms.AddKeyForm",
}

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "ja", "ko")
MODELTRANSLATION_PREPOPULATE_LANGUAGE = "en"  # an address is made of the English title
FORMAT_MODULE_PATH = "lfnkr.formats"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# Money. What PayPal calls a donation, in its column “Type”; older reports have other names.

STATEMENT_DONATION_TYPES = [
    "Donation Payment",
    "Donation Received",
    "Mobile Payment",
    "Subscription Payment",
]

# Letters: everything is written to the outbox; the worker sends it over OUTBOX_TRANSPORT.

EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
OUTBOX_TRANSPORT = required(
    env.email_url, "EMAIL_URL", "smtp+tls://user:password@mail.example.org:587"
)
DEFAULT_FROM_EMAIL = required(env.str, "DEFAULT_FROM_EMAIL", "office@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
REGISTRATIONS_KEEP_DAYS = 30  # who came to an event is forgotten so long after it
OUTBOX_KEEP_DAYS = 30  # what a mail said and to whom is erased after that; the row stays

# The books

LETTERHEAD = "pages.letterhead.letterhead"  # who we are, as receipts say it
FISCAL_YEAR_FIRST_MONTH = 4  # April, as in Japan; receipts are numbered within such a year
USAGE_FEWEST_DONORS = 5  # “How donations are used” tells no sum of the gifts of fewer
USAGE_REST_PERCENT = 10  # and none in which all but two gave less than that of the largest
USAGE_FEWEST_PAYMENTS = 3  # for rescue, shelter or transport: fewer are told with others alone

# Pledges, in days

PLEDGE_DUE_DAYS = 14  # after it was confirmed
PLEDGE_REMIND_DAYS = 7  # after it was due, once
PLEDGE_LAPSE_DAYS = 21  # after the reminder
PLEDGE_MISSED_MOST = 3  # months in a row without a gift, and a monthly pledge lapses
PLEDGES_AN_HOUR = 30  # of one network, like a school or an office that collects
LINKS_AN_HOUR = 10  # that one network may ask for
RATE_TOLERANCE = 5  # percent: a pledge paid in another currency counts as kept within it

# How long personal data are kept; docs/donations.md tells what is forgotten and what stays

UNCONFIRMED_KEEP_DAYS = 30  # a pledge that nobody confirmed
STATEMENT_WORDS_KEEP_DAYS = 2 * 365  # who paid, as a bank wrote it; days and amounts stay
DONOR_KEEP_YEARS = 10  # after the last gift or promise; Japan asks for seven years of books

# Safety. Public pages need no script at all; the admin adds nonces and its editor's one style.

HTTPS = switch("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$"]  # asked from inside, where nothing speaks HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if switch("TRUSTED_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CLIENT_ADDRESS_HEADER = header_name("CLIENT_ADDRESS_HEADER")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # links in letters lead to where one works
# No neighbour below our domain can set a cookie of such a name, nor anybody without encryption.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# What one did to whom is kept with the session, and not in a cookie that a stolen laptop holds.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Logs name what happened, never who asked: no addresses, no query strings, no private links.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "donations.logs.WithoutTokens",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a 404 would write the visitor's address down
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # robots ask for any name
    },
}

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = False
SIMPLE_HISTORY_REVERT_DISABLED = False
