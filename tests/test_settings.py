"""The start ends with one clear line when a variable is missing or malformed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgres://user:password@db.example/lfnkr",
    "ALLOWED_HOSTS": "www.example.org",
    "SITE_URL": "https://www.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "DEFAULT_FROM_EMAIL": "office@example.org",
}


SHORT = "import lfnkr.settings as s; print(s.DEBUG, s.SECURE_SSL_REDIRECT)"


def start(program=SHORT, **changes):
    """Load the settings in a process of their own; None as a value leaves the variable out."""
    environment = {"PATH": os.environ["PATH"]} | {
        k: v for k, v in (GOOD | changes).items() if v is not None
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip


def test_good_settings_start_without_debug_and_with_https():
    result = start()
    assert (result.returncode, result.stdout) == (0, "False True\n")


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_ends_the_start_with_its_name(name, value):
    result = start(**{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith(f"{name} is missing or malformed. Set it like this: {name}=")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "postgres://user@host/"),
        ("DATABASE_URL", "nonsense"),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "https://www.example.org/path/"),
        ("EMAIL_URL", "carrier-pigeon://x"),
        ("DEBUG", "maybe"),
        ("DEBUG", "True"),
        ("HTTPS", "1"),
        ("TRUSTED_PROXY", "yes"),
        ("STAFF_SECOND_FACTOR", "True"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_IDLE_MINUTES", "two hours"),
    ],
)
def test_a_malformed_variable_ends_the_start_with_one_line(name, value):
    result = start(**{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith(f"{name} is ")
    assert "malformed" in result.stderr and result.stderr.count("\n") == 1


def test_no_message_repeats_a_secret():
    assert "hunter2" not in start(DATABASE_URL="mysql://user:hunter2@host/name").stderr


@pytest.mark.parametrize(
    ("https", "cookies"),
    [("on", "__Host-sessionid __Host-csrftoken True True\n"), ("off", "sessionid csrftoken False False\n")],
)  # fmt: skip
def test_cookies_belong_to_this_host_alone_and_to_https(https, cookies):
    names = (
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
    )
    told = ", ".join(f"s.{name}" for name in names)
    assert start(f"import lfnkr.settings as s; print({told})", HTTPS=https).stdout == cookies
