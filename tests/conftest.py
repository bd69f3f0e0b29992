"""What all tests share: a folder for uploads, and a browser that reports what it does not like."""

import contextlib
import gc
import itertools
import os
import shutil
import time

import pytest
from archive_fixture import archive, old_home_page  # noqa: F401 - fixtures
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from fresh_rows import all_rows, put_back
from hypothesis import settings as hypothesis_settings

# The shell opens no windows, so a page costs it a fifth of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")

tests = itertools.count(1)

# A slow machine is no fault of the code: no test measures time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


def pytest_collection_finish():
    """Leave what stands until the end out of every collection of garbage: a fifth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest by itself: no worker shall wait for it at the end."""
    items.sort(key=lambda item: item.path.name != "test_permissions.py")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Put back what migrations had put in, after each test that wrote for other connections.

    In the end other connections are closed, or the database would wait for them before it goes.
    """
    with django_db_blocker.unblock():
        kept = all_rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: put_back(kept))
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path_factory):
    """Give every test a folder of its own for photos and documents, made when something is stored."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"media-{next(tests)}"


@pytest.fixture(scope="session", autouse=True)
def cheap_settings():
    """Serve stylesheets as they lie in the repository, and hash passwords as fast as can be.

    Hashed names of files would need collectstatic; a real hash of a password takes half a second.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(autouse=True)
def second_factor_at_sign_in(monkeypatch):
    """Let force_login stand for a whole sign-in of this moment, with the second factor.

    So most tests run behind the strict door; those of the door itself sign in by its forms.
    """
    log_in = Client._login

    def with_second_factor(self, user, backend=None):
        log_in(self, user, backend)
        session = self.session
        proof = {"method": "mfa", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = str(user.pk)
        session["seen_at"] = int(time.time())
        session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    monkeypatch.setattr(Client, "_login", with_second_factor)


@pytest.fixture(scope="session")
def browser():
    """Start Chromium once; without one the browser tests are skipped, except in CI, where they must run."""
    if not CHROMIUM:
        reason = "No Chromium here: browser tests need Debian's package `chromium-headless-shell`."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def said(message):
    return f"{message.text} {message.location['url']}"


@contextlib.contextmanager
def opened(browser, live_server, **options):
    """Open a page on the site; fail on any console error, policy violation or foreign request."""
    complaints = []
    context = browser.new_context(base_url=live_server.url, **options)
    page = context.new_page()
    page.on("console", lambda m: m.type == "error" and complaints.append(said(m)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: r.url.startswith((live_server.url, "data:", "blob:")) or complaints.append(r.url),
    )
    page.complaints = complaints
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(browser, live_server):
    with opened(browser, live_server) as page:
        yield page


@pytest.fixture
def plain(browser, live_server):
    """Open a page of a browser without scripts, on the smallest telephone."""
    phone = {"width": 320, "height": 640}
    with opened(browser, live_server, java_script_enabled=False, viewport=phone) as page:
        yield page
